"""The desk's database comes up whatever happens: two processes at once, a death in the middle, a newer version, damage."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hexameter.campaigns import database
from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.database import HEAD, open_database
from hexameter.campaigns.desk import Desk
from hexameter.campaigns.tables import METADATA
from hexameter.errors import BadValue, Unusable
from tests.campaigns.conftest import FixedClock

_OPENER = """
import sys, pathlib
from hexameter.campaigns.database import open_database
sys.stdin.readline()
open_database(pathlib.Path(sys.argv[1]), sys.argv[2]).dispose()
"""


def test_the_migrations_make_the_tables_the_code_knows(tmp_path: Path, url: str) -> None:
    engine = open_database(tmp_path, url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []
    engine.dispose()


def test_head_is_the_newest_step() -> None:
    assert ScriptDirectory(str(Path(database.__file__).parent / "migrations")).get_current_head() == HEAD


def test_processes_open_a_fresh_home_at_once(tmp_path: Path, url: str) -> None:
    openers = [
        subprocess.Popen([sys.executable, "-c", _OPENER, str(tmp_path), url], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for opener in openers:  # all have imported by the time the last line arrives, or nearly
        assert opener.stdin is not None
        opener.stdin.write("go\n")
        opener.stdin.flush()
    said = [opener.communicate(timeout=60)[1] for opener in openers]
    assert [o.returncode for o in openers] == [0, 0, 0, 0], said
    desk = Desk(tmp_path, FixedClock(), url)
    assert desk.campaigns() == []
    desk.close()


def test_an_interrupted_migration_is_run_again(tmp_path: Path, url: str) -> None:
    """A process dies with half of the tables made: the next one starts from nothing and ends complete."""
    died = """
import sys, os, pathlib
from alembic import op
from hexameter.campaigns.database import open_database
made = op.create_index
def die(*args, **kwargs):
    os._exit(9)
op.create_index = die
open_database(pathlib.Path(sys.argv[1]), sys.argv[2])
"""
    assert subprocess.run([sys.executable, "-c", died, str(tmp_path), url], timeout=60).returncode == 9
    engine = open_database(tmp_path, url)
    assert set(METADATA.tables) <= set(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_a_database_of_the_first_version_keeps_its_campaigns(tmp_path: Path, url: str) -> None:
    """A desk as the first step made it, with a row in each table, opens with all of it and the tracker's tables beside."""
    engine = _of_the_first_version(tmp_path, url)
    with database.writing(engine) as connection:
        for table, values in _FIRST_ROWS.items():
            connection.execute(sa.text(f"INSERT INTO {table} VALUES ({values})"))
    engine.dispose()
    desk = Desk(tmp_path, FixedClock(), url)
    campaign = desk.campaign("glow")
    assert (campaign.hashtags, campaign.mentions, campaign.creators) == (("glow",), ("brand",), ("lea",))
    assert [c.amount_minor for c in campaign.costs] == [500] and [o.order_id for o in campaign.orders] == ["o-1"]
    assert [p.post_id for p in campaign.posts] == ["7"] and [r.rate for r in desk.rates()] == [0.9]
    assert str(desk.rules.of("glow")) == "#glow OR @brand" and [p.state for p in desk.inbox.list("glow")] == ["included"]
    desk.forget(["lea"], ["7"])
    assert desk.campaign("glow").creators == () and desk.version == HEAD
    desk.close()


_FIRST_ROWS = {
    "campaign": "1, 'glow', 'Glow', '2025-07-01', '2025-07-31', 'UTC', 'EUR', '2025-06-01 00:00:00', NULL",
    "campaign_hashtag": "1, 'glow'",
    "campaign_mention": "1, 'brand'",
    "campaign_creator": "1, 'lea'",
    "campaign_post": "1, '7', 'include', NULL, '2025-07-02 00:00:00'",
    "campaign_cost": "1, 1, 500, 'EUR', 'fee', 'lea', NULL, '2025-07-02 00:00:00'",
    "campaign_order": "1, 'o-1', 100, 'EUR', 'lea', 'LEA10', '2025-07-02 00:00:00'",
    "exchange_rate": "'USD', 'EUR', '2025-07-01', 0.9, 'ECB'",
}


def _of_the_first_version(home: Path, url: str) -> sa.Engine:
    """An empty database, with the first step's tables alone."""
    config = Config()
    config.set_main_option("script_location", "hexameter.campaigns:migrations")
    config.set_main_option("path_separator", "os")
    engine = sa.create_engine(url) if url else sa.create_engine(f"sqlite:///{home / 'desk.sqlite'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return engine


def test_a_newer_database_is_left_alone(open_desk: Callable[[], Desk], tmp_path: Path, url: str) -> None:
    engine = open_database(tmp_path / "home", url)
    with database.writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Unusable, match="at version 9999; this Hexameter knows versions up to"):
        open_desk()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "desk.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unusable, match="desk.sqlite cannot be used: file is not a database. Move that file away"):
        open_database(tmp_path)


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unusable, match="Choose another folder with --home"):
        open_database(tmp_path / "file" / "home")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unusable, match="writable"):
        open_database(tmp_path)
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("url", ["mysql://x/y", "no address", "postgresql+nosuch://x/y"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadValue) as refused:
        open_database(tmp_path, url)
    assert refused.value.field == "database_url"


def test_an_unreachable_server_is_told_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(Unusable) as refused:
        open_database(tmp_path, "postgresql://desk:secret@127.0.0.1:1/desk")
    assert "secret" not in str(refused.value) and "Check that the server runs" in str(refused.value)


def test_an_erased_name_is_not_left_in_the_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path, FixedClock())
    desk.create(Draft("Glow", "2025-07-01", "2025-07-31", creators=("zanzibar_marker",)))
    desk.forget(["zanzibar_marker"])
    desk.close()
    assert all(b"zanzibar_marker" not in path.read_bytes() for path in tmp_path.iterdir())


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    """The file may not grow any more: a sentence, and what was kept before is whole."""
    desk = Desk(tmp_path, FixedClock())
    desk.create(Draft("Glow", "2025-07-01", "2025-07-31"))
    desk.close()
    filling = """
import pathlib, resource, signal, sys
from hexameter.campaigns.desk import Desk
from hexameter.errors import Unusable
from tests.campaigns.conftest import FixedClock
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
desk = Desk(pathlib.Path(sys.argv[1]), FixedClock())
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    desk.add("glow", "creators", [f"creator_{i}" for i in range(20000)])
except Unusable as problem:
    print(problem)
    sys.exit(7)
"""
    done = subprocess.run(
        [sys.executable, "-c", filling, str(tmp_path)], capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 7 and "cannot be used" in done.stdout and "Nothing was changed" in done.stdout, done
    again = Desk(tmp_path, FixedClock())
    assert again.campaign("glow").creators == ()
    again.close()
