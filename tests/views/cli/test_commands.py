"""The verbs over a home of their own: what they store, what they say, what `--json` prints."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.views.homes import AS_OF, WORKED, hexameter

DAMAGED = """post_id,creator,published_at,captured_at,caption,views,likes
7523537000000000001,lea,2025-07-05T18:00Z,2025-07-31T12:00Z,"fine \x1b[31mred\u202e #glowday",20000,1500
7526150000000000002,lea,2025-07-12T19:00Z,2025-07-31T12:00Z,bad,12x,300
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "worked.csv"
    path.write_text(WORKED, encoding="utf-8")
    return path


def test_import_accounts_for_every_row(home: Path, file: Path) -> None:
    first = hexameter("import", file, "--json", home=home).document
    assert {name: first[name] for name in ("format", "read", "stored", "duplicates", "rejected", "rejects")} == {
        "format": "table",
        "read": 7,
        "stored": {"post": 4, "post_snapshot": 4, "creator_snapshot": 3},
        "duplicates": 0,
        "rejected": 0,
        "rejects": [],
    }
    again = hexameter("import", file, home=home)
    assert again.status == 0
    assert again.out.splitlines()[:4] == [
        "worked.csv: read as table",
        "  read           7 rows",
        "  stored         nothing new",
        "  already there  7 rows",
    ]


