"""The care of the home: status, doctor, compaction, vacuum, and an erasure that leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from hexameter.errors import BadValue, Conflict, NotFound
from hexameter.main import App, open_app
from tests.services.conftest import HEADER, Write


def test_an_empty_home_has_a_status(app: App) -> None:
    found = app.status()
    assert (found["posts"], found["creators"], found["imports"]["batches"], found["campaigns"]) == (0, 0, 0, [])
    assert "hexameter import FILE" in found["summary"]


def test_status_says_what_is_here_and_how_fresh(glow: App) -> None:
    found = glow.status()
    assert (found["posts"], found["creators"], found["imports"]["batches"]) == (4, 1, 1)
    assert found["newest"] == {"post_reading": "2025-07-31T12:00:00Z", "follower_reading": "2025-07-31T00:00:00Z"}
    assert found["campaigns"] == [{"slug": "glowday", "from": "2025-07-01", "to": "2025-07-31"}]
    assert found["tables"]["post_snapshot"]["rows"] == 4
    assert found["summary"].startswith("4 posts, 1 creator, 1 import, 1 campaign. The newest reading of a post is of 2025-07-31")


def test_the_doctor_finds_a_sound_home_sound(glow: App) -> None:
    found = glow.doctor()
    assert found["ok"] and {c["name"] for c in found["checks"]} >= {"Python", "Home", "Lake", "Desk", "Engine", "Spark", "Time zones"}


def test_the_doctor_names_what_is_wrong_and_goes_on(glow: App, tmp_path: Path) -> None:
    next(Path(f.path) for f in glow.lake.snapshot().files("post")).unlink()
    settings = {"database_url": "", "recommended_per_day": "many", "rate_card": "skeepers"}
    with open_app(str(glow.home), overrides=settings, environment={}) as ill:
        found = ill.doctor()
    wrong = {c["name"]: c for c in found["checks"] if c["ok"] is False}
    assert not found["ok"] and {"Settings", "Lake"} <= set(wrong)
    assert "many" in wrong["Settings"]["detail"] and wrong["Lake"]["hint"]
    assert next(c for c in found["checks"] if c["name"] == "Desk")["ok"]


def test_care_changes_no_number(glow: App, write: Write) -> None:
    for number in range(3):
        glow.collect(
            [write(f"{number}.csv", f"{HEADER}\nX{number},lea,2025-07-1{number}T18:00Z,2025-07-31T12:00Z,x,#glowday,{number},1,1,1,\n")]
        )
    before = glow.kpis(campaign="glowday")
    done = glow.upkeep.maintain()
    assert done["tables"] and done["rows_computed"]
    assert glow.upkeep.vacuum(0)["files_removed"]
    after = glow.kpis(campaign="glowday")
    assert {k: v for k, v in after.items() if k != "receipt"} == {k: v for k, v in before.items() if k != "receipt"}
    history = glow.upkeep.history("post_snapshot")["post_snapshot"]
    assert history[0]["version"] >= 4 and history[0]["written_at"].endswith("Z")
    with pytest.raises(BadValue, match="keep_hours is -1"):
        glow.upkeep.vacuum(-1)
    with pytest.raises(NotFound, match="Did you mean post_snapshot"):
        glow.upkeep.history("post_snapshots")


def test_an_erased_creator_is_nowhere(app: App, write: Write) -> None:
    hers = "Q1,zanzibar_marker,2025-07-05T18:00Z,2025-07-31T12:00Z,x,#glowday,5,1,1,1,77"
    another = "Q2,mia,2025-07-05T18:00Z,2025-07-31T12:00Z,x,#glowday,6,1,1,1,"
    path = write("two.csv", f"{HEADER}\n{hers}\n{another}\n")
    app.collect([path])
    app.campaigns.create("g", from_day="2025-07-01", to_day="2025-07-31", hashtags=["glowday"], creators=["zanzibar_marker", "mia"])
    app.campaigns.include("g", ["Q1"])
    done = app.upkeep.erase("@Zanzibar_Marker")
    assert done["lake"]["post"] == 1 and done["desk"] == {"campaign_creator": 1, "campaign_post": 1}
    assert app.kpis(campaign="g")["views"]["total"] == 6
    app.close()
    left = [p for p in app.home.rglob("*") if p.is_file() and b"zanzibar_marker" in p.read_bytes()]
    assert left == []
    with pytest.raises(NotFound, match="neither an imported file nor a campaign"):
        app.upkeep.erase("zanzibar_marker")


def test_a_creator_only_the_desk_knows_is_erased_too(app: App) -> None:
    app.campaigns.create("g", from_day="2025-07-01", to_day="2025-07-31", creators=["zoe", "mia"])
    assert app.upkeep.erase("zoe")["desk"] == {"campaign_creator": 1}
    assert app.campaigns.show("g")["creators"] == ["mia"]


def test_a_handle_of_two_people_needs_an_id(app: App, tmp_path: Path) -> None:
    """Two numeric ids under one handle, as web items show after a handle changed hands."""
    from datetime import UTC, datetime

    import pyarrow as pa

    from hexameter.contracts.records import BatchInfo, Chunk
    from hexameter.contracts.tables import BY_NAME

    schema = BY_NAME["creator_snapshot"].source_schema
    moment = datetime(2025, 7, 1, tzinfo=UTC)
    rows = [
        {"creator_id": i, "handle": "lea", "captured_at": moment, "source": "web_items", "followers": 5, "precision": "exact"}
        for i in ("11", "22")
    ]
    empty = pa.table(
        {n: pa.array([], t) for n, t in (("row", pa.int64()), ("field", pa.string()), ("value", pa.string()), ("why", pa.string()))}
    )
    readings = {"creator_snapshot": pa.Table.from_pylist(rows, schema=schema)}
    app.lake.store(BatchInfo("b", "web_items", "x", "0"), [Chunk(2, readings, {}, empty, 0)])
    with pytest.raises(Conflict, match="Give the id of the one you mean: 11, 22"):
        app.upkeep.erase("lea")
    assert app.upkeep.erase("11")["creator_ids"] == ["11"]
    assert app.sql("select creator_id from creator_snapshot").to_pylist() == [{"creator_id": "22"}]


def test_settings_hide_a_password(tmp_path: Path) -> None:
    with open_app(str(tmp_path), overrides={"database_url": "postgresql://me:secret@host/db"}, environment={}) as opened:
        rows = {row["name"]: row for row in opened.settings_in_force()}
    assert rows["database_url"]["value"] == "postgresql://me:***@host/db" and rows["timezone"]["env"] == "HEXAMETER_TIMEZONE"
