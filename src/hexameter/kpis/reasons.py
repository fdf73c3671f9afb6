"""Why a post's figure is null, in words a campaign manager reads. It decides nothing: the null came first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.kpis.reading import FORMULAS


def reasons(post: Mapping[str, Any]) -> dict[str, str]:
    """The null figures of a post, each with its reason.

    In      post  a row of `breakdowns.post_table`
    Example a post with 0 views -> {"by_views_pct": "views is 0"}
    """
    out = {name: f"{name} was not read" for name in ("views",) if post[name] is None}
    if post["interactions"] is None:
        missing = [name for name in ("likes", "comments", "shares") if post[name] is None]
        out["interactions"] = f"{_listed(missing)} {'was' if len(missing) == 1 else 'were'} not read"
    for rate, (ups, down) in FORMULAS.items():
        why = _why_no_rate(post, rate, ups, down)
        if why:
            out[f"{rate}_pct"] = why
    if post["gained"] is None:
        out["gained"] = (
            "no reading of views at or before the period's start" if post["views_end"] is not None else "views was not read in time"
        )
    if post["views_before_last_at"] is None:
        out["per_hour"] = "views was read fewer than two times"
    return out


def _why_no_rate(post: Mapping[str, Any], rate: str, ups: tuple[str, ...], down: str | None) -> str | None:
    needed = [*ups, *([down] if down else [])]
    if post[f"{rate}_up"] is None:
        missing = [name for name in needed if post[name] is None]
        if missing:
            return f"{_listed(missing)} {'was' if len(missing) == 1 else 'were'} not read"
        return f"{_listed(needed)} were never read together"
    below = down or "followers"
    if post[f"{rate}_down"] is None:
        return "the creator's followers were not read"
    return f"{below} is 0" if post[f"{rate}_down"] == 0 else None


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def left_out(posts: list[dict[str, Any]], figure: str) -> list[dict[str, str]]:
    """The posts a figure leaves out, each with its reason.

    In      posts   `breakdowns.post_objects`
            figure  views, interactions, by_views_pct, by_followers_pct, by_reach_pct, gained
    """
    return [{"post_id": p["post_id"], "creator": p["creator"], "why": p["reasons"][figure]} for p in posts if figure in p["reasons"]]


def not_counted(included: frozenset[str], excluded: frozenset[str], posts: list[dict[str, Any]]) -> list[dict[str, str | None]]:
    """Posts decided by hand that the numbers do not count, each with its reason."""
    counted = {p["post_id"] for p in posts}
    unread = sorted(included - excluded - counted)
    return [{"post_id": i, "creator": None, "why": "excluded by hand"} for i in sorted(excluded)] + [
        {"post_id": i, "creator": None, "why": "added by hand, but not in the period or not read by then"} for i in unread
    ]
