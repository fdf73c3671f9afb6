"""Which posts are worth boosting: the surest lift above the creator's own level first, each with its reasons. It buys nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

METHOD, VERSION = "ad_reuse", "1"
YOUNGEST_HOURS, FEWEST_VIEWS = 48.0, 1000


def ranked(posts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The queue, best first: ready posts by the lower bound of their lift, then those too early, without a baseline, blocked.

    In      posts  post_id, creator, age_hours, views, followers, reach, full_watch_pct, lift, low (forecast.lift), n; where the desk says:
                   rights ("granted", "asked", "refused", "expired"), clauses_failed (list of names), music_cleared (bool)
    Out     post_id, creator, rank, state (ready, too early, no baseline, blocked), lift, low, beyond_followers, reasons, the rest as given
    Null    beyond_followers: no followers or views known; flags that are not given are not asked about
    Source  METHODS.md 3.11
    Example a post 3 times its creator's level, at least 1.4, with 5 views a follower -> ready, "at least 1.4 times the creator's own level"
    """
    rows = [_row(post) for post in posts]
    order = {"ready": 0, "too early": 1, "no baseline": 2, "blocked": 3}
    rows.sort(key=lambda r: (order[r["state"]], -(r["low"] or 0), -(r["beyond_followers"] or 0), r["post_id"]))
    return [{**row, "rank": at if row["state"] == "ready" else None} for at, row in enumerate(rows, 1)]


def _row(post: Mapping[str, Any]) -> dict[str, Any]:
    views, followers = post.get("views"), post.get("followers")
    beyond = views / followers if views is not None and followers else None
    blocks = _blocks(post)
    state, why = _state(post, blocks)
    kept = {name: post.get(name) for name in ("post_id", "creator", "views", "lift", "low", "n", "reach", "full_watch_pct", "age_hours")}
    return {**kept, "state": state, "beyond_followers": beyond, "reasons": [*why, *_strengths(post, beyond)]}


def _state(post: Mapping[str, Any], blocks: list[str]) -> tuple[str, list[str]]:
    if blocks:
        return "blocked", blocks
    age, views = post.get("age_hours"), post.get("views")
    if age is None or age < YOUNGEST_HOURS:
        return "too early", [f"{age:.0f} hours old; judged from {YOUNGEST_HOURS:.0f}" if age is not None else "time of publication unknown"]
    if views is None or views < FEWEST_VIEWS:
        return "too early", [f"{views:,} views; judged from {FEWEST_VIEWS:,}" if views is not None else "views not read"]
    if post.get("low") is None:
        return "no baseline", ["fewer than 5 other posts of the creator were read at this age"]
    return "ready", []


def _blocks(post: Mapping[str, Any]) -> list[str]:
    failed = post.get("clauses_failed") or ()
    said = [f"rights {post['rights']}"] if post.get("rights") in ("refused", "expired") else []
    said += [f"clause failed: {', '.join(failed)}"] if failed else []
    return said + (["music not cleared for ads"] if post.get("music_cleared") is False else [])


def _strengths(post: Mapping[str, Any], beyond: float | None) -> list[str]:
    low, lift, said = post.get("low"), post.get("lift"), []
    if low is not None and lift is not None:
        level = "the creator's own level at the same age"
        said.append(f"at least {low:.1f} times {level} (about {lift:.1f})" if low > 1 else f"{lift:.1f} times {level}, within chance")
    if beyond is not None:
        said.append(f"{beyond:.1f} views a follower" + (": seen beyond the followers" if beyond > 1 else ""))
    if post.get("full_watch_pct") is not None:
        said.append(f"{post['full_watch_pct']:.0f} % watched to the end")
    if post.get("rights") == "asked":
        said.append("rights asked, not yet granted")
    return said
