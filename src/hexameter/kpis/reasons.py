"""Why a post's figure is null, in words a campaign manager reads. It decides nothing: the null came first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from hexameter.contracts.sentences import Sentence
from hexameter.kpis.reading import FORMULAS


def reasons(post: Mapping[str, Any]) -> dict[str, str]:
    """The null figures of a post, each with its reason.

    In      post  a row of `breakdowns.post_table`
    Example a post with 0 views -> {"by_views_pct": "views is 0"}
    """
    out: dict[str, str] = {"views": _not_read(("views",))} if post["views"] is None else {}
    if post["interactions"] is None:
        out["interactions"] = _not_read(tuple(name for name in ("likes", "comments", "shares") if post[name] is None))
    for rate, (ups, down) in FORMULAS.items():
        why = _why_no_rate(post, rate, ups, down)
        if why:
            out[f"{rate}_pct"] = why
    if post["gained"] is None:
        before = Sentence("no reading of views at or before the period's start")
        out["gained"] = before if post["views_end"] is not None else Sentence("views was not read in time")
    if post["views_before_last_at"] is None:
        out["per_hour"] = Sentence("views was read fewer than two times")
    return out


def _why_no_rate(post: Mapping[str, Any], rate: str, ups: tuple[str, ...], down: str | None) -> str | None:
    needed = [*ups, *([down] if down else [])]
    if post[f"{rate}_up"] is None:
        missing = tuple(name for name in needed if post[name] is None)
        return _not_read(missing) if missing else Sentence("{figures} were never read together", figures=_listed(needed))
    below = down or "followers"
    if post[f"{rate}_down"] is None:
        return Sentence("the creator's followers were not read")
    return Sentence("{figure} is 0", figure=Sentence(below)) if post[f"{rate}_down"] == 0 else None


@cache
def _not_read(missing: tuple[str, ...]) -> Sentence:
    figure = _listed(missing)
    return Sentence("{figure} was not read", figure=figure) if len(missing) == 1 else Sentence("{figures} were not read", figures=figure)


def _listed(names: Sequence[str]) -> Sentence:
    """Figures one after another; their names are sentences of their own, as they too are words."""
    if len(names) == 1:
        return Sentence(names[0])
    first, last = Sentence(names[0]), _listed(names[1:])
    return (
        Sentence("{first} and {last}", first=first, last=last) if len(names) == 2 else Sentence("{first}, {last}", first=first, last=last)
    )


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
    return [{"post_id": i, "creator": None, "why": Sentence("excluded by hand")} for i in sorted(excluded)] + [
        {"post_id": i, "creator": None, "why": Sentence("added by hand, but not in the period or not read by then")} for i in unread
    ]