def test_import_shows_what_it_left_out_and_stores_the_rest(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    path.write_text(DAMAGED, encoding="utf-8")
    done = hexameter("import", path, home=home)
    assert done.status == 0
    assert "  left out  1 row" in done.out.splitlines()
    assert "  2  views  12x" in done.out
    rejects = hexameter("import", path, "--json", home=home).document["rejects"]
    assert [(r["row"], r["field"], r["value"]) for r in rejects] == [(2, "views", "12x")]


def test_several_files_and_one_that_is_not_there(home: Path, file: Path, tmp_path: Path) -> None:
    done = hexameter("import", file, tmp_path / "gone.csv", home=home)
    assert done.status == 2
    assert "worked.csv: read as table" in done.out
    assert "gone.csv: not imported." in done.out


def test_import_by_map(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("clip,plays\n7523537000000000001,20000\n", encoding="utf-8")
    words = (
        "--map",
        "post_id=clip",
        "--map",
        "views=plays",
        "--captured-at",
        "2025-07-31T14:00",
        "--tz",
        "Europe/Paris",
        "--creator",
        "lea",
    )
    assert hexameter("import", path, *words, "--json", home=home).document["stored"]["post_snapshot"] == 1
    found = hexameter("sql", "select captured_at, views from post_snapshot", "--json", home=home)
    assert found.document == {"columns": ["captured_at", "views"], "rows": [["2025-07-31T12:00:00Z", 20000]]}


def test_a_campaign_from_its_creation_to_the_archive(home: Path) -> None:
    made = hexameter(
        *("campaign", "create", "Glow Day", "--hashtag", "#GlowDay", "--from", "2025-07-01", "--to", "2025-07-31", "--tz", "Europe/Paris"),
        *("--cost", "1.200,50", "--currency", "eur", "--json"),
        home=home,
    ).document
    assert (made["slug"], made["hashtags"], made["costs"][0]["amount_minor"]) == ("glow-day", ["glowday"], 120050)
    steps = (
        ("add", "glow-day", "--creator", "@Lea", "--creator", "mia", "--hashtag", "glow"),
        ("remove", "glow-day", "--creator", "mia", "--hashtag", "glow"),
        ("cost", "glow-day", "300", "--kind", "boost", "--creator", "lea", "--note", "invoice 17"),
        ("cost", "glow-day", "--remove", "1"),
        ("revenue", "glow-day", "89.90", "--order", "A-1", "--creator", "lea", "--code", "LEA10", "--at", "2025-07-15T10:00"),
        ("revenue", "glow-day", "--order", "A-1-refund", "--", "-20"),
        ("include", "glow-day", "7523537000000000001", "--why", "hashtag misspelt"),
        ("exclude", "glow-day", "7526150000000000002"),
        ("undecide", "glow-day", "7526150000000000002"),
    )
    for step in steps:
        done = hexameter("campaign", *step, home=home)
        assert (done.status, done.err) == (0, ""), step
    assert done.out.splitlines() == [
        "Glow Day (short name: glow-day)",
        "  Window      2025-07-01 to 2025-07-31, Europe/Paris",
        "  Hashtags    #glowday",
        "  Creators    @lea",
        "  Cost        300.00 EUR, boost for @lea (invoice 17), no. 2",
        "  Revenue     89.90 EUR, order A-1 for @lea",
        "  Revenue     -20.00 EUR, order A-1-refund",
        "  Counted in  7523537000000000001: hashtag misspelt",
        "Its numbers: hexameter kpis --campaign glow-day",
    ]
    rate = hexameter("campaign", "rate", "USD", "EUR", "0.92", "--on", "2025-07-01", home=home)
    assert rate.out == "On 2025-07-01, 1 USD was worth 0.92 EUR.\n"
    assert hexameter("campaign", "archive", "glow-day", "--json", home=home).document["archived_at"]
    assert hexameter("campaign", "list", "--json", home=home).document == []
    assert "glow-day" in hexameter("campaign", "list", "--archived", home=home).out
    assert hexameter("campaign", "archive", "glow-day", "--back", "--json", home=home).document["archived_at"] is None


def test_home_and_json_stand_before_the_verb_or_after_it(home: Path) -> None:
    after = hexameter("campaign", "list", "--json", "--home", home)
    assert hexameter("--home", home, "--json", "campaign", "list").out == after.out == "[]\n"
    assert hexameter(f"--home={home}", "campaign", "list").out.startswith("No campaign yet.")


def test_an_empty_home_has_no_numbers_and_says_so(home: Path) -> None:
    assert "Nothing has been imported yet" in " ".join(hexameter("status", home=home).out.split())
    assert hexameter("kpis", "--all", "--json", home=home).document["views"]["total"] is None
    page = hexameter("kpis", "--all", home=home)
    assert page.status == 0
    assert "no post had its views read" in page.out


def test_sql_shows_rows_safely(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    path.write_text(DAMAGED, encoding="utf-8")
    hexameter("import", path, home=home)
    shown = hexameter("sql", "select caption, 1.5 as x, null as nothing, 2 as x from post", home=home)
    assert "\x1b" not in shown.out and "\u202e" not in shown.out
    assert "fine <U+001B>[31mred" in shown.out
    found = hexameter("sql", "select 1 as a, 2 as a", "--json", home=home).document
    assert found == {"columns": ["a", "a"], "rows": [[1, 2]]} or len(set(found["columns"])) == 2


def test_sql_changes_nothing(worked: Path) -> None:
    for statement in ("drop table post", "insert into post select * from post", "select 1; select 2", "copy post to 'x.csv'"):
        done = hexameter("sql", statement, home=worked)
        assert (done.status, done.out) == (2, ""), statement


def test_export_writes_a_breakdown_and_a_table(worked: Path, tmp_path: Path) -> None:
    done = hexameter("export", "posts", tmp_path / "posts.csv", "--campaign", "glowday", "--as-of", AS_OF, home=worked)
    assert done.out == f"4 rows written to {tmp_path}/posts.csv.\n".replace("\n", "\n") or "4 rows written to" in done.out
    with (tmp_path / "posts.csv").open(encoding="utf-8", newline="") as file:
        assert [row["views"] for row in csv.DictReader(file)] == ["20000", "5000", "0", "8000"]
    done = hexameter("export", "post_snapshot", tmp_path / "raw.ndjson", "--json", home=worked)
    assert done.document["rows"] == 4
    lines = (tmp_path / "raw.ndjson").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["source"] for line in lines} == {"csv"}


def test_explain_shows_formula_number_and_query(worked: Path) -> None:
    words = ("explain", "views", "--campaign", "glowday", "--as-of", AS_OF)
    page = hexameter(*words, home=worked)
    assert page.status == 0
    for part in ("Views per publication", "Formula", "33,000", "No post was left out.", "Receipt: definitions 1", "SQL", "SELECT"):
        assert part in page.out
    rates = hexameter("explain", "engagement_rate", *words[2:], home=worked).out.splitlines()
    assert "By views      views is 0                       1  7528930000000000003" in rates
    assert "By views      comments was not read            1  7529310000000000004" in rates
    document = hexameter(*words, "--json", home=worked).document
    assert {"kpi", "title", "unit", "formula", "source", "value", "receipt", "sql", "left_out"} <= set(document)


def test_care_of_the_lake_and_the_erasure_of_a_person(home: Path, file: Path) -> None:
    hexameter("import", file, home=home)
    for verb in ("compact", "maintain", "vacuum", "history"):
        done = hexameter("lake", verb, home=home)
        assert (done.status, done.err) == (0, ""), verb
        assert "post_snapshot" in done.out or "Post snapshot" in done.out
    assert hexameter("lake", "erase", "lea", home=home).status == 2
    assert hexameter("sql", "select count(*) as n from post", "--json", home=home).document["rows"] == [[4]]
    erased = hexameter("lake", "erase", "lea", "--yes", "--json", home=home).document
    assert (erased["creator"], erased["lake"]["post"]) == ("lea", 4)
    assert hexameter("sql", "select count(*) as n from post", "--json", home=home).document["rows"] == [[0]]


def test_formats_settings_doctor_and_status(worked: Path) -> None:
    formats = hexameter("formats", "--json", home=worked).document
    assert all(set(row) == {"name", "title", "help", "example", "limits"} for row in formats)
    page = hexameter("formats", home=worked).out
    assert all(f"{row['name']}: " in page for row in formats)
    assert hexameter("formats", "table", "--json", home=worked).document == [row for row in formats if row["name"] == "table"]
    rows = hexameter("settings", "--json", home=worked).document
    assert next(row for row in rows if row["name"] == "home")["value"] == str(worked)
    assert "HEXAMETER_TIMEZONE" in hexameter("settings", home=worked).out
    found = hexameter("doctor", "--json", home=worked)
    assert (found.status, found.document["ok"]) == (0, True)
    assert "Everything that is needed is there and works." in hexameter("doctor", home=worked).out
    status = hexameter("status", "--json", home=worked).document
    assert (status["posts"], status["creators"], [c["slug"] for c in status["campaigns"]]) == (4, 1, ["glowday"])
    assert "worked.csv" in hexameter("status", home=worked).out


@pytest.mark.parametrize("words", ["formats", "settings", "doctor", "status", "campaign list", "campaign show glowday", "kpis --all"])
def test_pages_fit_eighty_columns(worked: Path, words: str) -> None:
    out = hexameter(*words.split(), home=worked).out
    assert out and max(map(len, out.splitlines())) <= 80


def test_a_brief_is_written_as_a_pdf(home: Path, tmp_path: Path) -> None:
    days = ("--hashtag", "glowday", "--from", "2025-07-01", "--to", "2025-07-31")
    assert hexameter("campaign", "create", "glowday", *days, home=home).status == 0
    assert hexameter("brief", "show", "glowday", "--pdf", tmp_path / "b.pdf", home=home).status == 2
    assert hexameter("brief", "write", "glowday", "goal=Glow", home=home).status == 0
    done = hexameter("brief", "show", "glowday", "--creator", "lea", "--pdf", tmp_path / "b.pdf", "--json", home=home)
    assert done.document["bytes"] == (tmp_path / "b.pdf").stat().st_size and (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    assert (
        hexameter("brief", "show", "glowday", "--pdf", tmp_path / "c.pdf", "--language", "xx", "--json", home=home).error["field"]
        == "language"
    )
    assert hexameter("brief", "show", "glowday", "--pdf", tmp_path / "no" / "b.pdf", home=home).status != 0
    assert not (tmp_path / "c.pdf").exists()


def test_a_links_qr_code_is_written(home: Path, tmp_path: Path) -> None:
    days = ("--hashtag", "glowday", "--from", "2025-07-01", "--to", "2025-07-31")
    assert hexameter("campaign", "create", "glowday", *days, home=home).status == 0
    code = hexameter("money", "link", "glowday", "https://shop.example.com/x", "--json", home=home).document["code"]
    assert hexameter("money", "qr", "glowday", code, tmp_path / "x.png", home=home).status == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert hexameter("money", "qr", "glowday", code, tmp_path / "x.gif", "--json", home=home).error["field"] == "kind"
    assert hexameter("money", "qr", "glowday", "nosuch", tmp_path / "y.svg", "--json", home=home).error["field"] == "code"


def test_exchange_rates_are_listed(home: Path) -> None:
    assert "No rate yet" in hexameter("campaign", "rates", home=home).out
    assert hexameter("campaign", "rate", "USD", "EUR", "0.92", "--on", "2025-07-01", "--source", "ECB", home=home).status == 0
    assert "0.92" in hexameter("campaign", "rates", home=home).out
    (rate,) = hexameter("campaign", "rates", "--json", home=home).document
    assert rate == {"from": "USD", "to": "EUR", "dated": "2025-07-01", "rate": 0.92, "source": "ECB"}
