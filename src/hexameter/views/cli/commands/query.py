"""`hexameter sql` and `hexameter export`: the lake's tables for those who want the rows. Read-only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.contracts.spelling import instant_text
from hexameter.views.cli import look, words
from hexameter.views.cli.asking import When, Which, ask
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.safe import shortened
from hexameter.views.cli.values import whole_number

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_ROWS = 100
_WIDEST_CELL = 60


def sql(
    query: Annotated[str, Parameter(name="QUERY", help="One SELECT, in quotes.")],
    /,
    *,
    limit: Annotated[str | None, Parameter(metavar="N", help="At most so many rows.")] = None,
    engine: Annotated[str | None, Parameter(metavar="ENGINE", help="duckdb, or a cluster like spark://host:7077.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Asks the lake a question in SQL."""
    found = ctx.app.sql(query, limit=whole_number(limit, "limit"), engine=engine)
    names = list(found.column_names)
    # column by column: two columns of one name stay two
    rows = [list(row) for row in zip(*(found.column(at).to_pylist() for at in range(len(names))), strict=True)]
    return Answer({"columns": names, "rows": rows}, lambda: _rows(names, rows))


def _rows(names: list[str], rows: list[list[Any]]) -> Iterator[RenderableType]:
    if not rows:
        yield look.text(f"No rows. Columns: {', '.join(names)}.")
        return
    columns = [f">{name}" if _numeric(at, rows) else name for at, name in enumerate(names)]
    yield look.table(columns, ([_cell(value) for value in row] for row in rows[:SHOWN_ROWS]), flexible=tuple(names))
    left = len(rows) - SHOWN_ROWS
    yield look.note(words.plural(len(rows), "row") + (f", the first {SHOWN_ROWS} shown; --json has all of them" if left > 0 else ""))


def _numeric(at: int, rows: list[list[Any]]) -> bool:
    known = [row[at] for row in rows if row[at] is not None]
    return bool(known) and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in known)


def _cell(value: Any) -> str:
    if value is None:
        return words.NOTHING
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return instant_text(value)
    return shortened(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value, _WIDEST_CELL)


def export(
    what: Annotated[
        str, Parameter(name="WHAT", help="posts, creators or hashtags (with their numbers), or a stored table like post_snapshot.")
    ],
    path: Annotated[Path, Parameter(name="FILE", help="Where to write; its ending says the kind: .csv, .parquet, .ndjson or .xlsx.")],
    /,
    *,
    kind: Annotated[str | None, Parameter(metavar="KIND", help="csv, parquet, ndjson or xlsx, when the ending does not say.")] = None,
    which: Which | None = None,
    when: When | None = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Writes rows to a file."""
    document = ctx.app.export(what, path, kind=kind, **ask(which, when))
    return Answer(document, lambda: _written(document, path))


def _written(document: dict[str, Any], path: Path) -> Iterator[RenderableType]:
    yield look.text(f"{words.plural(document.get('rows'), 'row')} written to {document.get('path') or document.get('file') or path}.")


COMMANDS = (
    Command(
        path=("sql",),
        run=sql,
        group="Numbers",
        summary="Ask the stored readings a question in SQL, read-only.",
        details="""Runs one SELECT over the tables of the lake: post, post_snapshot, creator, creator_snapshot, hashtag_snapshot,
        account_day, paid_day, retention, audience, batch and the roll-ups post_latest, creator_day, hashtag_day.
        Nothing can be changed.""",
        example="""hexameter sql "select handle, count(*) as posts from post group by handle"
hexameter sql "select * from batch" --json""",
        limits="""Counters in post_snapshot are running totals: take the newest reading of a post, never the sum of its readings. Files
        outside the lake cannot be read.""",
    ),
    Command(
        path=("export",),
        run=export,
        group="Numbers",
        summary="Write posts, creators, hashtags or raw tables to a file.",
        details="""Writes the rows behind the numbers to CSV, Parquet, NDJSON or XLSX. Texts that a spreadsheet would take for a formula are
        made harmless.""",
        example="""hexameter export posts posts.csv --campaign glowday
hexameter export post_snapshot readings.parquet""",
        limits="""posts, creators and hashtags need to know which numbers: --campaign, --creator, --hashtag, --post or --all. A raw table is
        written whole.""",
    ),
)
