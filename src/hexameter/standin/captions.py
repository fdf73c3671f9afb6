"""Words of simulated posts: captions with hashtags right, misspelt or missing. It holds no real person's words."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# tagged, misspelt, untagged: for the brand, with its hashtag, nearly, or without · fan: uses the hashtag unasked · other: everything else
KINDS = ("tagged", "misspelt", "untagged", "fan", "other")

_OPENINGS = (
    "My morning routine in 30 seconds",
    "Trois gestes avant de sortir",
    "I tried it for a week, here is what happened",
    "Avant / après, sans filtre ✨",
    "Get ready with me",
    "Le résultat m'a surprise 😳",
    "POV: your skin finally agrees with you",
    "Ce que personne ne dit sur la routine du soir",
    "Day 7. Honest opinion",
    "On en parle ?",
)
_OTHER_TAGS = ("fyp", "pourtoi", "skincare", "routine", "beaute", "makeup", "grwm", "viral", "été", "selfcare")


def draw_captions(
    rng: np.random.Generator, kind: NDArray[np.str_], hashtag: str, brand: str
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """A caption for each post, and its hashtags as a list.

    In      kind     one of KINDS, for each post
            hashtag  the campaign's, without '#'
            brand    the brand's handle, without '@'
    Out     captions, and lists of the hashtags in them, in order
    """
    count = len(kind)
    slips = np.array(misspellings(hashtag))
    own = np.where((kind == "tagged") | (kind == "fan"), hashtag, np.where(kind == "misspelt", rng.choice(slips, count), ""))
    capital = (rng.random(count) < 0.3) & (own == hashtag)
    own = np.where(capital, hashtag.capitalize(), own)
    first, second = rng.choice(_OTHER_TAGS, count), rng.choice(_OTHER_TAGS, count)
    two = (rng.random(count) < 0.6) & (first != second)
    paid = np.isin(kind, ("tagged", "misspelt", "untagged"))
    mention = np.where(paid & (rng.random(count) < 0.85), f"@{brand}", "")
    disclosed = np.where(paid & (rng.random(count) < 0.8), "ad", "")
    tags = (own, disclosed, first, np.where(two, second, ""))
    words = [rng.choice(_OPENINGS, count), mention, *(np.where(t == "", "", np.char.add("#", t)) for t in tags)]
    columns = [pa.array(w.tolist(), pa.string()) for w in words]
    columns = [pc.if_else(pc.equal(c, ""), None, c) for c in columns]
    caption = pc.binary_join_element_wise(*columns, " ", null_handling="skip")
    listed = np.empty(count, object)
    listed[:] = [[t for t in row if t] for row in zip(*(t.tolist() for t in tags), strict=True)]
    return np.array(caption.to_pylist(), object), listed


def misspellings(hashtag: str) -> list[str]:
    """Ways in which people get a hashtag wrong.

    Example misspellings("glowday") -> ["glowdya", "glowdays", "glow_day", "glowdy"]
    """
    middle = (len(hashtag) + 1) // 2
    return [
        f"{hashtag[:-2]}{hashtag[-1]}{hashtag[-2]}",
        f"{hashtag}s",
        f"{hashtag[:middle]}_{hashtag[middle:]}",
        f"{hashtag[:-2]}{hashtag[-1]}",
    ]
