"""TikTok Ads Manager's report export: what each ad cost and delivered a day. It knows nothing of campaigns and costs of the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.errors import BadFile, MissingColumn
from hexameter.sources.files.checked import Checked
from hexameter.sources.files.frames import read_pieces
from hexameter.sources.files.money import currencies, minor_units
from hexameter.sources.files.numbers import counters
from hexameter.sources.files.shaped import JSON_KINDS
from hexameter.sources.files.text import ids

_COUNTS: dict[str, tuple[str, ...]] = {
    "impressions": ("impressions", "impression"),
    "reach": ("reach",),
    "views": ("video views", "video play actions", "video_play_actions"),
    "views_2s": ("2-second video views", "video_watched_2s"),
    "views_6s": ("6-second video views", "6-second video views (focused view)", "video_watched_6s"),
    "views_p25": ("video views at 25%", "video_views_p25"),
    "views_p50": ("video views at 50%", "video_views_p50"),
    "views_p75": ("video views at 75%", "video_views_p75"),
    "views_p100": ("video views at 100%", "video completions", "video_views_p100"),
    "clicks": ("clicks (destination)", "destination clicks", "clicks", "clicks (all)"),
    "conversions": ("conversions", "conversion", "total conversions"),
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "ad_id": ("ad id", "ad_id"),
    "ad_name": ("ad name", "ad", "ad_name"),
    "group_name": ("ad group name", "adgroup_name"),
    "campaign_name": ("campaign name", "campaign_name"),
    "post_id": ("tiktok post id", "tiktok item id", "tiktok_item_id", "post id", "video id"),
    "day": ("by day", "date", "day", "stat_time_day"),
    "spend_minor": ("cost", "total cost", "spend", "amount spent"),
    "currency": ("currency",),
    **_COUNTS,
}
_BREAKDOWNS = ("age", "gender", "country/region", "country", "placement", "platform", "operating system", "language", "interest", "by hour")
_SPAN = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:\s*(?:to|-|–|_)\s*)(\d{4})-?(\d{2})-?(\d{2})")


class AdsReport:
    """A custom report of ads, by day."""

    name = "ads_report"
    title = "TikTok Ads Manager report"
    help = (
        "Ads Manager's report of ads by day, CSV or XLSX: cost, impressions, reach, video views to 2 and 6 seconds and by quarter, clicks."
    )
    example = (
        "Ad name,By Day,Cost,Currency,Impressions,Reach,Video views,2-second video views,Clicks (destination)\n"
        "Lea glow,2026-10-01,12.34,EUR,5120,4800,3100,1900,77\nTotal of 1 results,-,12.34,EUR,5120,4800,3100,1900,77\n"
    )
    limits = (
        "One row an ad and day: dimensions Ad name (or Ad ID) and By Day, no breakdown by age, place or device. A report without days is "
        "read when its name spans a single day. The currency is read from its column, the cell or the header; a bare $ is not enough. "
        "Masked values (<5) stay unread."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether cost and impressions stand beside a campaign's, ad group's or ad's name."""
        if sample.kind in JSON_KINDS:
            return False
        found = _found(sample.columns)
        return {"spend_minor", "impressions"} <= found.keys() and bool({"ad_id", "ad_name", "group_name", "campaign_name"} & found.keys())

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The ads' days.

        Raises  MissingColumn  no ad, or no day and no single day in the file's name
                BadFile        the report is broken down further than ad and day
        """
        found = _found(sample.columns)
        only = _checked(sample, found)
        progress.start(f"Reading {sample.name}", None)
        for piece in read_pieces(sample, list(found.values())):
            frame = piece.frame.select("row", *(pl.col(c).alias(field) for field, c in found.items()))
            header = currencies(pl.Series([found["spend_minor"].upper()]))[0]
            yield _chunk(_without_totals(frame), piece.broken, only, header)
            progress.advance(piece.frame.height)
        progress.finish()


def _found(columns: Sequence[str]) -> dict[str, str]:
    """Field -> the file's column, by alias; a unit in brackets after the cost does not count."""
    named = {re.sub(r"\s+", " ", c.replace("\xa0", " ")).strip().casefold(): c for c in columns}
    named |= {
        re.sub(r"\s*\([a-z]{3}\)$", "", n): c for n, c in named.items() if n.startswith(("cost", "spend", "amount spent", "total cost"))
    }
    hits = {field: next((named[a] for a in aliases if a in named), None) for field, aliases in _COLUMNS.items()}
    return {field: column for field, column in hits.items() if column is not None}


