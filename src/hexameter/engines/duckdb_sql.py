"""Questions in the user's own SQL over the lake's tables: one statement that reads. No other file is reached, nothing is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from hexameter.contracts.tables import TABLES
from hexameter.engines.duckdb import connect
from hexameter.engines.duckdb_files import escaped, lake_select, literals
from hexameter.errors import BadValue, DamagedLake

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Snapshot

_EXPLAIN = re.compile(r"\s*explain\s+(analyze\s+)?", re.IGNORECASE)
_READS = "Only one statement that reads is allowed: SELECT, WITH, DESCRIBE, SHOW or EXPLAIN."


def run_sql(snapshot: Snapshot, text: str, limit: int = 1_000, memory_limit: str | None = None) -> pa.Table:
    """At most `limit` rows of a query over the lake's tables, each a view of exactly the pinned snapshot's files.

    Instants are naive UTC; `month` is left out.

    Raises  BadValue     not one reading statement, or DuckDB does not understand it: its message in one sentence
            DamagedLake  a file of the lake is missing or cannot be read
    """
    if limit < 1:
        raise BadValue(f"limit is {limit}.", field="limit", value=str(limit), hint="Expected 1 or more.")
    connection = _closed_room(snapshot, memory_limit)
    try:
        statement = _one_reading_statement(connection, text)
        return connection.sql(statement).limit(limit).to_arrow_table()
    except duckdb.IOException as problem:
        raise DamagedLake(f"a file of the lake cannot be read: {_sentence(problem)}", hint="See hexameter doctor.") from problem
    except duckdb.Error as problem:
        raise BadValue(
            _sentence(problem), field="sql", value=text, hint="SHOW TABLES lists the tables, DESCRIBE post its columns."
        ) from problem
    finally:
        connection.close()


def _closed_room(snapshot: Snapshot, memory_limit: str | None) -> duckdb.DuckDBPyConnection:
    connection = connect(memory_limit)
    paths: list[str] = []
    for table in TABLES:
        files = [file.path for file in snapshot.files(table.name)]
        paths += files
        connection.execute(f"CREATE VIEW {table.name} AS {lake_select(table, files)}")
    # both spellings: the reader asks for the escaped one, then opens the file itself
    connection.execute(f"SET allowed_paths = [{literals({*paths, *map(escaped, paths)})}]")
    # spilling to disk is a write: a query that does not fit the memory limit fails instead
    connection.execute("SET temp_directory = ''")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _one_reading_statement(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    found = connection.extract_statements(text)
    if len(found) != 1:
        raise BadValue(f"{len(found)} statements were given.", field="sql", value=text, hint=_READS)
    statement = found[0]
    if statement.type == duckdb.StatementType.EXPLAIN:
        # EXPLAIN ANALYZE runs what it explains
        inner = connection.extract_statements(_EXPLAIN.sub("", statement.query, count=1))
        if len(inner) == 1 and inner[0].type == duckdb.StatementType.SELECT:
            return str(statement.query)
    if statement.type != duckdb.StatementType.SELECT:
        raise BadValue(f"{statement.type.name} is not a statement that reads.", field="sql", value=text, hint=_READS)
    return str(statement.query)


def _sentence(problem: duckdb.Error) -> str:
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    first = lines[0] if lines else type(problem).__name__
    near = next((line for line in lines[1:] if line.startswith(("Did you mean", "Candidate bindings"))), "")
    return " ".join(part for part in (first.rstrip(".") + ".", near) if part)
