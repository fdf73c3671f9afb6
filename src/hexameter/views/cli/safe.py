"""Makes text from the outside safe to show on a terminal: no control characters, no direction overrides. It does not judge its meaning."""

from __future__ import annotations

import re

# C0, DEL and C1 steer the terminal; bidi overrides and isolates reorder a line; U+2028/9 break it; tags and other invisibles hide text.
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_SPACES = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029 ]+")


def plain(text: object) -> str:
    """Text on one line with nothing in it that steers a terminal.

    In      text  anything; what a caption, a handle or a file name holds is never trusted
    Out     white space folded to one space, every other hostile character shown as its code point
    Example plain("a\\x1b[31mb") -> "a<U+001B>[31mb"
    """
    return _HOSTILE.sub(_visible, _SPACES.sub(" ", str(text))).strip()


def plain_lines(text: str) -> str:
    """The same with line breaks, tabs and spaces kept, for text to be copied."""
    return _HOSTILE.sub(lambda found: found[0] if found[0] in "\n\t" else _visible(found), text)


def shortened(text: object, width: int) -> str:
    """The same, cut to so many characters with an ellipsis.

    Example shortened("a long caption", 6) -> "a lon…"
    """
    clean = plain(text)
    return clean if len(clean) <= width else clean[: max(width - 1, 0)] + "…"


def json_safe(document: str) -> str:
    """JSON text whose hostile characters are escaped. They can only stand inside strings, so its meaning is unchanged.

    The line breaks and tabs of the JSON itself are left alone.

    Example json_safe('"\\u202e"') is '"' + chr(92) + 'u202e"'
    """
    return _HOSTILE.sub(lambda found: found[0] if found[0] in "\n\t" else _escaped(found[0]), document)


def _visible(found: re.Match[str]) -> str:
    return f"<U+{ord(found[0]):04X}>"


def _escaped(character: str) -> str:
    code = ord(character)
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + ((code - 0x10000) >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
