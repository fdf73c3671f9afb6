"""What a manager should look at: what is missing, odd or late, with where to go. It judges by what was measured and computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hexameter.views.web.gaps import going_on, happened
from hexameter.views.web.goals import GoalShown
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts

_NAMED = 4
_LATEST = 2  # gaps that are over and named one by one


@dataclass(frozen=True)
class Item:
    """One thing: how urgent (bad, warn, info), what, details, and where to go; `platform`: what the platform said, in its own words."""

    tone: str
    title: str
    detail: str
    link: str = ""
    action: str = ""
    platform: str = ""


def items(
    document: Mapping[str, Any],
    shown: Mapping[str, Any],
    gaps: Sequence[Mapping[str, Any]],
    t: Texts,
    num: Numbers,
    goals: Sequence[GoalShown] = (),
) -> list[Item]:
    """Everything that needs somebody, the most urgent first."""
    found = [
        *_goals(goals, t),
        *_gaps(gaps, t, num),
        *_silent(document, shown, t),
        *_jumps(document, t, num),
        *_left_out(document, shown, t),
    ]
    found += [Item("warn", t("Worth knowing"), text) for text in (*shown.get("warnings", ()), *document.get("warnings", ()))]
    return sorted(found, key=lambda item: ("bad", "warn", "info").index(item.tone))


def _goals(goals: Sequence[GoalShown], t: Texts) -> Iterator[Item]:
    for goal in goals:
        if goal.tone in ("warn", "bad"):
            title = t("Goal at risk: {figure}", figure=goal.title) if goal.tone == "bad" else t("Goal behind: {figure}", figure=goal.title)
            yield Item(goal.tone, title, goal.detail, f"#{goal.kpi}", t("Look"))


def _gaps(gaps: Sequence[Mapping[str, Any]], t: Texts, num: Numbers) -> Iterator[Item]:
    """What still cannot be read, one thing a reason, and the latest gaps that are over; all are in the chart. Posts gone are one thing."""
    gone = [gap for gap in gaps if gap["reason"] == "gone" and gap["to_at"] is None]
    over = [gap for gap in gaps if gap["reason"] != "gone" and gap["to_at"] is not None]
    if gone:
        title = t.many(len(gone), "{n} post is no longer handed over", "{n} posts are no longer handed over")
        yield Item("warn", title, t("Deleted or private; what was read of them stays. Since {day}.", day=num.instant(gone[0]["from_at"])))
    for told in going_on(gaps, t, num):
        yield Item(told.tone, told.title, told.detail, told.link, t("Connections") if told.link else "", told.platform)
    for gap in over[: -_LATEST - 1 : -1]:
        said = ": ".join(part for part in (gap["who"], happened(gap["reason"], t)) if part)
        yield Item("info", t("Gap on {day}", day=num.instant(gap["from_at"])), said, platform=gap["sentence"])
    rest = max(0, len(over) - _LATEST)
    if rest:
        yield Item("info", t.many(rest, "{n} gap more", "{n} gaps more"), t("Drawn in the chart of views."))


def _silent(document: Mapping[str, Any], shown: Mapping[str, Any], t: Texts) -> Iterator[Item]:
    posted = {row["creator"] for row in document["creators"] if row["videos"]["videos"]}
    silent = [handle for handle in shown["creators"] if handle not in posted]
    if silent:
        yield Item("warn", t.many(len(silent), "{n} creator without a post", "{n} creators without a post"), _named(silent, t))


def _jumps(document: Mapping[str, Any], t: Texts, num: Numbers) -> Iterator[Item]:
    by_creator: dict[str, list[Mapping[str, Any]]] = {}
    for jump in document["followers"].get("anomalies") or ():
        by_creator.setdefault(jump["creator"], []).append(jump)
    for handle, jumps in by_creator.items():
        days = ", ".join(f"{num.day(j['day'], year=False)} {num.signed(j['net'])}" for j in jumps[:3])
        yield Item("warn", t("Followers of @{handle} jumped", handle=handle), days, f"/creators/{handle}", t("Look"))


def _left_out(document: Mapping[str, Any], shown: Mapping[str, Any], t: Texts) -> Iterator[Item]:
    n = document["engagement_rate"]["by_views_pct"]["n_excluded"]
    if n:
        title = t.many(n, "{n} post without an engagement rate", "{n} posts without an engagement rate")
        link = f"/campaigns/{shown['slug']}/receipts/engagement_rate"
        yield Item("info", title, t("Some of their counters were not read, or they have no views."), link, t("Which"))


def _named(handles: Sequence[str], t: Texts) -> str:
    said = ", ".join(f"@{handle}" for handle in handles[:_NAMED])
    return said + (" " + t("and {n} more", n=len(handles) - _NAMED) if len(handles) > _NAMED else "")
