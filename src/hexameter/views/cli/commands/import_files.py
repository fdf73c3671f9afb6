"""`hexameter import`: files in, with every row accounted for. It parses nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.errors import BadValue
from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.safe import plain, shortened
from hexameter.views.cli.values import column_map

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_REJECTS = 10
_TABLES = {
    "post": ("post", "posts"),
    "post_snapshot": ("reading of a post", "readings of posts"),
    "creator_snapshot": ("reading of a creator", "readings of creators"),
    "hashtag_snapshot": ("reading of a hashtag", "readings of hashtags"),
    "account_day": ("day of an account", "days of an account"),
    "paid_day": ("day of an ad", "days of ads"),
    "audience": ("slice of an audience", "slices of an audience"),
    "retention": ("point of a retention curve", "points of retention curves"),
}


def import_files(
    *files: Annotated[Path, Parameter(name="FILE", help="Files to read: CSV, TSV, JSON, NDJSON, Parquet, XLSX, or a zip or gzip of them.")],
    format: Annotated[
        str | None,
        Parameter(metavar="NAME", help="Take the files for this format. Left out: found by what is in them. See: hexameter formats"),
    ] = None,
    captured_at: Annotated[
        str | None,
        Parameter(metavar="TIME", help="When the counters were read, for files that do not say: 2025-08-01 or 2025-08-01T18:30+02:00."),
    ] = None,
    map: Annotated[
        list[str] | None,
        Parameter(
            name="--map",
            metavar="FIELD=COLUMN",
            help="The file's name for one of our columns, like --map views='Video plays'. May be repeated.",
        ),
    ] = None,
    creator: Annotated[
        str | None, Parameter(metavar="HANDLE", help="The account's handle, for files that do not name it (TikTok Studio).")
    ] = None,
    tz: Annotated[str | None, Parameter(metavar="ZONE", help="Zone of times without an offset, like Europe/Paris. Left out: UTC.")] = None,
    rejects: Annotated[
        Path | None, Parameter(metavar="FILE", help="Write every row that was left out, with its reason, to this file (NDJSON).")
    ] = None,
    undo: Annotated[
        str | None, Parameter(metavar="BATCH", help="Take an import back, by the batch it printed (its first six characters do).")
    ] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Reads files and stores what they say."""
    if undo is not None:
        return _taken_back(undo, files, ctx)
    document = ctx.app.collect(
        list(files), format=format, captured_at=captured_at, columns=column_map(map or []), creator=creator, tz=tz, rejects=rejects
    )
    return Answer(document, lambda: _show(document), status=2 if document.get("failed") else 0)


def _taken_back(batch: str, files: tuple[Path, ...], ctx: Ctx) -> Answer:
    if files:
        hint = f"First: hexameter import --undo {batch}"
        raise BadValue("--undo takes an import back and imports nothing.", field="undo", value=batch, hint=hint)
    document = ctx.app.undo(batch)
    removed = ", ".join(words.plural(n, *_TABLES[table]) for table, n in document["removed"].items() if table in _TABLES)
    name = shortened(document["file"], 60) if document["file"] else document["batch"][:8]
    said = f"{name}: taken back. Removed: {removed or 'no reading'}." if document["removed"] else f"{name}: nothing of it is stored."
    return Answer(document, lambda: [look.text(said)])


def _show(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    for result in document.get("files") or [document]:
        yield from _one(result)


def _one(result: Mapping[str, Any]) -> Iterator[RenderableType]:
    name = shortened(Path(str(result.get("file", "file"))).name, 60)
    if "error" in result:
        problem = result["error"]
        yield look.text(f"{name}: not imported. {problem.get('message')} {problem.get('hint') or ''}")
        return
    yield look.heading(f"{name}: read as {result['format']}")
    yield look.pairs(_counts(result))
    rejects = result.get("rejects") or []
    if rejects:
        rows = [
            (row.get("row"), row.get("field"), shortened(row.get("value"), 18), plain(row.get("why"))) for row in rejects[:SHOWN_REJECTS]
        ]
        yield look.table((">Row", "Field", "Value", "Why it was left out"), rows, folded=("Why it was left out",))
        if result["rejected"] > SHOWN_REJECTS:
            yield look.note("The first ones. All of them: the same command with --rejects left-out.ndjson, or --json.")


def _counts(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "read", words.plural(result["read"], "row")
    stored = [words.plural(n, *_TABLES.get(table, (table,))) for table, n in result["stored"].items() if n]
    yield "stored", ", ".join(stored) or "nothing new"
    if result.get("duplicates"):
        yield "already there", words.plural(result["duplicates"], "row")
    if result.get("conflicts"):
        yield "contradicting", f"{words.plural(result['conflicts'], 'row')}: same post and time as before, other counters; both kept"
    yield "left out", words.plural(result["rejected"], "row") if result["rejected"] else "none"
    yield "batch", result["batch"]


COMMANDS = (
    Command(
        path=("import",),
        usage="hexameter import FILE... [OPTIONS]",
        run=import_files,
        group="Start here",
        summary="Read files you have: exports, scrapes, tables.",
        details="""Stores what the files say about posts, creators and hashtags. The format is found by what is in a file, not by its name.
        Rows that cannot be right are left out one by one, each with row, field, value and the reason; the good rows are stored.
        Importing the same file again stores nothing twice. --undo takes an import back: the numbers are then what they would be without
        it; what a later import brought too stays.""",
        example="""hexameter import readings.csv
hexameter import posts.csv --captured-at 2025-08-01 --map views='Video plays'
hexameter import Content.csv --creator lea --tz Europe/Paris
hexameter import --undo 3f9c01""",
        limits="""Files must say when the counters were read, or --captured-at must. Excel damages long post ids (7.52762E+18):
        such rows are left out, export the ids as text. Exit status 0 also when single rows were left out; 2 when a file
        could not be read at all.""",
    ),
)
