"""Every sentence of the pages is in every catalogue, with the same parts to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hexameter.charts import drawing
from hexameter.services.explain import describe_kpis
from hexameter.views.web.texts import LANGUAGES, Texts, catalogue

WEB = Path(drawing.__file__).parents[1] / "views" / "web"
_CALL = re.compile(r"""\b(?:t|say)(?:\.many)?\(\s*(?:[\w.\[\]|]+(?:\([^()]*\))?,\s*)?"((?:[^"\\]|\\.)*)"(?:,\s*"((?:[^"\\]|\\.)*)")?""")
_PART = re.compile(r"\{\w+\}")
_PREFIX = "Stored: "  # goes on with the name of a table


def _sentences() -> Iterator[str]:
    for path in (*WEB.rglob("*.html"), *WEB.rglob("*.py"), Path(drawing.__file__)):
        for found in _CALL.finditer(path.read_text(encoding="utf-8")):
            yield from (text for text in found.groups() if text and text != _PREFIX)
    yield from (kpi["title"] for kpi in describe_kpis())


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_sentence_is_translated(lang: str) -> None:
    sentences = set(_sentences())
    assert len(sentences) > 200
    assert sorted(sentences - catalogue(lang).keys()) == []


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_a_translation_has_the_same_parts(lang: str) -> None:
    wrong = [key for key, text in catalogue(lang).items() if sorted(_PART.findall(key)) != sorted(_PART.findall(text))]
    assert wrong == []


def test_one_and_several() -> None:
    french, english = Texts("fr"), Texts("en")
    assert [french.many(n, "{n} creator", "{n} creators") for n in (0, 1, 2)] == ["0 créateur", "1 créateur", "2 créateurs"]
    assert [english.many(n, "{n} creator", "{n} creators") for n in (0, 1, 2)] == ["0 creators", "1 creator", "2 creators"]
