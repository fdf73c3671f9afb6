"""Any table of the lake, filtered, sorted and cut by the engine, for looking and for taking away. Nobody writes a query.

Names of tables and columns come from the schema; what a person writes becomes typed values (services.narrowing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hexameter.contracts.records import Keep
from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tables import BY_NAME, LAKE_COLUMNS, TABLES, Table
from hexameter.errors import NotFound, did_you_mean
from hexameter.services.export import write_file
from hexameter.services.narrowing import Condition, conditions, narrowed

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Engine
    from hexameter.services.house import House

PER_PAGE = 50


def describe_tables() -> list[dict[str, Any]]:
    """The tables there are: name, grain, columns [{name, kind, unit, meaning, ours}]; ours: added by the lake itself."""
    return [{"name": table.name, "grain": table.grain, "columns": _described(table)} for table in TABLES]


def kinds_of(name: str) -> dict[str, str]:
    """The kind of each column of a table, as filters ask for it.

    Raises  NotFound  an unknown table
    """
    if name not in BY_NAME:
        raise NotFound(f"unknown table '{name}'.", field="table", value=name, hint=did_you_mean(name, BY_NAME))
    return {c.name: _kind(c.type) for c in BY_NAME[name].columns if c.name != "month"}


def browse(house: House, name: str, *, q: str = "", sort: str = "", order: str = "desc", page: int = 1) -> dict[str, Any]:
    """One page of a table.

    In      q     a filter's words; sort a column, else what was learned last comes first
    Out     rows, total (of the filter), page, pages, sort, order
    Raises  NotFound  an unknown table; BadValue  a filter that cannot be understood
    """
    kinds = kinds_of(name)
    asked = conditions(q, kinds)
    by = sort if sort in kinds else next((c for c in ("ingested_at", "captured_at", "day") if c in kinds), next(iter(kinds)))
    engine = house.engine()
    try:
        rows = _asked(house, engine, name, asked, kinds)
        total = int(engine.fetch(rows.aggregate(n=rows.count()))["n"][0].as_py())
        pages = max((total + PER_PAGE - 1) // PER_PAGE, 1)
        page = min(max(page, 1), pages)
        shown = engine.fetch(_ordered(rows, name, by, order).limit(PER_PAGE, offset=(page - 1) * PER_PAGE)).to_pylist()
    finally:
        engine.release()
    said = [{key: _shown(value) for key, value in row.items()} for row in shown]
    return {"rows": said, "total": total, "page": page, "pages": pages, "sort": by, "order": order}


def take(
    house: House, name: str, path: Path, kind: str, *, q: str = "", columns: Sequence[str] = (), sort: str = "", order: str = "desc"
) -> int:
    """Write a table's rows that a filter leaves to a file, csv or parquet; in little memory, whatever their number.

    In      columns  those wanted, in the table's order; none: all
            sort     a column; else in no order
    Out     rows written
    Raises  NotFound, BadValue  as `browse` does; Unusable  the file cannot be written
    """
    kinds = kinds_of(name)
    asked = conditions(q, kinds)
    names = [c for c in kinds if c in columns] or list(kinds)
    schema = pa.schema([BY_NAME[name].schema.field(c) for c in names])
    engine = house.engine()
    try:
        rows = _asked(house, engine, name, asked, kinds)
        wanted = (_ordered(rows, name, sort, order) if sort in kinds else rows).select(*names)
        return write_file(path, kind, schema, _cast(engine.stream(wanted), schema))
    finally:
        engine.release()


def _cast(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from pa.Table.from_batches([batch]).cast(schema).to_batches()


def _asked(house: House, engine: Engine, name: str, asked: Sequence[Condition], kinds: dict[str, str]) -> ir.Table:
    return narrowed(engine.table(house.lake.snapshot(), name, _keep(asked)), asked, kinds)


def _keep(asked: Sequence[Condition]) -> Keep | None:
    """Files that cannot hold the asked post or creator stay unread."""
    named = {one.column: frozenset([one.value]) for one in asked if one.relation == "=" and isinstance(one.value, str)}
    if not named.keys() & {"post_id", "creator_id"}:
        return None
    return Keep(creator_ids=named.get("creator_id"), post_ids=named.get("post_id"))


def _ordered(rows: ir.Table, name: str, by: str, order: str) -> ir.Table:
    """Rows without a value last; the key decides between equals, so that no row is on two pages."""
    way = rows[by].asc(nulls_first=False) if order == "asc" else rows[by].desc(nulls_first=False)
    return rows.order_by(way, *(rows[key] for key in BY_NAME[name].key if key != by))


def _described(table: Table) -> list[dict[str, Any]]:
    return [
        {"name": c.name, "kind": _kind(c.type), "unit": c.unit, "meaning": c.meaning, "ours": c.name in LAKE_COLUMNS}
        for c in table.columns
        if c.name != "month"
    ]


def _kind(of: pa.DataType) -> str:
    if pa.types.is_list(of):
        return "words"
    if pa.types.is_string(of):
        return "text"
    if pa.types.is_boolean(of):
        return "flag"
    if pa.types.is_timestamp(of):
        return "instant"
    return "day" if pa.types.is_date(of) else "number"


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value
