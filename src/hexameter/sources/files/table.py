"""The canonical table: any container, columns found by name in five languages or given by --map. It knows no other format."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.errors import BadValue, MissingCaptureTime, MissingColumn, did_you_mean
from hexameter.sources.files import aliases, frames
from hexameter.sources.files.cells import ROW
from hexameter.sources.files.rows import COUNTERS, FIELDS, NUMERIC, Rows

_STYLES = ("{0}s", "{0}_count", "{0}Count", "{0}")  # spellings a sparse JSON may use for a counter that its first rows lack


class Table:
    """One row a reading of a post, or of a creator."""

    name = "table"
    title = "Table of posts or creators"
    help = (
        "CSV, TSV, JSON, NDJSON, Parquet or XLSX with one row a reading. Columns in any order: post_id, creator, published_at, "
        "captured_at, caption, hashtags, views, likes, comments, shares, saves, reach, followers, following, duration_seconds, url. "
        "Headers are recognised in English, French, Spanish, German and Portuguese; --map FIELD=COLUMN names others. Where two columns "
        "could be one field, the field's own name wins, then the better-known alias, then the leftmost. A column of hashtags is believed, "
        "blank cells too; without one they are taken from the caption. Source: the container (csv, ...)."
    )
    example = "post_id,creator,captured_at,views,likes\n7527623000473079054,lea,2025-07-31T12:00:00Z,541.2K,21900\n"
    limits = "One line or record at most 64 MiB; a workbook's first sheet with rows; JSON: one flat object a record."

    def matches(self, sample: FileSample) -> bool:
        """A column that names posts beside one that measures or dates them; or creators beside their followers."""
        fields = aliases.fields_of(sample.columns)
        dated = {"captured_at", "published_at", *COUNTERS} & fields.keys()
        return bool(({"post_id", "url"} & fields.keys() and dated) or {"creator", "followers"} <= fields.keys())

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The rows as post and creator readings."""
        fields = fields_for(sample, options.columns)
        _check_enough(sample, fields, options)
        counted = sample.kind not in ("json", "ndjson")  # DuckDB does not say how far it is
        progress.start(f"Reading {sample.name}", sample.path.stat().st_size if counted else None)
        rows = Rows(sample.kind, options)
        wanted = _with_late_keys(sample, fields)
        numeric = {column: kind for field, kind in NUMERIC.items() for column in wanted.get(field, ())}
        for piece in frames.read_pieces(sample, [c for columns in wanted.values() for c in columns], numeric):
            yield rows.chunk(_believed(sample, _renamed(piece.frame, wanted, fields)), piece.broken)
            progress.advance(piece.bytes)
        progress.finish()


def fields_for(sample: FileSample, given: Mapping[str, str]) -> dict[str, str]:
    """Which column carries which field, by --map and by alias.

    Raises  BadValue       --map names a field that does not exist
            MissingColumn  --map names a column that the file does not have
    """
    by_fold = {aliases.folded(c): c for c in reversed(sample.columns)}
    named: dict[str, str] = {}
    for field, column in given.items():
        if field not in FIELDS:
            raise BadValue(f"--map knows no field '{field}'.", field="map", value=field, hint=did_you_mean(field, FIELDS))
        found = column if column in sample.columns else by_fold.get(aliases.folded(column))
        if found is None:
            hint = did_you_mean(column, sample.columns)
            raise MissingColumn(f"'{sample.name}' has no column '{column}' (--map {field}={column}).", field=field, value=column, hint=hint)
        named[field] = found
    taken = set(named.values())
    found_here = aliases.fields_of(c for c in sample.columns if c not in taken)
    return {**found_here, **named}


def _check_enough(sample: FileSample, fields: Mapping[str, str], options: ImportOptions) -> None:
    """A column for posts or for creators and followers, and something that says when."""
    if not ({"post_id", "url"} & fields.keys() or {"creator", "followers"} <= fields.keys()):
        missing = "followers" if "creator" in fields else "post_id"
        raise MissingColumn(
            f"'{sample.name}' has no column for {missing}. Columns: {', '.join(sample.columns[:20])}.",
            field=missing,
            hint=_nearest(missing, sample) or f"Name it with --map {missing}=COLUMN.",
        )
    if "captured_at" not in fields and options.captured_at is None:
        raise MissingCaptureTime(
            f"nothing in '{sample.name}' says when its counters were read: it has no column captured_at.",
            field="captured_at",
            hint="Give the instant with --captured-at 2025-07-31T12:00:00Z, or the column with --map captured_at=COLUMN.",
        )


def _nearest(field: str, sample: FileSample) -> str:
    names = {aliases.folded(c): c for c in sample.columns}
    for alias in (field, *aliases.ALIASES[field]):
        hint = did_you_mean(aliases.folded(alias), names)
        if hint.startswith("Did you mean"):
            near = names[hint.removeprefix("Did you mean ").removesuffix("?")]
            return f"Did you mean '{near}'? Then: --map \"{field}={near}\""
    return ""


def _with_late_keys(sample: FileSample, fields: Mapping[str, str]) -> dict[str, list[str]]:
    """The columns to ask for, by field: a JSON key may be absent from the head, so missing counters are asked for by their usual names."""
    wanted = {field: [column] for field, column in fields.items()}
    if sample.kind in ("json", "ndjson"):
        taken = {c.lower() for c in fields.values()}  # the JSON reader takes keys that differ in case for one
        for counter in COUNTERS:
            if counter not in wanted:
                names = [counter, *(style.format(counter.removesuffix("s")) for style in _STYLES[1:3])]
                wanted[counter] = [n for n in names if n.lower() not in taken]
        for field in ("caption", "followers", "following", "hashtags"):
            wanted.setdefault(field, [field] if field not in taken else [])
    return {field: columns for field, columns in wanted.items() if columns}


def _renamed(frame: pl.DataFrame, wanted: Mapping[str, list[str]], found: Collection[str]) -> pl.DataFrame:
    """The columns under their fields' names; a field asked for in case it comes late is left out where it did not come."""
    come = {field: columns for field, columns in wanted.items() if field in found or not all(_blank(frame[c]) for c in columns)}
    return frame.select(ROW, *(_first(columns).alias(field) for field, columns in come.items()))


def _blank(cells: pl.Series) -> bool:
    return cells.null_count() == len(cells)


def _believed(sample: FileSample, frame: pl.DataFrame) -> pl.DataFrame:
    # a sheet with a column of hashtags speaks for every row: blank says none, and the caption is not asked
    if sample.kind not in ("csv", "tsv", "xlsx") or "hashtags" not in frame.columns:
        return frame
    return frame.with_columns(pl.col("hashtags").cast(pl.String).fill_null(""))


def _first(columns: list[str]) -> pl.Expr:
    return pl.coalesce(columns) if len(columns) > 1 else pl.col(columns[0])
