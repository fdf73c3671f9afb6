"""Hashtags that were meant to be another: a letter off, letters exchanged, look-alike characters, a plural. It judges no post."""

from __future__ import annotations

import unicodedata

from hexameter.contracts.sentences import Sentence

# Letters of other scripts and digits that look like Latin ones (the common part of Unicode's confusables).
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏԛԝвкмнтгαοριτυνκημıłøđ0135$@|",
    "aeopcyxijsdhlqwbkmhtraopituvknuilodolessal",
)
_SHORTEST = 5  # a shorter tag one letter away is another word more often than a mistake


def folded(tag: str) -> str:
    """A hashtag as the eye reads it: width, accents, invisible and look-alike characters gone.

    Example folded("ＧｌｏｗＤаy") -> "glowday"
    """
    wide = unicodedata.normalize("NFKD", tag).casefold()
    seen = "".join(c for c in wide if unicodedata.category(c) not in ("Cf", "Mn", "Cc") and c not in "_-.")
    return seen.translate(_LOOK_ALIKE)


def distance(one: str, other: str, most: int = 2) -> int:
    """Letters to insert, drop, change or exchange with the next to make one word the other; `most` + 1 when it takes more.

    Example distance("glwoday", "glowday") -> 1
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def near(tag: str, wanted: str) -> str | None:
    """Why a hashtag is probably a misspelling of another, in words; None when it is not, or is the same.

    Example near("glowdays", "glowday") -> "plural"
    """
    if tag == wanted:
        return None
    seen, meant = folded(tag), folded(wanted)
    if seen == meant:
        return Sentence("look-alike or invisible characters")
    if min(len(seen), len(meant)) < _SHORTEST:
        return None
    if seen in (f"{meant}s", f"{meant}es", f"{meant}x") or meant in (f"{seen}s", f"{seen}es", f"{seen}x"):
        return Sentence("plural") if len(seen) > len(meant) else Sentence("singular")
    far = distance(seen, meant)
    if far == 1:
        return _one_off(seen, meant)
    if far == 2 and len(meant) >= 10:
        return Sentence("two letters differ")
    return None


def _one_off(seen: str, meant: str) -> str:
    if len(seen) < len(meant):
        return Sentence("a letter is missing")
    if len(seen) > len(meant):
        return Sentence("a letter too many")
    return Sentence("two letters exchanged") if sorted(seen) == sorted(meant) else Sentence("one letter differs")
