"""Which posts are worth boosting: the surest lift above the creator's own level first, each with its reasons. It buys nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hexameter.contracts.sentences import Sentence

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
    if age is None:
        return "too early", [Sentence("time of publication unknown")]
    if age < YOUNGEST_HOURS:
        return "too early", [Sentence("{age:.0f} hours old; judged from {least:.0f}", age=age, least=YOUNGEST_HOURS)]
    if views is None:
        return "too early", [Sentence("views not read")]
    if views < FEWEST_VIEWS:
        return "too early", [Sentence("{views:,} views; judged from {least:,}", views=views, least=FEWEST_VIEWS)]
    if post.get("low") is None:
        return "no baseline", [Sentence("fewer than 5 other posts of the creator were read at this age")]
    return "ready", []


def _blocks(post: Mapping[str, Any]) -> list[str]:
    failed = post.get("clauses_failed") or ()
    rights = {"refused": Sentence("rights refused"), "expired": Sentence("rights expired")}
    said: list[str] = [rights[post["rights"]]] if post.get("rights") in rights else []
    said += [Sentence("clause failed: {clauses}", clauses=", ".join(failed))] if failed else []
    return said + ([Sentence("music not cleared for ads")] if post.get("music_cleared") is False else [])


def _strengths(post: Mapping[str, Any], beyond: float | None) -> list[str]:
    low, lift = post.get("low"), post.get("lift")
    said: list[str] = []
    if low is not None and lift is not None and low > 1:
        said.append(Sentence("at least {low:.1f} times the creator's own level at the same age (about {lift:.1f})", low=low, lift=lift))
    elif low is not None and lift is not None:
        said.append(Sentence("{lift:.1f} times the creator's own level at the same age, within chance", lift=lift))
    if beyond is not None and beyond > 1:
        said.append(Sentence("{n:.1f} views a follower: seen beyond the followers", n=beyond))
    elif beyond is not None:
        said.append(Sentence("{n:.1f} views a follower", n=beyond))
    if post.get("full_watch_pct") is not None:
        said.append(Sentence("{pct:.0f} % watched to the end", pct=post["full_watch_pct"]))
    if post.get("rights") == "asked":
        said.append(Sentence("rights asked, not yet granted"))
    return said
