"""The six tiles of a campaign: figure, change, sparkline, small print, freshness. It rounds; it computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from hexameter.charts import series, sparkline
from hexameter.views.web.goals import GoalShown
from hexameter.views.web.numbers import NOTHING, Numbers
from hexameter.views.web.texts import Texts

FRESH_HOURS, STALE_HOURS = 26, 50


@dataclass(frozen=True)
class Change:
    """How far the figure moved, and since when."""

    shown: str
    tone: str  # up, down or flat
    since: str


@dataclass(frozen=True)
class Tile:
    """One number: `value` is the document's own, `shown` what is read. `why`: the reason, when there is no value."""

    kpi: str
    title: str
    value: Any
    shown: str
    unit: str
    change: Change | None
    drawing: Markup
    small: tuple[str, ...]
    why: str
    counted: Mapping[str, Any] = field(default_factory=dict)
    goals: tuple[GoalShown, ...] = ()


@dataclass(frozen=True)
class Looked:
    """What the tiles are made of: the document, the changes, the definition chosen, the languages."""

    document: Mapping[str, Any]
    changes: Mapping[str, Mapping[str, Any]]
    since: str
    definition: str
    t: Texts
    num: Numbers
    goals: Sequence[GoalShown] = ()
    by_day: Sequence[Mapping[str, Any]] | None = None  # `series.views_by_day` of the document, where it is known


def tiles(seen: Looked) -> list[Tile]:
    """The six, in the order of KPIS.md, each with the goals of its figures."""
    six = [_videos(seen), _views(seen), _rate(seen), _interactions(seen), _followers(seen), _hashtag(seen)]
    return [replace(tile, goals=tuple(goal for goal in seen.goals if goal.kpi == tile.kpi)) for tile in six]


def freshness(document: Mapping[str, Any], t: Texts, num: Numbers) -> tuple[str, str]:
    """How old the newest reading is: a tone (ok, warn, bad, none) and a sentence."""
    newest = max((post["captured_at"] for post in document.get("posts") or () if post.get("captured_at")), default=None)
    if newest is None:
        return "none", t("Not read yet")
    as_of = document["as_of"]
    hours = (datetime.fromisoformat(as_of) - datetime.fromisoformat(newest)).total_seconds() / 3600
    tone = "ok" if hours <= FRESH_HOURS else "warn" if hours <= STALE_HOURS else "bad"
    return tone, t("Read {ago}", ago=num.ago(newest, as_of))


