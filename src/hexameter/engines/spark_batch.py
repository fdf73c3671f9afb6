"""Several small queries as one Spark job: their rows travel together as JSON lines, each under its query's name. It changes no value.

Whole numbers and reals keep every digit in JSON; instants and days travel as whole numbers.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from hexameter.engines.results import in_contract_types

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.schema as sch

_AT_ONCE = 2  # tasks that share the queries: as many as a small cluster has workers


def one_query(queries: Mapping[str, tuple[str, sch.Schema]]) -> str:
    """Spark's SQL for all of them; rows are (query, line).

    In      queries  name -> (SQL, schema of its answer)
    """
    parts = [_part(place, text, schema) for place, (text, schema) in enumerate(queries.values())]
    return f"SELECT /*+ COALESCE({_AT_ONCE}) */ * FROM ({' UNION ALL '.join(parts)})"


def answers(rows: pa.Table, schemas: Mapping[str, sch.Schema]) -> dict[str, pa.Table]:
    """Each query's answer out of the rows, in the types every engine gives."""
    return {name: _answer(rows.filter(pc.equal(rows["query"], place)), schema) for place, (name, schema) in enumerate(schemas.items())}


def _part(place: int, text: str, schema: sch.Schema) -> str:
    fields = ", ".join(f"{_travels(name, kind)} AS `c{number}`" for number, (name, kind) in enumerate(schema.items()))
    line = f"to_json(struct({fields}), map('ignoreNullFields', 'false'))"
    return f"SELECT {place} AS query, {line} AS line FROM ({text})"


def _travels(name: str, kind: dt.DataType) -> str:
    column = "`" + name.replace("`", "``") + "`"
    if kind.is_timestamp():
        return f"unix_micros({column})"
    if kind.is_date():
        return f"unix_date({column})"
    if kind.is_decimal():
        return f"CAST({column} AS DOUBLE)"
    return column


def _answer(rows: pa.Table, schema: sch.Schema) -> pa.Table:
    shape = pa.schema([(f"c{number}", _as_json(kind)) for number, kind in enumerate(schema.types)])
    if not rows.num_rows:
        found = shape.empty_table()
    else:
        lines = io.BytesIO("\n".join(rows["line"].to_pylist()).encode())
        options = pyarrow.json.ParseOptions(explicit_schema=shape, unexpected_field_behavior="error")
        found = pyarrow.json.read_json(lines, parse_options=options)
    columns = [_back(found[f"c{number}"], kind) for number, kind in enumerate(schema.types)]
    return in_contract_types(pa.table(columns, names=list(schema.names)), schema)


def _as_json(kind: dt.DataType) -> pa.DataType:
    if kind.is_integer() or kind.is_timestamp() or kind.is_date():
        return pa.int64()
    if kind.is_floating() or kind.is_decimal():
        return pa.float64()
    if kind.is_boolean():
        return pa.bool_()
    return pa.list_(_as_json(kind.value_type)) if kind.is_array() else pa.string()


def _back(column: pa.ChunkedArray, kind: dt.DataType) -> pa.ChunkedArray:
    if kind.is_timestamp():
        return column.cast(pa.timestamp("us"))
    if kind.is_date():
        return column.cast(pa.int32()).cast(pa.date32())
    return column