def _checked(sample: FileSample, found: dict[str, str]) -> date | None:
    finer = [c for c in sample.columns if c.strip().casefold() in _BREAKDOWNS]
    if finer:
        raise BadFile(
            f"'{sample.name}' is broken down by {', '.join(finer)}: an ad's day would stand in it several times.",
            hint="Export it by ad and day only.",
        )
    if "ad_id" not in found and "ad_name" not in found:
        raise MissingColumn(f"'{sample.name}' names no ads.", field="ad_id", hint="Export it with the dimension Ad name or Ad ID.")
    if "day" in found:
        return None
    only = _only_day(sample)
    if only is None:
        raise MissingColumn(
            f"'{sample.name}' does not say which day each row is of.", field="day", hint="Export it with the dimension By Day."
        )
    return only


def _only_day(sample: FileSample) -> date | None:
    span = _SPAN.search(sample.name) or _SPAN.search(sample.origin)
    if span is None or span.groups()[:3] != span.groups()[3:]:
        return None
    try:
        return date(*(int(g) for g in span.groups()[:3]))
    except ValueError:
        return None


def _without_totals(frame: pl.DataFrame) -> pl.DataFrame:
    names = [c for c in ("campaign_name", "group_name", "ad_name", "ad_id", "day") if c in frame.columns]
    total = pl.any_horizontal(pl.col(c).cast(pl.String).str.contains(r"(?i)^\s*total of\s+[\d.,]+") for c in names)
    return frame.filter(~total.fill_null(False))


def _chunk(frame: pl.DataFrame, broken: pl.DataFrame, only: date | None, header: str | None) -> Chunk:
    checked = Checked(_with_ads(frame))
    _take_counts(checked)
    _take_money(checked, header)
    if only is not None:
        checked.frame = checked.frame.with_columns(day=pl.lit(only))
    else:
        raw = pl.col("day").cast(pl.String)
        day = raw.str.strip_chars().str.slice(0, 10).str.replace_all("/", "-").str.to_date("%Y-%m-%d", strict=False)
        why = pl.format('day is "{}"; expected year-month-day, like 2026-10-01', raw.fill_null(""))
        checked.refuse(day.is_null(), "day", raw, why)
        checked.frame = checked.frame.with_columns(day=day)
    checked.refuse(pl.col("ad_id").is_null(), "ad_id", pl.lit(""), pl.lit("the row names no ad"))
    checked.frame = checked.frame.with_columns(source=pl.lit("ads_report"))
    return checked.chunk("paid_day", broken)


def _with_ads(frame: pl.DataFrame) -> pl.DataFrame:
    """The ad's id, else its name; where one name stands twice on a day, with its group's and campaign's before it."""
    names = [pl.col(c).cast(pl.String).str.strip_chars() for c in ("ad_id", "ad_name") if c in frame.columns]
    named = frame.with_columns(ad_id=pl.coalesce(pl.when(n.is_in(["", "-", "--"]).not_()).then(n) for n in names))
    levels = [c for c in ("campaign_name", "group_name", "ad_name") if c in frame.columns]
    key = [c for c in ("ad_id", "day") if c in named.columns]
    if "ad_id" in frame.columns or len(levels) < 2 or not named.select(pl.struct(key).is_duplicated().any()).item():
        return named
    return named.with_columns(ad_id=pl.concat_str([pl.col(c).cast(pl.String) for c in levels], separator=" / "))


def _take_counts(checked: Checked) -> None:
    for field in _COUNTS:
        if field in checked.frame.columns:
            raw = checked.frame[field]
            if raw.dtype == pl.String:  # figures of fewer than five people are masked: "<5"
                masked = raw.str.strip_chars().str.starts_with("<").fill_null(False)
                checked.frame = checked.frame.with_columns(raw.set(masked, None).alias(field))
            checked.take(field, counters(checked.frame[field], field))
    if "post_id" in checked.frame.columns:
        said = ~pl.col("post_id").cast(pl.String).str.strip_chars().is_in(["", "-", "--"])
        checked.frame = checked.frame.with_columns(post_id=pl.when(said).then("post_id"))
        checked.take("post_id", ids(checked.frame["post_id"], "post_id"))


def _take_money(checked: Checked, header: str | None) -> None:
    cost = checked.frame["spend_minor"]
    told = [currencies(checked.frame["currency"])] if "currency" in checked.frame.columns else []
    code = pl.DataFrame([s.alias(str(i)) for i, s in enumerate((*told, currencies(cost)))]).select(
        pl.coalesce(pl.all(), pl.lit(header, pl.String))
    )
    checked.frame = checked.frame.with_columns(code.to_series().alias("currency"))
    amounts = minor_units(cost, code.to_series(), "cost")
    spent = cost.cast(pl.String).str.contains(r"\d").fill_null(False)
    why = "the report does not say the currency of this cost; export it with the column Currency"
    checked.refuse(pl.lit(spent) & pl.col("currency").is_null(), "currency", pl.col("spend_minor"), pl.lit(why))
    checked.take("spend_minor", amounts)


FORMAT = AdsReport()
