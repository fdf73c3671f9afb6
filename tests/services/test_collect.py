"""Imports through the services: every row accounted for, twice is once; several files, archives, processes at once."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hexameter.errors import BadFile, BadValue, HexameterError, MissingCaptureTime, MissingColumn, UnknownFormat
from hexameter.main import App
from tests.services.conftest import HEADER, WORKED, Write

GOOD = "A,lea,2025-07-05T18:00Z,2025-07-31T12:00Z,x,#glowday,20000,1500,100,60,"
BAD = "B,lea,2025-07-05T18:00Z,2025-07-31T12:00Z,x,#glowday,12x,-3,100,60,"

_IMPORTER = """
import sys
from hexameter.main import open_app
with open_app(sys.argv[1], overrides={"now": "2025-08-01T00:00:00Z"}, environment={}) as app:
    app.collect(sys.argv[2:])
"""


def test_the_answer_has_the_documented_shape(app: App, write: Write) -> None:
    path = write("worked.csv", WORKED)
    first = app.collect([path])
    assert {k: first[k] for k in ("format", "read", "stored", "duplicates", "conflicts", "rejected", "rejects")} == {
        "format": "table",
        "read": 7,
        "stored": {"post": 4, "post_snapshot": 4, "creator_snapshot": 3},
        "duplicates": 0,
        "conflicts": 0,
        "rejected": 0,
        "rejects": [],
    }
    second = app.collect([path])
    assert second["batch"] == first["batch"]
    assert (second["read"], set(second["stored"].values()), second["duplicates"]) == (7, {0}, 7)


def test_a_bad_row_is_listed_and_the_good_ones_are_stored(app: App, write: Write, tmp_path: Path) -> None:
    found = app.collect([write("mixed.csv", f"{HEADER}\n{GOOD}\n{BAD}\n")], rejects=tmp_path / "left.ndjson")
    assert (found["read"], found["stored"]["post_snapshot"], found["rejected"]) == (2, 1, 1)
    assert {(r["row"], r["field"], r["value"]) for r in found["rejects"]} == {(2, "views", "12x"), (2, "likes", "-3")}
    assert all(r["why"] for r in found["rejects"]) and found["rejects_listed"] == 2
    assert [json.loads(line) for line in (tmp_path / "left.ndjson").read_text().splitlines()] == found["rejects"]


def test_the_list_of_rejects_is_bounded_and_the_file_is_not(app: App, write: Write, tmp_path: Path) -> None:
    rows = "\n".join(f"{i},lea,2025-07-05T18:00Z,2025-07-31T12:00Z,x,,{'9' * 300},1,1,1," for i in range(1200))
    found = app.collect([write("bad.csv", f"{HEADER}\n{rows}\n")], rejects=tmp_path / "left.ndjson")
    assert (found["rejected"], len(found["rejects"]), found["rejects_listed"]) == (1200, 1000, 1000)
    assert len((tmp_path / "left.ndjson").read_text().splitlines()) == 1200
    assert all(len(r["value"]) <= 200 for r in found["rejects"])


def test_several_files_are_summed_and_a_bad_one_does_not_stop_the_others(app: App, write: Write) -> None:
    files = [write("worked.csv", WORKED), write("empty.csv", ""), write("mixed.csv", f"{HEADER}\n{GOOD.replace('A,', 'Z,', 1)}\n{BAD}\n")]
    found = app.collect(files)
    assert (found["failed"], found["read"], found["stored"]["post_snapshot"], found["rejected"]) == (1, 9, 5, 1)
    assert found["files"][1]["error"]["kind"] == "BadFile" and "empty.csv" in found["files"][1]["error"]["message"]
    assert [f.get("format") for f in found["files"]] == ["table", None, "table"]
    assert all(r["file"].endswith("mixed.csv") for r in found["rejects"])


def test_a_zip_is_one_batch(app: App, tmp_path: Path) -> None:
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", f"{HEADER}\n{GOOD}\n")
        archive.writestr("two.csv", f"{HEADER}\n{GOOD.replace('A,', 'Z,', 1)}\n{BAD}\n")
    found = app.collect([path])
    assert (found["read"], found["stored"]["post_snapshot"], found["rejected"]) == (3, 2, 1)
    assert {r["member"] for r in found["rejects"]} == {"two.csv"}
    assert app.status()["imports"]["batches"] == 1


def test_gzip_and_mapped_columns(app: App, tmp_path: Path) -> None:
    path = tmp_path / "plays.csv.gz"
    path.write_bytes(gzip.compress(b"vid,who,n_plays\n7527623000473079054,lea,12\n"))
    found = app.collect(
        [path], columns={"post_id": "vid", "creator": "who", "views": "n_plays"}, captured_at="2025-07-31", tz="Europe/Paris"
    )
    assert found["stored"]["post_snapshot"] == 1
    assert app.sql("select captured_at from post_snapshot")["captured_at"][0].as_py().isoformat()[:16] == "2025-07-30T22:00"


def test_other_options_are_another_batch(app: App, write: Write) -> None:
    path = write("bare.csv", "post_id,creator,views\nA,lea,10\n")
    one, two = (app.collect([path], captured_at=day) for day in ("2025-07-30", "2025-07-31"))
    assert one["batch"] != two["batch"] and two["stored"]["post_snapshot"] == 1


def test_what_else_is_stored_is_shown_only_when_there_is_some(app: App, write: Write) -> None:
    found = app.collect([write("worked.csv", WORKED)])
    assert list(found["stored"]) == ["post", "post_snapshot", "creator_snapshot"]


@pytest.mark.parametrize(
    ("name", "text", "options", "kind"),
    [
        ("strange.csv", "a,b\n1,2\n", {}, UnknownFormat),
        ("no_time.csv", "post_id,creator,views\nA,lea,1\n", {}, MissingCaptureTime),
        ("mapped.csv", WORKED, {"columns": {"views": "wievs"}}, MissingColumn),
        ("empty.csv", "", {}, BadFile),
        ("worked.csv", WORKED, {"format": "tabel"}, UnknownFormat),
        ("worked.csv", WORKED, {"tz": "Europe/Pariss"}, BadValue),
        ("worked.csv", WORKED, {"captured_at": "soon"}, BadValue),
        ("worked.csv", WORKED, {"creator": "le a"}, BadValue),
    ],
)
def test_a_mistake_stores_nothing(
    app: App, write: Write, name: str, text: str, options: dict[str, object], kind: type[HexameterError]
) -> None:
    with pytest.raises(kind) as refused:
        app.collect([write(name, text)], **options)
    assert len(str(refused.value)) > 20
    assert app.status()["imports"]["batches"] == 0 and app.lake.snapshot().files("post_snapshot") == []


def test_places_that_are_no_files(app: App, tmp_path: Path, write: Write) -> None:
    (tmp_path / "link.csv").symlink_to(write("worked.csv", WORKED))
    for place in (tmp_path, tmp_path / "nowhere.csv", tmp_path / "link.csv"):
        with pytest.raises(HexameterError, match=place.name):
            app.collect([place])
    with pytest.raises(BadValue, match="No file is named"):
        app.collect([])


def test_two_processes_import_at_once(app: App, write: Write) -> None:
    files = [write("worked.csv", WORKED), write("more.csv", f"{HEADER}\n{GOOD.replace('A,', 'Z,', 1)}\n")]
    running = [subprocess.Popen([sys.executable, "-c", _IMPORTER, str(app.home), str(f)], stderr=subprocess.PIPE, text=True) for f in files]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [p.returncode for p in running] == [0, 0], said
    assert app.status()["imports"]["batches"] == 2 and app.status()["posts"] == 5


def test_a_full_place_for_rejects_is_told_before_anything_is_stored(app: App, write: Write, tmp_path: Path) -> None:
    with pytest.raises(HexameterError, match="left.ndjson"):
        app.collect([write("worked.csv", WORKED)], rejects=tmp_path / "nowhere" / "left.ndjson")
    assert app.lake.snapshot().files("post_snapshot") == []


def test_every_format_describes_itself(app: App) -> None:
    rows = app.formats()
    assert {r["name"] for r in rows} >= {"table", "tiktok_studio"} and all(all(row.values()) for row in rows)


def test_the_home_is_made_on_first_use(tmp_path: Path, write: Write) -> None:
    from hexameter.main import open_app

    with open_app(str(tmp_path / "a" / "b"), environment={}) as app:
        app.collect([write("worked.csv", WORKED)])
    assert (tmp_path / "a" / "b" / "lake").is_dir()


def test_an_import_loads_no_pandas(tmp_path: Path, write: Write) -> None:
    """pyarrow loads it for the asking, and it takes as long as everything else at start-up together."""
    file = write("one.csv", WORKED)
    look = (
        "import sys; from pathlib import Path; from hexameter.main import open_app; "
        "print(open_app(sys.argv[1]).collect([Path(sys.argv[2])])['read'] > 0, 'pandas' in sys.modules)"
    )
    command = [sys.executable, "-c", look, str(tmp_path / "home"), str(file)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["True", "False"]


def test_a_text_that_shows_its_encoding_late_is_read_anew(app: App, tmp_path: Path) -> None:
    """Reading begins while the file is looked through; what it began with is thrown away, rejects included."""
    rows = "".join(f"{7_523_537_000_000_000_000 + n},lea,2025-07-10T00:00:00Z,{n},#glowday\n" for n in range(60_000))
    path = tmp_path / "late.csv"
    head = "post_id,creator,captured_at,views,caption\n1,lea,2025-07-10,oops,x\n"
    path.write_bytes((head + rows).encode() + b"2,lea,2025-07-10,1,\xe9t\xe9\n")
    bars = _Bars()
    done = app.collect([path], rejects=tmp_path / "rejects.ndjson", progress=bars)
    assert (done["read"], done["stored"]["post_snapshot"], done["rejected"]) == (60_002, 60_001, 1)
    assert len((tmp_path / "rejects.ndjson").read_text().splitlines()) == 1
    assert app.sql("select caption from post where post_id = '2'").to_pylist() == [{"caption": "été"}]
    assert bars.open == 0


class _Bars:
    """Counts the bars that are drawn."""

    open = 0

    def start(self, what: str, total: int | None) -> None:
        self.open += 1

    def advance(self, units: int) -> None:
        """Nothing is drawn."""

    def finish(self) -> None:
        self.open -= 1
