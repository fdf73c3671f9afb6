"""Files dropped into the watched folder are imported once and put aside; bad ones with the reason."""

from __future__ import annotations

from pathlib import Path

from hexameter.main import open_app
from hexameter.services.tracking.folder import take_in

READINGS = "post_id,creator,captured_at,views\n7527623000473079054,lea,2025-07-20T00:00:00Z,120\n"


def test_a_dropped_file_is_imported_once_and_put_aside(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "readings.csv").write_text(READINGS)
    (folder / ".hidden").write_text("being copied")
    with open_app(str(tmp_path)) as app:
        taken = take_in(app, settled_seconds=0)
        assert [(t["file"], t["stored"]["post_snapshot"]) for t in taken] == [("readings.csv", 1)]
        assert take_in(app, settled_seconds=0) == []
        (folder / "readings.csv").write_text(READINGS)
        assert take_in(app, settled_seconds=0)[0]["stored"]["post_snapshot"] == 0
    assert sorted(p.name for p in (folder / "imported").iterdir()) == ["readings-2.csv", "readings.csv"]


def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "notes.csv").write_text("to do\nbuy milk\n")
    (folder / "linked.csv").symlink_to("/etc/hostname")
    with open_app(str(tmp_path), overrides={"watch_folder": str(folder)}) as app:
        taken = take_in(app, settled_seconds=0)
    assert all(t["error"]["message"] for t in taken) and len(taken) == 2
    assert sorted(p.name for p in (folder / "refused").iterdir()) == [
        "linked.csv",
        "linked.csv.why.txt",
        "notes.csv",
        "notes.csv.why.txt",
    ]


def test_a_file_that_is_still_being_copied_waits(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "readings.csv").write_text(READINGS)
    with open_app(str(tmp_path)) as app:
        assert take_in(app, settled_seconds=3600) == []