def rounding(figures: Mapping[str, Any], t: Texts, num: Numbers) -> str:
    """What rounded counters leave open, "" when all were exact."""
    low, high = figures.get("rounding_low"), figures.get("rounding_high")
    if low is None or low == high:
        return ""
    if high is None:
        return t("at least {low}, counters were rounded", low=num.count(low))
    return t("±{half} from rounded counters", half=num.count((high - low + 1) // 2))


def _videos(s: Looked) -> Tile:
    v = s.document["videos"]
    days = series.posts_by_day(s.document)
    unfinished = series.unfinished_day(s.document["period"], s.document["as_of"]) is not None
    per_day = s.t("{n} a day", n=s.num.number(v["per_day"])) if v["per_day"] is not None else ""
    posted = sum(1 for c in s.document["creators"] if c["videos"]["videos"])
    creators = s.t.many(posted, "{n} creator posted", "{n} creators posted")
    active = s.t("{n} active days of {days}", n=v["active_days"], days=v["days"])
    drawing = sparkline.bars([d["posts"] for d in days], s.t("Posts by day"), unfinished)
    small = _said(creators, per_day, active)
    return _tile(s, "videos", s.t("Videos produced"), v["videos"], s.num.count, "", drawing, small, s.t("none yet"), v, "count")


def _views(s: Looked) -> Tile:
    v = s.document["views"]
    rows = series.views_by_day(s.document) if s.by_day is None else s.by_day
    small = _said(
        s.t("median {n} a video", n=s.num.number(v["median"])) if v["median"] is not None else "", rounding(v, s.t, s.num), _counted(s, v)
    )
    drawing = sparkline.line([r["views"] for r in rows], s.t("Views by day"))
    return _tile(s, "views", s.t("Views"), v["total"], s.num.count, "", drawing, small, s.t("no post had its views read"), v, "pct")


def _rate(s: Looked) -> Tile:
    whole = s.document["engagement_rate"]
    chosen = next((d for d in whole.get("definitions") or () if d["definition"] == s.definition), None)
    title = s.t("Engagement rate")
    by_post = sorted(s.document["posts"], key=lambda p: p.get("published_at") or "")
    if chosen is not None:
        small = _said(f"{chosen['formula']}", chosen["statistic"], _counted(s, chosen))
        return Tile(
            "engagement_rate", title, chosen["value_pct"], s.num.percent(chosen["value_pct"]), chosen["title"], None, Markup(""), small,
            "" if chosen["value_pct"] is not None else s.t("no post with all of its counters"), chosen,
        )  # fmt: skip
    name, other = ("by_followers_pct", "by_views_pct") if s.definition == "by_followers" else ("by_views_pct", "by_followers_pct")
    rate = whole[name]
    unit = {"by_views_pct": s.t("by views"), "by_followers_pct": s.t("by followers")}
    sure = s.t("95 % {low}–{high}", low=_bare(s, rate["low"]), high=_bare(s, rate["high"])) if rate.get("low") is not None else ""
    small = _said(f"{unit[other]} {s.num.percent(whole[other]['mean'])}", sure, _counted(s, rate))
    drawing = sparkline.line([p.get(name) for p in by_post], s.t("Rate of each post"))
    change = "points" if name == "by_views_pct" else ""
    why = s.t("no post with all of its counters")
    return _tile(s, "engagement_rate", title, rate["mean"], s.num.percent, unit[name], drawing, small, why, rate, change)


def _interactions(s: Looked) -> Tile:
    i = s.document["interactions"]
    likes, comments, shares = (s.num.count(i[name]) for name in ("likes", "comments", "shares"))
    parts = s.t("{likes} likes · {comments} comments · {shares} shares", likes=likes, comments=comments, shares=shares)
    drawing = sparkline.line([r["interactions"] for r in i.get("cumulative") or ()], s.t("Interactions by day"))
    small, why = _said(parts, rounding(i, s.t, s.num)), s.t("no post had likes, comments and shares read")
    return _tile(s, "interactions", s.t("Interactions"), i["interactions"], s.num.count, "", drawing, small, why, i, "pct")


def _followers(s: Looked) -> Tile:
    f = s.document["followers"]
    days = series.followers_known(s.document)
    jumps = len({(a["creator"], a["day"]) for a in f.get("anomalies") or ()})
    small = _said(
        f"{s.num.count(f['start'])} → {s.num.count(f['end'])}" if f["net"] is not None else "",
        s.t.many(jumps, "{n} jump flagged", "{n} jumps flagged") if jumps else "",
        s.t("measured since {day}", day=s.num.day(f["measured_since"], year=False)) if f.get("measured_since") else "",
        _counted(s, f, "creator"),
    )
    drawing = sparkline.line([r["followers"] for r in days], s.t("Followers by day"))
    growth = f["growth_pct"]
    change = None if growth is None else Change(s.num.signed_percent(growth), _tone(growth), s.t("over the period"))
    why = "" if f["net"] is not None else s.t("needs two readings of the followers")
    title, shown = s.t("Follower growth"), s.num.signed(f["net"])
    return Tile("followers", title, f["net"], shown, s.t("its creators"), change, Markup(drawing), small, why, f)


def _hashtag(s: Looked) -> Tile:
    h = s.document["hashtag"]
    money, currency = s.num.money, h.get("currency")
    tags = s.t("Return")
    drawing = sparkline.line([w["views"] for w in h.get("weekly") or ()], s.t("Views by week of publication"))
    costs = [
        s.t("{amount} cost", amount=money(h["cost"], currency)) if h.get("cost") is not None else s.t("no cost recorded"),
        s.t("{amount} revenue", amount=money(h["revenue"], currency)) if h.get("revenue") is not None else "",
        f"CPM {money(h['cpm'], currency)}" if h.get("cpm") is not None else "",
    ]
    if h.get("roi_pct") is not None:
        write = s.num.signed_percent
        return _tile(s, "hashtag", tags, h["roi_pct"], write, s.t("return on cost"), drawing, _said(*costs), "", h, "points")
    reach = s.t("{n} potential reach", n=s.num.count(h["potential_reach"])) if h.get("potential_reach") is not None else ""
    why = s.t("no post had its views read")
    title, unit = s.t("Hashtag performance"), s.t("views, not people")
    return _tile(s, "hashtag", title, h["views"], s.num.count, unit, drawing, _said(*costs, reach), why, h, "")


def _tile(s: Looked, kpi: str, title: str, value: Any, write: Any, unit: str, drawing: str, small: tuple[str, ...], why: str,
          counted: Mapping[str, Any], change: str) -> Tile:  # fmt: skip
    moved = _change(s, kpi, change) if change else None
    return Tile(kpi, title, value, write(value), unit, moved, Markup(drawing), small, why if value in (None, 0) else "", counted)


def _change(s: Looked, kpi: str, kind: str) -> Change | None:
    found = s.changes.get(kpi) or {}
    delta, pct = found.get("delta"), found.get("pct")
    if delta is None or (kind == "pct" and pct is None):
        return None
    shown = {"count": s.num.signed, "points": s.num.points}[kind](delta) if kind != "pct" else s.num.signed_percent(pct)
    return Change(shown, _tone(delta), s.since)


def _counted(s: Looked, figures: Mapping[str, Any], noun: str = "post") -> str:
    n, left = figures.get("n") or 0, figures.get("n_excluded") or 0
    said = s.t.many(n, "{n} creator", "{n} creators", shown=s.num.count(n)) if noun == "creator" else f"n {s.num.count(n)}"
    return said + (", " + s.t("{n} left out", n=s.num.count(left)) if left else "")


def _bare(s: Looked, value: float) -> str:
    return s.num.percent(value).removesuffix("%").rstrip()


def _tone(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else "flat"


def _said(*parts: str) -> tuple[str, ...]:
    return tuple(part for part in parts if part and part != NOTHING)
