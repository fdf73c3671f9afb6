"""Opens the desk's database and brings it up to date, whatever other processes do meanwhile. It knows no campaign.

SQLite and PostgreSQL both undo changes of tables with their transaction, so every pending step runs in one: an interrupted
migration leaves nothing behind and is run again by the next process to open the desk.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hexameter.campaigns import DESK_FILE
from hexameter.errors import BadValue, OurError, Unusable

HEAD = "0009"  # the newest step in migrations/versions; a test compares them
_BUSY_SECONDS = 30.0
_ADVISORY_LOCK = 0x4E6D6574  # any constant: one process migrates a PostgreSQL desk at a time
_WRITE = {"hexameter_write": True}


def open_database(home: Path, url: str = "") -> sa.Engine:
    """The desk's database, migrated to this version.

    In      home  folder of the SQLite file; made when missing
            url   another database, by URL; "" = SQLite in the home
    Raises  Unusable  unwritable, damaged, unreachable, or written by a newer version
            BadValue  a URL that is none, or whose driver is not installed
    """
    engine = _postgres(url) if url else _sqlite(home / DESK_FILE)
    try:
        with told_plainly(engine):
            if _version(engine) != HEAD:
                _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def schema_of(url: str, schema: str) -> str:
    """The address of a PostgreSQL database that keeps its tables in a schema of their own; "" (SQLite) stays "".

    Raises   BadValue  an address that cannot be read
    """
    if not url:
        return ""
    try:
        return sa.make_url(url).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    except sa.exc.ArgumentError as problem:
        raise BadValue("database_url cannot be read as an address.", field="database_url") from problem


def make_schema(url: str, schema: str) -> None:
    """The schema itself, when it is not there; nothing on SQLite."""
    _on_postgres(url, sa.schema.CreateSchema(schema, if_not_exists=True))


def drop_schema(url: str, schema: str) -> None:
    """The schema with everything in it; nothing on SQLite."""
    _on_postgres(url, sa.schema.DropSchema(schema, cascade=True, if_exists=True))


def _on_postgres(url: str, statement: sa.Executable) -> None:
    if not url:
        return
    engine = _postgres(url)
    try:
        with writing(engine) as connection:
            connection.execute(statement)
    finally:
        engine.dispose()


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads: all its queries see one state."""
    with told_plainly(engine), engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine, quickly: bool = False) -> Iterator[sa.Connection]:
    """A transaction that writes: all of it or nothing; on SQLite one at a time, in turn.

    In      quickly  do not wait for the disk: the death of a process loses nothing, a power cut may lose the last few transactions
    """
    with told_plainly(engine), engine.execution_options(**_WRITE, hexameter_quickly=quickly).begin() as connection:
        if quickly and engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        yield connection


def upsert(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that can say ON CONFLICT, in the database's own dialect."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: sa.Table) -> Any:
    """The same for a dialect by name, for statements that are made once."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@contextmanager
def told_plainly(engine: sa.Engine) -> Iterator[None]:
    """Turns a database's own complaint into a sentence for a person."""
    try:
        yield
    except sa.exc.DBAPIError as problem:
        raise _plain(engine, problem) from problem


def _sqlite(path: Path) -> sa.Engine:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Unusable(
            f"{path.parent} cannot be made: {problem.strerror}.", field="home", hint="Choose another folder with --home."
        ) from problem
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), connect_args={"timeout": _BUSY_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a migration; ours is below
        for pragma in ("foreign_keys = ON", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        _use_wal(connection)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        write, quickly = options.get("hexameter_write"), options.get("hexameter_quickly", False)
        if connection.info.get("quickly", False) != quickly:
            connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if quickly else 'FULL'}")
            connection.info["quickly"] = quickly
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _use_wal(connection: Any) -> None:
    """SQLite refuses the switch at once, without waiting, while another process makes it: ask again."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _postgres(url: str) -> sa.Engine:
    expected = "Expected like postgresql+psycopg://user@host/hexameter."
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "postgresql":
            shown = parsed.render_as_string(hide_password=True)
            raise BadValue(f"database_url is '{shown}'; that is not a PostgreSQL address.", field="database_url", hint=expected)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except sa.exc.ArgumentError as problem:
        raise BadValue("database_url cannot be read as an address.", field="database_url", hint=expected) from problem
    except ModuleNotFoundError as problem:
        raise BadValue(
            "The driver for PostgreSQL is not installed.", field="database_url", hint="Install it: pip install 'hexameter[postgres]'."
        ) from problem


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "hexameter.campaigns:migrations")
    config.set_main_option("path_separator", "os")
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.execution_options(**_WRITE).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        found = _version_now(connection)
        if found is not None and found not in known:
            raise Unusable(
                f"The desk's database is at version {found}; this Hexameter knows versions up to {HEAD}.",
                field="home",
                value=found,
                hint="It was written by a newer Hexameter: upgrade this one.",
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version_now(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


_HINTS = {
    "readonly": "Make the folder and the file writable, or choose another home with --home.",
    "unable to open": "Make the folder writable, or choose another home with --home.",
    "full": "Free some space, then try again. Nothing was changed.",
    "I/O error": "The disk is full or failing: free some space or replace it, then try again. Nothing was changed.",
    "locked": "Another process has been writing for over 30 seconds. Try again.",
    "malformed": "Restore it from a backup.",
    "not a database": "Move that file away, or restore it from a backup.",
}


def _plain(engine: sa.Engine, problem: sa.exc.DBAPIError) -> Exception:
    said = str(problem.orig).strip().splitlines()[0].rstrip(".")
    if isinstance(problem, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError):
        return OurError(f"The desk's database refused a change: {said}.", hint="Nothing was changed. Please report this.")
    if engine.dialect.name == "sqlite":
        hint = next((h for word, h in _HINTS.items() if word in said), "See hexameter doctor.")
        return Unusable(f"The desk's database {engine.url.database} cannot be used: {said}.", hint=hint)
    where = engine.url.render_as_string(hide_password=True)
    return Unusable(
        f"The desk's database {where} cannot be used: {said}.", hint="Check that the server runs and that the address is right."
    )
