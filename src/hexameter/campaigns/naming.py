"""A campaign's short name for addresses and commands. It asks no database."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from hexameter.errors import BadValue

_LONGEST = 60
# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
        "’": "",
        "'": "",
        "&": " and ",
    }
)


def slug_of(name: str) -> str:
    """ASCII letters, digits and single hyphens; a name that has none is given a stable made-up one.

    Raises  BadValue  an empty name
    Example slug_of("Été à la mer, n° 2") -> "ete-a-la-mer-n-2"
    """
    if not name.strip():
        raise BadValue("A campaign needs a name.", field="name", value=name, hint='Example: hexameter campaign create "Glow Day" ...')
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)).casefold()
    ascii_only = "".join(c if c.isascii() and c.isalnum() else "" if unicodedata.combining(c) else "-" for c in plain)
    slug = re.sub("-+", "-", ascii_only).strip("-")[:_LONGEST].strip("-")
    return slug or f"campaign-{hashlib.sha256(name.strip().encode()).hexdigest()[:8]}"
