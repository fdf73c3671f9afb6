"""A private PostgreSQL from the distribution's own binaries, on a socket in a temporary folder. Nothing outside that folder is touched."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server of our own on a socket in a temporary folder; its URL without a database name."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if not binaries:
        pytest.skip("no PostgreSQL server: install the distribution's package 'postgresql'")
    pytest.importorskip("psycopg", reason="no PostgreSQL driver: pip install 'hexameter[postgres]'")
    folder = Path(tempfile.mkdtemp(prefix="hexameter-pg-"))
    user, become = _unprivileged(folder)
    here = binaries[-1].parent
    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=become, cwd=folder, capture_output=True, timeout=60)

    try:
        run(str(here / "initdb"), "-D", str(data), "-U", "desk", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        with (folder / "log").open("wb") as log:
            start = [str(here / "pg_ctl"), "-D", str(data), "-w", "-o", options, "start"]
            subprocess.run(start, check=True, user=become, cwd=folder, stdout=log, stderr=log, timeout=60)
        yield f"postgresql+psycopg://desk@/{{}}?host={folder}"
    finally:
        subprocess.run(
            [str(here / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], user=become, cwd=folder, capture_output=True, timeout=60
        )
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> tuple[str, int | None]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name, None
    account = next(a for name in ("postgres", "nobody") for a in pwd.getpwall() if a.pw_name == name)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name, account.pw_uid


@pytest.fixture
def fresh_postgres(postgres_url: str) -> str:
    """The URL of an empty database of its own."""
    import psycopg

    name = f"desk_{uuid4().hex}"
    with psycopg.connect(postgres_url.format("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return postgres_url.format(name)
