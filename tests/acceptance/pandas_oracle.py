"""The vietnam_2025 figures in plain pandas, written from KPIS.md alone: no code of Hexameter is used."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pandas as pd

COUNTERS = {"views": "vid_nview", "likes": "vid_nlike", "comments": "vid_ncomment", "shares": "vid_nshare"}


def shown(text: str) -> float:
    """A counter as the page shows it: 541.2K, 1.6M, 454, blank."""
    text = text.strip()
    if not text:
        return float("nan")
    scale = {"K": 1_000, "M": 1_000_000}.get(text[-1], 1)
    return round(float(text.rstrip("KM")) * scale)


def load(*files: Path) -> pd.DataFrame:
    """Readings of one or more crawls; the row whose share counter is the button's label 'Share' is left out: the import rejects it."""
    raw = pd.concat([pd.read_csv(f, dtype=str, encoding="utf-8-sig", keep_default_na=False) for f in files], ignore_index=True)
    raw = raw[raw.vid_nshare != "Share"]
    out = pd.DataFrame({"post_id": raw.vid_id, "creator": raw.user_name.str.lower()})
    out["published_at"] = pd.to_datetime(raw.vid_postTime, utc=True)
    out["captured_at"] = pd.to_datetime(raw.vid_scrapeTime, utc=True)
    for name, column in {**COUNTERS, "followers": "user_nfollower"}.items():
        out[name] = raw[column].map(shown)
    out["hashtags"] = raw.vid_hashtags.map(tags)
    return out.sort_values("captured_at", kind="stable").reset_index(drop=True)


def tags(cell: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFC", t.strip()).casefold() for t in cell.split(",") if t.strip())


def figures(rows: pd.DataFrame, as_of: str, followers: pd.DataFrame | None = None) -> dict[str, dict[str, object]]:
    """Videos, views, both rates and interactions of the posts in `rows`, as of an instant."""
    known = rows[rows.captured_at <= pd.Timestamp(as_of)]
    audience = known if followers is None else followers[followers.captured_at <= pd.Timestamp(as_of)]
    posts = known.groupby("post_id").agg(creator=("creator", "last"), published_at=("published_at", "last"))
    return {
        "videos": {"videos": len(posts)},
        "views": views(known, posts),
        "by_views_pct": rate(known, posts, ["likes", "comments", "shares"], None),
        "by_followers_pct": rate(known, posts, ["likes", "comments"], audience),
        "interactions": interactions(known, posts),
    }


def newest(known: pd.DataFrame, needed: list[str]) -> pd.DataFrame:
    whole = known.dropna(subset=needed)
    return whole.groupby("post_id").tail(1).set_index("post_id")


def views(known: pd.DataFrame, posts: pd.DataFrame) -> dict[str, object]:
    v = newest(known, ["views"]).views
    quarter = v.quantile([0.25, 0.5, 0.75])
    return {
        "total": v.sum(),
        "mean": v.mean(),
        "median": quarter[0.5],
        "p25": quarter[0.25],
        "p75": quarter[0.75],
        "max": v.max(),
        "n": len(v),
        "n_excluded": len(posts) - len(v),
    }


def rate(known: pd.DataFrame, posts: pd.DataFrame, counters: list[str], audience: pd.DataFrame | None) -> dict[str, object]:
    by_views = audience is None
    reading = newest(known, [*counters, "views"] if by_views else counters)
    numerator = reading[counters].sum(axis=1)
    denominator = reading.views if by_views else followers_at_post(posts, audience)
    both = pd.DataFrame({"up": numerator, "down": denominator}).reindex(posts.index)
    both = both[both.up.notna() & both.down.notna() & (both.down != 0)]
    each = both.up / both.down * 100
    return {
        "mean": each.mean(),
        "median": each.median(),
        "pooled": both.up.sum() / both.down.sum() * 100,
        "n": len(each),
        "n_excluded": len(posts) - len(each),
    }


def followers_at_post(posts: pd.DataFrame, audience: pd.DataFrame) -> pd.Series:
    known = audience.dropna(subset=["followers"])[["creator", "captured_at", "followers"]].sort_values("captured_at", kind="stable")
    left = posts.reset_index().sort_values("published_at", kind="stable")
    join = {"left_on": "published_at", "right_on": "captured_at", "by": "creator"}
    before = pd.merge_asof(left, known, direction="backward", **join)
    after = pd.merge_asof(left, known, direction="forward", **join)
    return pd.Series(before.followers.fillna(after.followers).values, index=left.post_id)


def interactions(known: pd.DataFrame, posts: pd.DataFrame) -> dict[str, object]:
    out: dict[str, object] = {name: newest(known, [name])[name].sum() for name in ("likes", "comments", "shares")}
    whole = newest(known, ["likes", "comments", "shares"])
    each = whole.likes + whole.comments + whole.shares
    return {**out, "interactions": each.sum(), "n": len(each), "n_excluded": len(posts) - len(each), "mean_per_post": each.mean()}


def gained(rows: pd.DataFrame, start: str, end: str) -> dict[str, float]:
    """Views gained between two instants by the posts published before the first."""
    first = newest(rows[rows.captured_at <= pd.Timestamp(start)], ["views"]).views
    last = newest(rows[rows.captured_at <= pd.Timestamp(end)], ["views"]).views
    return {"gained": (last - first).sum(), "gained_n": int((last - first).notna().sum())}


def follower_growth(rows: pd.DataFrame, start: str, end: str) -> dict[str, float]:
    """Start, end and net over the creators with two distinct readings."""
    known = rows.dropna(subset=["followers"])
    known = known[known.captured_at <= pd.Timestamp(end)]
    before = known[known.captured_at <= pd.Timestamp(start)].groupby("creator").tail(1).set_index("creator")
    inside = known[known.captured_at > pd.Timestamp(start)].groupby("creator").head(1).set_index("creator")
    first = before.combine_first(inside)
    last = known.groupby("creator").tail(1).set_index("creator")
    both = first.join(last, rsuffix="_end")
    both = both[both.captured_at_end > both.captured_at]
    return {
        "start": both.followers.sum(),
        "end": both.followers_end.sum(),
        "net": both.followers_end.sum() - both.followers.sum(),
        "n": len(both),
        "n_excluded": rows.creator.nunique() - len(both),
    }
