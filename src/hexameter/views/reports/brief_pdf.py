"""A brief as its creator reads it, on paper: a tagged PDF (PDF/UA) in English or French. What a brief says is decided elsewhere.

The page is a fixed template; what people wrote is handed to it as JSON and set as plain strings, so that none of it is read as markup.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("brief.typ")
_TITLES = {
    "goal": ("Goal", "Objectif"),
    "message": ("Message", "Message"),
    "do": ("Do", "À faire"),
    "dont": ("Don’t", "À ne pas faire"),
    "hashtags": ("Hashtags", "Hashtags"),
    "mentions": ("Mentions", "Mentions"),
    "disclosure": ("Say that it is an ad, with one of", "Dire que c’est une publicité, avec l’un de"),
    "forbidden": ("Words to leave out", "Mots à éviter"),
    "music": ("Sound", "Son"),
    "duration": ("Length", "Durée"),
    "window": ("When to post", "Quand publier"),
    "deliverables": ("What you deliver", "Ce que vous livrez"),
    "deadlines": ("Deadlines", "Échéances"),
    "links": ("Links", "Liens"),
    "notes": ("Notes", "Notes"),
}
_FRENCH = {
    "Brief for @{creator}": "Brief pour @{creator}",
    "Brief": "Brief",
    "Version {n}, {when} UTC": "Version {n}, {when} UTC",
    "Some signs have no font here and stand in brackets; the brief’s web page shows them as they are.": "Certains signes n’ont pas de "
    "police ici et figurent entre crochets ; la page web du brief les montre tels quels.",
}
_WITHOUT_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_UNSEEN = re.compile("[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")  # controls, turned text, halves
_LONG_WORD = re.compile(r"\S{40}")
_JOINERS = "\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff"  # what makes one emoji of several
_FLAG_A = 0x1F1E6


def brief_pdf(preview: Mapping[str, Any], language: str) -> bytes:
    """The PDF of what services.briefs.preview tells.

    In  language  en or fr
    """
    import typst

    page = _page(preview, language)
    for again in (True, False):
        try:
            return _set(page, "ua-1")
        except typst.TypstError as problem:  # PDF/UA takes no text without a font
            missing = _missing(problem.diagnostic)
            if not missing or not again:
                break
            page = _with_stand_ins(page, missing, language)
    return _set(page, None)


def _page(preview: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the template is told."""
    creator = preview["creator"]
    about = _say("Brief for @{creator}", language).format(creator=creator) if creator else _say("Brief", language)
    when = preview["written"][:16].replace("T", " ")
    return {
        "lang": language,
        "title": _plain(preview["title"]),
        "about": about,
        "footer": f"{_say('Version {n}, {when} UTC', language).format(n=preview['version'], when=when)}",
        "parts": [_part(part, language) for part in preview["parts"]],
        "note": "",
    }


def _part(part: Mapping[str, Any], language: str) -> dict[str, Any]:
    title = _TITLES[part["title"]][language == "fr"]
    if part["kind"] == "links":
        return {"title": title, "kind": "links", "lines": [{"address": line, "text": _plain(line)} for line in part["lines"]]}
    return {"title": title, "kind": part["kind"], "lines": [_plain(line) for line in part["lines"]]}


def _plain(text: str) -> str:
    """Text that can be set: no control signs, and a place to break in every long word.

    Example _plain("a\\x07b") -> "ab"
    """
    return _LONG_WORD.sub(lambda found: found[0] + "\u200b", _UNSEEN.sub("", text.replace("\r\n", "\n")))


def _missing(diagnostic: str) -> set[str]:
    """The signs no font has, as the compiler names them."""
    return {sign for text in _WITHOUT_FONT.findall(diagnostic) for sign in _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)}


def _with_stand_ins(page: dict[str, Any], missing: set[str], language: str) -> dict[str, Any]:
    """The page with words in brackets for emoji no font has, and [...] for a run of other signs."""
    signs = "".join(map(re.escape, sorted(missing)))
    run = re.compile(f"[{signs}][{signs}{_JOINERS}]*")

    def readable(told: Any) -> Any:
        if isinstance(told, dict):
            return {name: value if name == "address" else readable(value) for name, value in told.items()}
        if isinstance(told, list):
            return [readable(one) for one in told]
        return run.sub(lambda found: stand_in(found[0]), told)

    note = "Some signs have no font here and stand in brackets; the brief’s web page shows them as they are."
    told: dict[str, Any] = readable(page) | {"note": _say(note, language)}
    return told


def stand_in(signs: str) -> str:
    """What emoji are called, in brackets; [...] for signs that are none.

    Example stand_in("\U0001f389") -> "[party popper]"
    """
    flag = "".join(chr(ord(sign) - _FLAG_A + ord("A")) for sign in signs if 0 <= ord(sign) - _FLAG_A < 26)
    names = [
        unicodedata.name(sign, "").lower() for sign in signs if unicodedata.category(sign) == "So" and ord(sign) - _FLAG_A not in range(26)
    ]
    others = any(unicodedata.category(sign) not in ("So", "Sk", "Mn", "Cf") for sign in signs)
    return f"[{', '.join(word for word in (flag, *names, '...' if others else '') if word) or '...'}]"


def _set(page: Mapping[str, Any], standard: Any) -> bytes:
    """The template filled in; the same page is the same bytes."""
    import typst

    told = {"brief": json.dumps(page, ensure_ascii=False)}
    made = typst.compile(
        TEMPLATE.read_bytes(), font_paths=_fonts(), format="pdf", sys_inputs=told, pdf_standards=standard or [], timestamp=0
    )
    assert isinstance(made, bytes)
    return made


@functools.cache
def _fonts() -> typst.Fonts:
    """The compiler's own fonts and the machine's, looked for once."""
    import typst

    return typst.Fonts()


def _say(sentence: str, language: str) -> str:
    return _FRENCH[sentence] if language == "fr" else sentence
