"""Every sentence of the pages is in the catalogues, with the same parts to fill in, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from hexameter.views.web.texts import CATALOGUES, LANGUAGES, Texts, catalogues
from tests.views.web import sentences

_PART = re.compile(r"\{(\w+)(?::[^}]*)?\}")  # how a number is written may differ
_GLUED = "Stored: "  # goes on with the name of a table
_OTHERS = [lang for lang in LANGUAGES if lang != "en"]

pytestmark = pytest.mark.parametrize("lang", _OTHERS)


def _entries(lang: str) -> Iterator[tuple[str, sentences.Said, tuple[str, ...]]]:
    """(catalogue, sentence, translations)"""
    for name, catalogue in catalogues(lang):
        for message in catalogue:
            if message.id:
                one, several = message.id if isinstance(message.id, tuple) else (message.id, None)
                yield name, (one, several), message.string if isinstance(message.string, tuple) else (message.string,)


def test_every_sentence_is_translated(lang: str) -> None:
    said = sentences.said()
    assert len(said) > 200
    assert sorted(said - {said for _, said, _ in _entries(lang)}, key=str) == []


def test_no_translation_is_unused(lang: str) -> None:
    written = sentences.written()
    assert [(name, one) for name, (one, _), _ in _entries(lang) if one not in written and not one.startswith(_GLUED)] == []


def test_a_translation_has_the_same_parts(lang: str) -> None:
    wrong = []
    for name, (one, several), texts in _entries(lang):
        allowed = [sorted(_PART.findall(text)) for text in (one, several) if text is not None]
        wrong += [(name, one, text) for text in texts if not text or sorted(_PART.findall(text)) not in allowed]
    assert wrong == []


def test_two_catalogues_do_not_contradict_each_other(lang: str) -> None:
    heard: dict[str, tuple[str, ...]] = {}
    assert [(name, one) for name, (one, _), texts in _entries(lang) if heard.setdefault(one, texts) != texts] == []


def test_the_sentences_of_a_catalogue_are_in_order(lang: str) -> None:
    """So that parallel work meets in few lines."""
    for path in (CATALOGUES / lang).glob("*.po"):
        found = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("msgid ") and line != 'msgid ""']
        assert found == sorted(found), path.name


def test_one_and_several(lang: str) -> None:
    there, english = Texts(lang), Texts("en")
    assert [english.many(n, "{n} creator", "{n} creators") for n in (0, 1, 2)] == ["0 creators", "1 creator", "2 creators"]
    expected = {"fr": ["0 créateur", "1 créateur", "2 créateurs"]}
    assert [there.many(n, "{n} creator", "{n} creators") for n in (0, 1, 2)] == expected[lang]
