"""TikTok Studio's analytics exports: Overview, Viewers, the four Follower files and Content. It never guesses whose account it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from zoneinfo import ZoneInfo

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.contracts.spelling import handle_of
from hexameter.errors import BadFile, BadValue
from hexameter.sources.files.capture_time import export_day, told
from hexameter.sources.files.checked import Checked
from hexameter.sources.files.frames import read_pieces
from hexameter.sources.files.numbers import counters, reals, whole_numbers
from hexameter.sources.files.rows import Rows
from hexameter.sources.files.shaped import JSON_KINDS
from hexameter.sources.files.studio_content import CONTENT_COLUMNS, content_frame
from hexameter.sources.files.studio_dates import daily_series

_NOTHING = ("undefined", "", "-", "--")
_ACCOUNT = re.compile(r"^Followers?_(?P<handle>[\w.\-]+?)(?:\.zip)?$", re.IGNORECASE)
_DATE_LIKE = re.compile(r"[\d_.\-]+")

# kind -> column -> the headers it goes by; every real export seen has English ones, whatever the language of its dates
KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "overview": {
        "day": ("date", "fecha", "data", "datum"),
        "video_views": ("video views",),
        "profile_views": ("profile views",),
        "likes": ("likes",),
        "comments": ("comments",),
        "shares": ("shares",),
    },
    "viewers": {
        "day": ("date",),
        "unique_viewers": ("total viewers",),
        "new_viewers": ("new viewers",),
        "returning_viewers": ("returning viewers",),
    },
    "followers": {
        "day": ("date",),
        "followers": ("followers",),
        "_difference": ("difference in followers from previous day",),
    },
    "activity": {"day": ("date",), "hour": ("hour",), "value": ("active followers",)},
    "gender": {"key": ("gender",), "share": ("distribution",)},
    "territories": {"key": ("top territories", "territories"), "share": ("distribution",)},
    "content": CONTENT_COLUMNS,
}
_WORDS = ("day", "key", "time", "url", "caption")
_NEEDED = {"content": frozenset({"time", "url", "views"})}
_FIGURES = {
    "overview": ("video_views", "profile_views", "likes", "comments", "shares"),
    "viewers": ("unique_viewers", "new_viewers", "returning_viewers"),
}


@dataclass(frozen=True)
class _Job:
    """One export: its kind, its sample, and what the user said."""

    kind: str
    sample: FileSample
    options: ImportOptions

    @property
    def newest(self) -> date:
        return export_day(self.sample, self.options)

    def account(self) -> str:
        """The handle of the account: --creator, else the folder's or zip's name."""
        if self.options.creator:
            return handle_of(self.options.creator)
        for part in reversed(PurePath(self.sample.origin).parts[-4:-1]):
            found = _ACCOUNT.match(part)
            if found and not _DATE_LIKE.fullmatch(found["handle"]):
                return handle_of(found["handle"])
        raise BadValue(
            f"'{self.sample.name}' does not say whose account it is.",
            field="creator",
            hint="Add --creator HANDLE, or keep it in a folder named like Followers_HANDLE.",
        )


class TikTokStudio:
    """One file of a Studio export."""

    name = "tiktok_studio"
    title = "TikTok Studio export"
    help = (
        "Overview, Viewers, FollowerHistory, FollowerActivity, FollowerGender, FollowerTopTerritories and Content, "
        "as CSV, XLSX or the zip they come in, in any language."
    )
    example = '"Date","Followers","Difference in followers from previous day"\n"February 27","5010","0"\n"February 28","5013","3"\n'
    limits = (
        "Dates have no year: it is found from --captured-at, the number in the file's name, the posts' ids or the file's date. Follower "
        "and account files do not name the account: give --creator, unless the folder is named Followers_HANDLE. A day's followers count "
        "from 23:59:59 of that day; Content says only the day it was read, and counts from 00:00 of it, or from --captured-at if that is "
        "the same day. Content lists the top posts of the chosen period, never all. Give --tz for days of the account's own zone."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether the headers are one of the seven files'; Meta's look-alikes match too, to be refused with a sentence."""
        return sample.kind not in JSON_KINDS and _kind(sample) is not None

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The file's rows as account days, follower readings, audience slices or readings of posts.

        Raises  BadFile             an Instagram export, or dates that are not consecutive days
                BadValue            nothing says whose account it is
                MissingCaptureTime  nothing tells the year
        """
        _refuse_instagram(sample)
        kind = _kind(sample) or "overview"
        job = _Job(kind, sample, options)
        progress.start(f"Reading {sample.name}", None)
        columns = _columns(sample, kind)
        pieces = [p for p in read_pieces(sample) if p.frame.height or p.broken.height]
        if pieces:
            frame = pl.concat([p.frame for p in pieces]).select("row", *(pl.col(c).alias(n) for n, c in columns.items()))
            words = [pl.col(c).cast(pl.String) for c in _WORDS if c in frame.columns]  # a workbook saved again holds real dates
            yield _READERS[kind](job, frame.with_columns(words), pl.concat([p.broken for p in pieces]))
        progress.finish()


def _columns(sample: FileSample, kind: str) -> dict[str, str]:
    named = {c.replace("\ufeff", "").strip().strip('"').casefold(): c for c in sample.columns}
    hits = {column: next((named[a] for a in aliases if a in named), None) for column, aliases in KINDS[kind].items()}
    return {column: header for column, header in hits.items() if header is not None}


def _kind(sample: FileSample) -> str | None:
    for kind, columns in KINDS.items():
        if _NEEDED.get(kind, frozenset(columns)) <= _columns(sample, kind).keys():
            return kind
    return None


def _refuse_instagram(sample: FileSample) -> None:
    if sample.head.lstrip("\ufeff").lower().startswith("sep="):
        raise BadFile(
            f"'{sample.name}' looks like an export of Instagram or Facebook (Meta): TikTok Studio's files do not begin with 'sep='.",
            hint="Hexameter reads TikTok only. Export it from TikTok Studio, Analytics, Download data.",
        )


def _days(checked: Checked, job: _Job) -> None:
    days = daily_series(checked.frame["day"], job.newest, job.sample.name)
    raw = pl.col("day")
    checked.refuse(pl.lit(days).is_null(), "day", raw, pl.format('date is "{}"; expected a day like February 28', raw.fill_null("")))
    checked.frame = checked.frame.with_columns(days.alias("day"))


def _defined(column: str) -> pl.Expr:
    return ~pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase().is_in(_NOTHING).fill_null(True)


def _account_days(job: _Job, frame: pl.DataFrame, broken: pl.DataFrame) -> Chunk:
    handle = job.account()
    if job.kind == "viewers":
        # beside an undefined total, new and returning viewers hold a made-up 0
        known = _defined("unique_viewers")
        frame = frame.with_columns(pl.when(known).then(c).alias(c) for c in _FIGURES["viewers"])
    checked = Checked(frame)
    for figure in _FIGURES[job.kind]:
        checked.take(figure, whole_numbers(frame[figure], figure))
    _days(checked, job)
    checked.frame = checked.frame.with_columns(**_owner(handle))
    return checked.chunk("account_day", broken)


def _followers(job: _Job, frame: pl.DataFrame, broken: pl.DataFrame) -> Chunk:
    handle = job.account()
    checked = Checked(frame.drop("_difference"))  # to the previous day in some exports, to the next in others
    checked.take("followers", counters(frame["followers"], "followers"))
    _days(checked, job)
    checked.frame = checked.frame.with_columns(captured_at=_last_second("day", job.options.tz), precision=pl.lit("exact"), **_owner(handle))
    return checked.chunk("creator_snapshot", broken)


def _activity(job: _Job, frame: pl.DataFrame, broken: pl.DataFrame) -> Chunk:
    handle = job.account()
    checked = Checked(frame)
    checked.take("hour", counters(frame["hour"], "hour"))
    checked.take("value", counters(frame["value"], "value"))
    _days(checked, job)
    checked.refuse(pl.col("hour") > 23, "hour", pl.col("hour"), pl.lit("expected an hour from 0 to 23"))
    # the last hours of the last day stand as 0: not measured yet
    measured = (pl.col("value").fill_null(0) != 0).reverse().cum_max().reverse()
    checked.frame = checked.frame.with_columns(
        dimension=pl.lit("active_followers"),
        key=pl.format("{}T{}", pl.col("day").cast(pl.String), pl.col("hour").cast(pl.String).str.zfill(2)),
        value=pl.when(measured).then(pl.col("value").cast(pl.Float64)),
        captured_at=_last_second(pl.col("day").max(), job.options.tz),
        post_id=pl.lit(""),
        **_owner(handle),
    )
    return checked.chunk("audience", broken)


def _shares(job: _Job, frame: pl.DataFrame, broken: pl.DataFrame) -> Chunk:
    handle = job.account()
    checked = Checked(frame)
    checked.take("share", reals(frame["share"], "share"))
    checked.refuse(~pl.col("share").is_between(0, 1), "share", pl.col("share"), pl.lit("expected a share from 0 to 1"))
    dimension = {"gender": "gender", "territories": "country"}[job.kind]
    captured = told(job.sample, job.options) or datetime.combine(job.newest, time(), ZoneInfo(job.options.tz))
    checked.frame = checked.frame.with_columns(
        dimension=pl.lit(dimension),
        key=pl.col("key").str.strip_chars(),
        captured_at=pl.lit(captured).cast(pl.Datetime("us", "UTC")),
        post_id=pl.lit(""),
        **_owner(handle),
    )
    return checked.chunk("audience", broken)


def _content(job: _Job, frame: pl.DataFrame, broken: pl.DataFrame) -> Chunk:
    return Rows(TikTokStudio.name, job.options).chunk(content_frame(frame, job.sample, job.options), broken)


def _owner(handle: str) -> dict[str, pl.Expr]:
    return {"creator_id": pl.lit(f"@{handle}"), "handle": pl.lit(handle), "source": pl.lit(TikTokStudio.name)}


def _last_second(day: str | pl.Expr, tz: str) -> pl.Expr:
    local = (pl.col(day) if isinstance(day, str) else day).cast(pl.Datetime("us")) + pl.duration(hours=23, minutes=59, seconds=59)
    return local.dt.replace_time_zone(tz, ambiguous="latest", non_existent="null").dt.convert_time_zone("UTC")


_READERS: Mapping[str, Callable[[_Job, pl.DataFrame, pl.DataFrame], Chunk]] = {
    "overview": _account_days,
    "viewers": _account_days,
    "followers": _followers,
    "activity": _activity,
    "gender": _shares,
    "territories": _shares,
    "content": _content,
}
FORMAT = TikTokStudio()
