"""The pages' words: English in the code, other languages in gettext catalogues beside it. It writes no numbers."""

from __future__ import annotations

import functools
import io
import string
from collections.abc import Iterator
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.contracts.sentences import Sentence
from hexameter.views.web.numbers import separated

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES = {"en": "English", "fr": "Français"}
CATALOGUES = Path(__file__).parent / "languages"


def catalogues(lang: str) -> Iterator[tuple[str, Catalog]]:
    """The catalogues of a language, one a group of pages: its name, and the sentences in it."""
    from babel.messages.pofile import read_po

    for path in sorted((CATALOGUES / lang).glob("*.po")):
        with path.open("rb") as file:
            yield path.stem, read_po(file, abort_invalid=True)


@functools.cache
def translations(lang: str) -> NullTranslations:
    """What gettext says in a language. The catalogues are read as they are written, so that nothing is built at install."""
    if lang == "en":
        return NullTranslations()
    from babel.messages.mofile import write_mo

    whole, *others = (catalogue for _, catalogue in catalogues(lang))  # the first one's plural forms are everybody's
    for message in (message for other in others for message in other if message.id):
        whole.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


class Texts:
    """Sentences in one language; what the catalogues lack stays English."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._known = translations(lang)

    def __call__(self, sentence: str, **parts: object) -> str:
        """A sentence, with its {parts} filled in; one of the services with its own values, numbers as the language writes them.

        Example Texts("en")("Hello {name}", name="Léa") -> "Hello Léa"
        """
        if isinstance(sentence, Sentence):
            words = self._known.gettext(sentence.words)
            return _Filling(self).vformat(words, (), sentence.values) if sentence.values else words
        text = self._known.gettext(sentence) if sentence else ""  # gettext keeps its own header under ""
        return text.format(**parts) if parts else text

    def many(self, n: int, one: str, several: str, **parts: object) -> str:
        """A sentence about n things; {n} is written by the caller's `shown`, else as it is."""
        return self._known.ngettext(one, several, n).format(**{"n": parts.pop("shown", n), **parts})


class _Filling(string.Formatter):
    """Fills a sentence's values in: those that are sentences too are said in the language, numbers get its separators."""

    def __init__(self, t: Texts) -> None:
        self._t = t

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value."""
        if isinstance(value, Sentence):
            return self._t(value)
        text = str(super().format_field(value, format_spec))
        return text if isinstance(value, str) else separated(text, self._t.lang)


def language_of(chosen: str | None, accepted: str) -> str:
    """The language to answer in: the one chosen, else the first one the browser accepts that there is.

    Example language_of(None, "fr-CH,fr;q=0.9,en;q=0.8") -> "fr"
    """
    if chosen in LANGUAGES:
        return chosen
    wanted = (part.split(";")[0].strip().lower().split("-")[0] for part in accepted.split(","))
    return next((lang for lang in wanted if lang in LANGUAGES), "en")
