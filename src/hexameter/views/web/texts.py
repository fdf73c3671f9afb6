"""The pages' words: English in the code, other languages in a catalogue beside it. It writes no numbers."""

from __future__ import annotations

import functools
import json
from pathlib import Path

LANGUAGES = {"en": "English", "fr": "Français"}
_CATALOGUES = Path(__file__).parent / "languages"


@functools.cache
def catalogue(lang: str) -> dict[str, str]:
    """English sentence -> sentence in the language; {} for English itself."""
    if lang == "en":
        return {}
    found: dict[str, str] = json.loads((_CATALOGUES / f"{lang}.json").read_text(encoding="utf-8"))
    return found


class Texts:
    """Sentences in one language; what the catalogue lacks stays English."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._known = catalogue(lang)

    def __call__(self, sentence: str, **parts: object) -> str:
        """A sentence, with its {parts} filled in.

        Example Texts("en")("Hello {name}", name="Léa") -> "Hello Léa"
        """
        text = self._known.get(sentence, sentence)
        return text.format(**parts) if parts else text

    def many(self, n: int, one: str, several: str, **parts: object) -> str:
        """A sentence about n things; {n} is written by the caller's `shown`, else as it is."""
        alone = n == 1 or (self.lang == "fr" and n == 0)
        return self(one if alone else several, **{"n": parts.pop("shown", n), **parts})


def language_of(chosen: str | None, accepted: str) -> str:
    """The language to answer in: the one chosen, else the first one the browser accepts that there is.

    Example language_of(None, "fr-CH,fr;q=0.9,en;q=0.8") -> "fr"
    """
    if chosen in LANGUAGES:
        return chosen
    wanted = (part.split(";")[0].strip().lower().split("-")[0] for part in accepted.split(","))
    return next((lang for lang in wanted if lang in LANGUAGES), "en")
