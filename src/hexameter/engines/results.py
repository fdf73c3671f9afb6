"""One set of Arrow types for results, whatever the engine. It changes no value: what does not fit exactly is an error."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from hexameter.errors import BadValue

if TYPE_CHECKING:
    import ibis.expr.datatypes as dt
    import ibis.expr.schema as sch


def in_contract_types(rows: pa.Table, schema: sch.Schema) -> pa.Table:
    """An engine's answer in the types every engine gives.

    int64 for whole numbers, float64 for others, naive UTC microseconds for instants, date32, bool, string, list<string>.

    In      rows    as the engine gave them, columns in any order
            schema  the expression's own schema: which column is a whole number is decided there, not by the engine
    Raises  BadValue  a whole number beyond int64
    """
    columns, shape = [], contract_schema(schema)
    for name, wanted in zip(shape.names, shape.types, strict=True):
        try:
            column = rows.column(name)
            columns.append(column if column.type == wanted else column.cast(wanted))
        except pa.ArrowInvalid as problem:
            raise BadValue(
                f"{name} is larger than a total can be (2^63 - 1).", field=name, hint="Look for a damaged counter in the files imported."
            ) from problem
    return pa.table(columns, schema=shape)


@lru_cache(maxsize=256)
def contract_schema(schema: sch.Schema) -> pa.Schema:
    """The types of an answer, whatever the engine."""
    return pa.schema([(name, _arrow(kind)) for name, kind in schema.items()])


def _arrow(kind: dt.DataType) -> pa.DataType:
    if kind.is_integer():
        return pa.int64()
    if kind.is_floating() or kind.is_decimal():
        return pa.float64()
    if kind.is_timestamp():
        return pa.timestamp("us")
    if kind.is_date():
        return pa.date32()
    if kind.is_boolean():
        return pa.bool_()
    if kind.is_array():
        return pa.list_(_arrow(kind.value_type))
    return pa.string()
