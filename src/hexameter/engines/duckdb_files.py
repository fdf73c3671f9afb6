"""The SQL text that reads a lake table from its list of Parquet files with DuckDB's own reader. It runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from hexameter.contracts.tables import Table

_GLOB = str.maketrans({"[": "[[]", "*": "[*]", "?": "[?]"})


def lake_select(table: Table, paths: Sequence[str]) -> str:
    """A SELECT over exactly these files; instants as naive UTC, the partition's `month` left out; no files is an empty table.

    Example lake_select(BATCH, []) -> "SELECT CAST(NULL AS VARCHAR) AS batch_id, ... WHERE false"
    """
    fields = [f for f in table.schema if f.name != "month"]
    if not paths:
        return f"SELECT {', '.join(f'CAST(NULL AS {_type(f.type)}) AS {f.name}' for f in fields)} WHERE false"
    columns = ", ".join(f"CAST({f.name} AS TIMESTAMP) AS {f.name}" if pa.types.is_timestamp(f.type) else f.name for f in fields)
    files = literals(escaped(path) for path in paths)
    return f"SELECT {columns} FROM read_parquet([{files}], hive_partitioning = false, union_by_name = false)"


def escaped(path: str) -> str:
    """A path that read_parquet takes as it is: its brackets and stars are no pattern.

    Example escaped("home [1]/a.parquet") -> "home [[]1]/a.parquet"
    """
    return path.translate(_GLOB)


def literals(words: Iterable[str]) -> str:
    """Words as SQL text literals, in one order whatever the order they came in."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in sorted(words))


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "VARCHAR[]"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP"
    names = {pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN", pa.date32(): "DATE"}
    return names[kind]
