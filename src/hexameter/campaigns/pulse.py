"""Whether anything on the desk changed since one last looked, asked without reading anything. It does not say what."""

from __future__ import annotations

import sqlite3
import threading

import sqlalchemy as sa


class Pulse:
    """The change counter of an SQLite desk, on a connection of its own that never writes, so that every commit of anybody moves it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._path = engine.url.database if engine.dialect.name == "sqlite" else None
        self._connection: sqlite3.Connection | None = None
        self._turn = threading.Lock()

    def beat(self) -> int | None:
        """A number that differs after any change; None: this database does not say, so look for yourself."""
        if self._path is None:
            return None
        with self._turn:
            if self._connection is None:
                self._connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None)
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the connection."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
