"""The last step of every format of posts and creators: canonical columns in, lake tables and rejects out. It reads no file.

A format renames its columns to the names in `FIELDS`, leaves them raw (text, or typed as Parquet had them), numbers the rows and calls
`Rows.chunk`; numbers, times, ids, handles, hashtags and captions are understood here, in one place for all formats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import polars as pl
from polars._typing import PolarsDataType as PolarsType

from hexameter.contracts.records import Chunk, ImportOptions
from hexameter.errors import BadValue, MissingCaptureTime
from hexameter.sources.files import descriptions, numbers, text, times
from hexameter.sources.files.cells import ROW, Parsed, as_text, rejects_of
from hexameter.sources.files.chunks import chunk_of
from hexameter.sources.files.repeats import Once

COUNTERS = ("views", "likes", "comments", "shares", "saves")
MORE_COUNTERS = ("reach", "views_paid", "views_2s", "views_6s", "new_followers")
PROFILE_COUNTERS = ("followers", "following", "likes_total", "videos_total")
REALS = ("avg_watch_seconds", "full_watch_pct")
LENGTHS = ("duration_seconds",)

# What `Rows.chunk` understands. Any subset may be given, beside `row`.
FIELDS: tuple[str, ...] = (
    "post_id",
    "creator",
    "creator_id",
    "published_at",
    "captured_at",
    *descriptions.FIELDS,
    *LENGTHS,
    *REALS,
    *COUNTERS,
    *MORE_COUNTERS,
    *PROFILE_COUNTERS,
)
# Fields that most files write as plain numbers.
NUMERIC: dict[str, pl.DataType] = {
    **dict.fromkeys((*COUNTERS, *MORE_COUNTERS, *PROFILE_COUNTERS), pl.Int64()),
    **dict.fromkeys((*REALS, *LENGTHS), pl.Float64()),
}
_NO_POST = "no post_id, and no followers to make it a reading of a creator; expected an id like 7527623000473079054"
_NO_CREATOR = "no creator; name the column with --map creator=COLUMN, or the account with --creator HANDLE"
_NO_CAPTURE = "no time of capture in this row; give one for such rows with --captured-at"
_SKEW = timedelta(days=1)
_WEB_STEPS = ((1_000_000, 50_000), (10_000, 50))  # public web counters: 1.6 M ± 50,000, 38.9 K ± 50


class Rows:
    """Turns raw frames of one file into chunks; one instance a file, frames in file order.

    It remembers what earlier frames showed about the file: which sign marks decimals, if rows are dated, what was told beside readings.

    In      source   the source of the readings: csv, apify, ...
            options  what the user said: --captured-at, --creator, --tz
    """

    def __init__(self, source: str, options: ImportOptions) -> None:
        self.source = source
        self.options = options
        self._decimals: dict[str, str | None] = {}
        self._dated = False
        self._creator = _handle_given(options.creator)
        self._posts_told, self._profiles_told = Once("post"), Once("creator_snapshot")
        self._some_published_wrongly = False

    def chunk(self, frame: pl.DataFrame, broken: pl.DataFrame | None = None) -> Chunk:
        """All the rules for rows, over one bounded frame.

        In      frame   `row` (int64, 1 = first data row) and any of FIELDS, raw: text as in the file, or typed. Details:
                        creator       handle, @handle or profile address;   creator_id  numeric user id, if the source has it
                        hashtags, mentions  list of text, or text (separated by space, comma, |, or a JSON list); absent -> from the caption
                        views, ...    any spelling of a number; beside them `<counter>_rounding` (int) where the source knows it, or one
                                      column `rounded` (bool): views to saves of that row are web counters, rounded from 10,000 on
                        times         ISO 8601, Unix seconds or milliseconds; durations seconds, mm:ss or h:mm:ss
                broken  rows that could not be cut into cells: row, field, value, why (one entry a row, not in `frame`)
        Out     readings: post_snapshot for rows with post_id, creator_snapshot for rows without; beside: post, creator_snapshot
        Raises  MissingCaptureTime  the frame has no captured_at (or it is blank throughout) and no --captured-at was given
                BadValue            --creator or --tz is not what it should be
        Example a frame with row 1, post_id "1", creator "lea", captured_at "2025-07-01", views "541.2K" -> one reading, views_rounding 50
        """
        read = frame.height + (broken.height if broken is not None else 0)
        known, rejects = self._understood(frame)
        if broken is not None:
            rejects.append(broken)
        left_out = known.clear()
        if refused := [r.select(pl.col(ROW).cast(pl.Int64)) for r in rejects if r.height]:
            left_out = known.join(pl.concat(refused), on=ROW, how="semi")
            known = known.join(pl.concat(refused), on=ROW, how="anti", maintain_order="left")
        posts, creators = known, known.clear()
        if known["post_id"].null_count():
            is_post = known["post_id"].is_not_null()
            posts, creators = known[is_post.arg_true()], known[(~is_post).arg_true()]
        told = self._posts_told.fresh(posts)
        published, others = self._published(told), [self._published(rows) for rows in (creators, left_out) if rows.height]
        if not self._some_published_wrongly and any(p.why is not None for p in (published, *others)):
            # from here on every row's is read; what was told before may be told again
            self._some_published_wrongly, self._posts_told = True, Once("post")
            return self.chunk(frame, broken)
        beside = {
            "post": told.with_columns(published.values.alias("published_at"), *descriptions.described(told)),
            "creator_snapshot": self._profiles_told.fresh(_with_profile(posts)),
        }
        return chunk_of(read, {"post_snapshot": posts, "creator_snapshot": _with_profile(creators)}, beside, rejects)

    def _understood(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """The frame with every lake column it can fill, and what was refused on the way.

        Descriptions are still raw, and so is when a post was published: it is told with every reading, and reading it again takes as
        long as reading all counters. Only where a file has wrong ones, every row's is read.
        """
        columns: dict[str, pl.Series] = {ROW: frame[ROW].cast(pl.Int64)}
        rejects: list[pl.DataFrame] = []
        for field, parsed in [*self._identity(frame), *self._figures(frame)]:
            columns[field] = parsed.values.alias(field)
            if parsed.rounding is not None:
                columns[f"{field}_rounding"] = parsed.rounding.alias(f"{field}_rounding")
            if parsed.why is not None:
                given = "creator" if field == "handle" else field
                rejects.append(rejects_of(columns[ROW], frame[given], given, parsed.why))
        columns |= {s.name: s for s in _roundings(columns, frame)}
        known = pl.DataFrame(columns)
        already = pl.concat([r.select(ROW, "field") for r in rejects]) if rejects else None
        missing = _incomplete(known)
        if already is not None:
            missing = [m.join(already, on=[ROW, "field"], how="anti", maintain_order="left") for m in missing]
        raw = [_hashable(frame["published_at"])] if "published_at" in frame.columns else []
        known = known.with_columns(*raw, *descriptions.raw(frame)).with_columns(
            source=pl.lit(self.source), first_seen_at=pl.col("captured_at"), precision=_precision(known, COUNTERS)
        )
        return known, [*rejects, *missing]

    def _identity(self, frame: pl.DataFrame) -> list[tuple[str, Parsed]]:
        """post_id, handle, creator_id, captured_at, and published_at where some are wrong."""
        posts = _column(frame, "post_id", text.ids)
        if posts.values.null_count() and "url" in frame.columns:
            posts = Parsed(_coalesce(posts.values, text.ids_in(frame["url"])), why=posts.why)
        handles = _column(frame, "creator", text.handles)
        if handles.values.null_count() and "url" in frame.columns:
            handles = Parsed(_coalesce(handles.values, text.handles_in(frame["url"])), why=handles.why)
        if handles.values.null_count() and self._creator:
            handles = Parsed(handles.values.fill_null(self._creator), why=handles.why)
        numeric = _column(frame, "creator_id", text.ids)
        named = "@" + handles.values
        creators = named if numeric.values.null_count() == frame.height else _coalesce(numeric.values, named)
        found = [("post_id", posts), ("handle", handles), ("creator_id", Parsed(creators, why=numeric.why))]
        if self._some_published_wrongly:
            found.append(("published_at", self._published(frame)))
        return [*found, ("captured_at", self._captured(frame))]

    def _published(self, rows: pl.DataFrame) -> Parsed:
        """When the posts were published, from their ids where the source is silent."""
        published = _column(rows, "published_at", times.instants, self.options.tz, dtype=times.INSTANT)
        if published.values.null_count() and "post_id" in rows.columns:
            return Parsed(_coalesce(published.values, times.from_ids(rows["post_id"])), why=published.why)
        return published

    def _captured(self, frame: pl.DataFrame) -> Parsed:
        given = self.options.captured_at
        found = _column(frame, "captured_at", times.instants, self.options.tz, dtype=times.INSTANT)
        values = found.values
        blank = values.null_count() - (0 if found.why is None else found.why.len() - found.why.null_count())
        if blank and given is not None:
            values = values.fill_null(given)
        elif blank == frame.height and frame.height and not self._dated:
            raise MissingCaptureTime(
                "nothing in the file says when the counters were read.",
                field="captured_at",
                hint="Give the instant with --captured-at 2025-07-31T12:00:00Z, or the column with --map captured_at=COLUMN.",
            )
        self._dated = True
        return self._not_in_the_future(Parsed(values, why=found.why), frame)

    def _not_in_the_future(self, found: Parsed, frame: pl.DataFrame) -> Parsed:
        now = self.options.now
        if now is None or not (late := (found.values > now + _SKEW).fill_null(False)).any():
            return found
        reason = pl.format(
            "captured_at is \"{}\", in the future (it is {} now): check the file's time zone, or this machine's clock",
            pl.col("v").dt.to_string("%Y-%m-%dT%H:%M:%SZ"),
            pl.lit(f"{now:%Y-%m-%dT%H:%MZ}"),
        )
        why = pl.DataFrame({"v": found.values, "late": late}).select(pl.when("late").then(reason)).to_series()
        return Parsed(found.values, why=why if found.why is None else _coalesce(found.why, why))

    def _figures(self, frame: pl.DataFrame) -> list[tuple[str, Parsed]]:
        """Counters, lengths and other numbers that the frame carries."""
        found: list[tuple[str, Parsed]] = []
        for field in (*COUNTERS, *MORE_COUNTERS, *PROFILE_COUNTERS):
            if field in frame.columns:
                parsed = numbers.counters(frame[field], field, self._decimals.get(field))
                self._decimals[field] = parsed.decimal
                found.append((field, parsed))
        found.extend((f, numbers.reals(frame[f], f)) for f in REALS if f in frame.columns)
        found.extend((f, times.durations(frame[f], f)) for f in LENGTHS if f in frame.columns)
        return found


def _handle_given(handle: str | None) -> str | None:
    if handle is None:
        return None
    found = text.handles(pl.Series([handle]), "creator")
    if found.values[0] is None:
        raise BadValue(f"'{handle}' is not a TikTok handle.", field="creator", value=handle, hint="Expected like lea.paris or @lea.paris.")
    return str(found.values[0])


def _column(frame: pl.DataFrame, field: str, parse: Callable[..., Parsed], *more: str, dtype: PolarsType = pl.String) -> Parsed:
    """A column parsed, or a column of nulls when the frame has none."""
    if field in frame.columns:
        return parse(frame[field], field, *more)
    return Parsed(pl.Series([None], dtype=dtype).new_from_index(0, frame.height))


def _hashable(cells: pl.Series) -> pl.Series:
    return as_text(cells) if cells.dtype.is_nested() or cells.dtype in (pl.Object, pl.Binary) else cells


def _coalesce(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.DataFrame({"a": first, "b": second}).select(pl.coalesce("a", "b")).to_series()


def _roundings(columns: Mapping[str, pl.Series], frame: pl.DataFrame) -> list[pl.Series]:
    """Half-widths that the source states, or that follow from `rounded`."""
    stated = [frame[c].cast(pl.Int64, strict=False) for c in frame.columns if c.endswith("_rounding")]
    if "rounded" not in frame.columns:
        return stated
    known = {s.name for s in stated}
    figures = pl.DataFrame(
        [columns[c] for c in COUNTERS if c in columns and f"{c}_rounding" not in known] + [frame["rounded"].cast(pl.Boolean)]
    )
    steps = []
    for counter in figures.columns[:-1]:
        width = pl.lit(None, dtype=pl.Int64)
        for least, half in reversed(_WEB_STEPS):
            width = pl.when(pl.col(counter) >= least).then(pl.lit(half, dtype=pl.Int64)).otherwise(width)
        steps.append(pl.when("rounded").then(width).alias(f"{counter}_rounding"))
    return [*stated, *figures.select(steps).get_columns()]


def _precision(known: pl.DataFrame, counters: Sequence[str]) -> pl.Expr:
    widths = [pl.col(f"{c}_rounding") > 0 for c in counters if f"{c}_rounding" in known.columns]
    return (
        pl.when(pl.any_horizontal(widths).fill_null(False)).then(pl.lit("rounded")).otherwise(pl.lit("exact"))
        if widths
        else pl.lit("exact")
    )


def _with_profile(known: pl.DataFrame) -> pl.DataFrame:
    """The rows that carry a reading of their creator's profile."""
    figures = [c for c in PROFILE_COUNTERS if c in known.columns]
    if not figures:
        return known.clear()
    read = known.select(pl.any_horizontal(pl.col(figures).is_not_null())).to_series()
    here = known if read.all() else known[read.arg_true()]
    return here.with_columns(precision=_precision(here, PROFILE_COUNTERS))


def _incomplete(known: pl.DataFrame) -> list[pl.DataFrame]:
    """Rows that say too little to be a reading: no post and no profile, no creator, no time."""
    profile = pl.any_horizontal([pl.col(c).is_not_null() for c in PROFILE_COUNTERS if c in known.columns] or [pl.lit(False)])
    found = []
    if known["post_id"].null_count():
        found.append((pl.col("post_id").is_null() & ~profile, "post_id", _NO_POST))
    if known["creator_id"].null_count():
        found.append((pl.col("creator_id").is_null(), "creator", _NO_CREATOR))
    if known["captured_at"].null_count():
        found.append((pl.col("captured_at").is_null(), "captured_at", _NO_CAPTURE))
    return [
        known.filter(absent).select(ROW, field=pl.lit(field), value=pl.lit("", dtype=pl.String), why=pl.lit(why))
        for absent, field, why in found
    ]
