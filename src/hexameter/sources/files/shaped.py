"""Items of one shape from JSON in any envelope or from a table that flattened them (author/name, author.name). It knows no format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.cells import REJECTS, no_rejects
from hexameter.sources.files.frames import Piece, read_pieces
from hexameter.sources.files.json_items import Shape, read_items
from hexameter.sources.files.rows import PROFILE_COUNTERS, Rows

JSON_KINDS = ("json", "ndjson")
Work = tuple[FileSample, ImportOptions, Progress]
Prepare = Callable[[pl.DataFrame], tuple[pl.DataFrame, pl.DataFrame]]


def paths_of(sample: FileSample) -> frozenset[str]:
    """What a file names, whatever its container: dotted paths of JSON keys, or headers with '/' read as '.'."""
    if sample.kind in JSON_KINDS:
        return frozenset(sample.columns)
    return frozenset(_dotted(c) for c in sample.columns)


def read_shape(sample: FileSample, shape: Shape) -> Iterator[Piece]:
    """The items as frames: `row`, the shape's columns as text, its lists as lists of text (or text to be split).

    Raises  BadFile
    """
    if sample.kind in JSON_KINDS:
        for frame in read_items(sample, shape):
            bad = frame.filter(~pl.col("whole")).select("row", field=pl.lit("item"), value=pl.lit(None, pl.String))
            why = "this line is not a JSON object"
            yield Piece(frame.filter("whole").drop("whole"), bad.with_columns(why=pl.lit(why)).select(*REJECTS))
    else:
        for piece in read_pieces(sample):
            yield Piece(_unflattened(piece.frame, shape), piece.broken, piece.bytes)


def read_posts(work: Work, source: str, shape: Shape, prepare: Prepare, *, bare_profiles: bool = False) -> Iterator[Chunk]:
    """Chunks of a format of posts.

    In      prepare        the format's own touch on each frame: canonical columns out, and rows it leaves out as rejects
            bare_profiles  items without a post's id may be readings of a creator; otherwise they are refused
    """
    sample, options, progress = work
    rows = Rows(source, options)
    progress.start(f"Reading {sample.name}", None)
    for piece in read_shape(sample, shape):
        frame, left_out = prepare(piece.frame)
        yield rows.chunk(frame if bare_profiles else _posts_only(frame), pl.concat([piece.broken, left_out]).sort("row"))
        progress.advance(piece.frame.height)
    progress.finish()


def web_rounding(counter: str) -> pl.Expr:
    """Half-width of a counter as TikTok's web shows it: three or four digits and a letter from 10,000 on (38,900 for 38,884).

    Example web_rounding over "1600000", "38900", "504" -> 50000, 50, 0
    """
    value = pl.col(counter).cast(pl.Int64, strict=False)
    return pl.when(value >= 1_000_000).then(50_000).when(value >= 10_000).then(50).otherwise(0).cast(pl.Int64)


def leave_out(frame: pl.DataFrame, bad: pl.Expr, field: str, value: pl.Expr, why: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A frame without the rows that are no posts, and those rows as rejects."""
    marked = frame.with_columns(bad.fill_null(False).alias("_bad"))
    if not marked["_bad"].any():
        return frame, no_rejects()
    gone = marked.filter("_bad").select("row", field=pl.lit(field), value=value.str.slice(0, 120), why=why)
    return marked.filter(~pl.col("_bad")).drop("_bad"), gone.select(*REJECTS)


def _posts_only(frame: pl.DataFrame) -> pl.DataFrame:
    """An item that lost its id is no reading of its author: its profile figures are dropped, and so the row is refused."""
    profile = [c for c in PROFILE_COUNTERS if c in frame.columns]
    return frame.with_columns(pl.when(pl.col("post_id").is_not_null()).then(c).alias(c) for c in profile)


def _dotted(column: str) -> str:
    return column.strip().replace("/", ".")


def _unflattened(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    named = {_dotted(c): c for c in frame.columns}
    singles = {**shape.fields, **shape.outer}
    fields = [_first([named[p] for p in paths if p in named]).alias(column) for column, paths in singles.items()]
    lists = [_gathered(paths, named).alias(column) for column, paths in shape.lists.items()]
    return frame.select("row", *fields, *lists)


def _first(columns: Sequence[str]) -> pl.Expr:
    texts = [pl.col(c).cast(pl.String) for c in columns]
    return pl.coalesce(pl.when(t.str.strip_chars() != "").then(t) for t in texts) if texts else pl.lit(None, pl.String)


def _gathered(paths: Sequence[str], named: dict[str, str]) -> pl.Expr:
    for path in paths:
        pattern = re.compile(re.escape(path).replace(r"\[\*\]", r"\.(\d+)") + "$")
        found = [(int(m.group(1)), c) for p, c in named.items() if (m := pattern.match(p))]
        if found:
            return pl.concat_list(pl.col(c).cast(pl.String) for _, c in sorted(found)).list.drop_nulls()
        whole = path.partition("[*]")[0]
        if whole in named:
            return pl.col(named[whole]).cast(pl.String)
    return pl.lit(None, pl.List(pl.String))
