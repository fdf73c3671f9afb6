"""Creators ranked for their own newest posts' hashtags, held out: hit rate in the first ten against chance and plain popularity."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hexameter.insights.affinity import Candidate, Corpus, rank

DATA = Path(__file__).parents[2] / "shared" / "data" / "vietnam_2025" / "crawl_2025-05.csv"
_HELD_OUT, _FEWEST = 3, 8
_ASKED = 150  # creators asked for, drawn with a fixed seed


def compare(path: Path = DATA) -> dict[str, Any] | None:
    """creators, asked, hit_rate_at_10, chance, popularity; None when the data is not there."""
    if not path.exists():
        return None
    rows = pl.read_csv(path, infer_schema=False).select("user_name", "vid_postTime", "vid_hashtags").drop_nulls("user_name")
    people, briefs, posts = [], {}, Counter[str]()
    for (who,), own in rows.sort("vid_postTime", descending=True).group_by(["user_name"], maintain_order=True):
        tags = [tuple(t.strip().casefold() for t in (row or "").split(",") if t.strip()) for row in own["vid_hashtags"]]
        posts[str(who)] = len(tags)
        if len(tags) >= _FEWEST and (held := [t for post in tags[:_HELD_OUT] for t in post]):
            briefs[str(who)] = held
            tags = tags[_HELD_OUT:]
        people.append(Candidate(str(who), (), tuple(tags)))
    corpus, popular = Corpus(people), {who for who, _ in posts.most_common(10)}
    asked = np.random.default_rng(0).permutation(sorted(briefs))[:_ASKED].tolist()
    hits = sum(any(row["creator"] == who for row in rank(corpus, "", briefs[who])[:10]) for who in asked)
    return {
        "creators": len(people),
        "asked": len(asked),
        "hit_rate_at_10": hits / len(asked),
        "chance": 10 / len(people),
        "popularity": sum(who in popular for who in asked) / len(asked),
    }


def lines(found: dict[str, Any] | None) -> list[str]:
    """The section of the results page."""
    if found is None:
        return []
    text = "Each creator's three newest posts' hashtags are held out and asked for as a brief; the creator should be among the first ten."
    row = "| {creators} | {asked} | {hit_rate_at_10:.3f} | {chance:.3f} | {popularity:.3f} |".format(**found)
    return ["## Affinity", "", text, "", "| creators | asked | hit rate@10 | chance | most posts |", "|--:|--:|--:|--:|--:|", row, ""]
