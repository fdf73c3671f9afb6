"""The canonical table in every container and language, and by --map; the real crawls when they are at hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from tests.sources.files.reading import Read, read_file, read_text

from hexameter.contracts.records import ImportOptions
from hexameter.errors import BadFile, BadValue, MissingCaptureTime, MissingColumn, UnknownFormat
from hexameter.sources.files import aliases
from hexameter.sources.files.formats import detect
from hexameter.sources.files.opening import open_file
from hexameter.sources.files.rows import FIELDS
from hexameter.sources.files.table import Table

CRAWLS = Path(__file__).resolve().parents[4] / "shared" / "data" / "vietnam_2025"
ROWS: list[dict[str, Any]] = [
    {
        "post_id": "7527623000473079054",
        "creator": "lea",
        "captured_at": "2025-07-31T12:00:00Z",
        "views": 541200,
        "likes": 10,
        "hashtags": "A b",
    },
    {
        "post_id": "7527623000473079055",
        "creator": "bob",
        "captured_at": "2025-07-31T12:00:00Z",
        "views": None,
        "likes": 0,
        "hashtags": None,
    },
]


def write(path: Path, kind: str) -> Path:
    frame = pl.DataFrame(ROWS)
    if kind in ("csv", "tsv", "semicolon"):
        frame.write_csv(path, separator={"csv": ",", "tsv": "\t", "semicolon": ";"}[kind])
    elif kind == "ndjson":
        path.write_text("\n".join(json.dumps(r) for r in ROWS), encoding="utf-8")
    elif kind == "json":
        path.write_text(json.dumps(ROWS, indent=1), encoding="utf-8")
    elif kind == "parquet":
        frame.write_parquet(path)
    else:
        frame.write_excel(path) if kind == "typed xlsx" else _text_workbook(path)
    return path


def _text_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(ROWS[0]))
        for number, row in enumerate(ROWS, start=1):
            for column, value in enumerate(row.values()):
                sheet.write_string(number, column, "" if value is None else str(value))


@pytest.mark.parametrize("kind", ["csv", "tsv", "semicolon", "ndjson", "json", "parquet", "xlsx", "typed xlsx"])
def test_every_container_tells_the_same(tmp_path: Path, kind: str) -> None:
    found = read_file(write(tmp_path / "f.xlsx", kind))
    assert (found.format, found.read, found.rejects) == ("table", 2, [])
    assert [(p["post_id"], p["views"], p["likes"], p["precision"]) for p in found.posts] == [
        ("7527623000473079054", 541_200, 10, "exact"),
        ("7527623000473079055", None, 0, "exact"),
    ]
    assert {p["source"] for p in found.posts} == {"csv" if kind == "semicolon" else kind.removeprefix("typed ")}
    assert found.posts[0]["captured_at"] == datetime(2025, 7, 31, 12, tzinfo=UTC)
    assert found.beside["post"][0]["hashtags"] == ["a", "b"]


# One line a language: id, creator, captured, published, views, likes, comments, shares, saves, followers, duration, hashtags
HEADERS = {
    "en": ("Video ID,Username,Captured at,Publish time,Views,Likes,Comments,Shares,Saves,Followers,Duration,Hashtags"),
    "fr": (
        "ID de la vidéo,Nom d'utilisateur,Relevé le,Date de publication,Vues,J’aime,"
        "Commentaires,Partages,Enregistrements,Abonnés,Durée,Hashtags"
    ),
    "es": (
        "ID del video,Nombre de usuario,Capturado el,Fecha de publicación,Visualizaciones,Me gusta,"
        "Comentarios,Compartidos,Guardados,Seguidores,Duración,Etiquetas"
    ),
    "de": (
        "Beitrags-ID,Benutzername,Erfasst am,Veröffentlicht am,Aufrufe,Gefällt mir,"
        "Kommentare,Geteilt,Gespeichert,Follower,Dauer,Schlagworte"
    ),
    "pt": (
        "ID do vídeo,Nome de usuário,Capturado em,Data de publicação,Visualizações,Curtidas,"
        "Comentários,Compartilhamentos,Salvos,Seguidores,Duração,Hashtags"
    ),
    "crawl": (
        "VID_ID,user_name,vid_scrapeTime,vid_postTime,vid_nview,vid_nlike,"
        "vid_ncomment,vid_nshare,vid_nsave,user_nfollower,vid_duration,vid_hashtags"
    ),
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_headers_in_five_languages_and_of_crawls(tmp_path: Path, header: str) -> None:
    found = read_text(tmp_path, f'{header}\n1,lea,2025-07-02,2025-07-01,5,4,3,2,1,10,0:31,"x,y"\n')
    (post,) = found.posts
    assert [post[c] for c in ("post_id", "views", "likes", "comments", "shares", "saves")] == ["1", 5, 4, 3, 2, 1]
    (described,) = found.beside["post"]
    assert (described["handle"], described["published_at"], described["duration_seconds"]) == (
        "lea",
        datetime(2025, 7, 1, tzinfo=UTC),
        31.0,
    )
    assert described["hashtags"] == ["x", "y"]
    assert found.beside["creator_snapshot"][0]["followers"] == 10


def test_every_alias_names_one_known_field() -> None:
    assert set(aliases.ALIASES) == set(FIELDS)
    for field, names in aliases.ALIASES.items():
        assert aliases.RANKS[aliases.folded(field)] == (field, 0)
        for name in names:
            assert aliases.RANKS[aliases.folded(name)][0] == field, name


def test_of_two_columns_for_one_field_its_own_name_wins() -> None:
    assert aliases.fields_of(["plays", "views", "view_count"])["views"] == "views"
    assert aliases.fields_of(["plays", "view_count"])["views"] == "view_count"
    assert aliases.fields_of(["Views (2)", "VIEWS"])["views"] == "VIEWS"


def test_map_names_what_no_alias_knows(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("clip,who,seen,eyes\n1,lea,2025-07-01,5\n", encoding="utf-8")
    columns = {"post_id": "clip", "creator": "who", "captured_at": "Seen", "views": "eyes"}
    with open_file(tmp_path / "f.csv") as opened:
        with pytest.raises(UnknownFormat):
            detect(opened.samples[0])
        assert detect(opened.samples[0], columns=columns).name == "table"
    assert read_mapped(tmp_path / "f.csv", columns).posts[0]["views"] == 5


def read_mapped(path: Path, columns: dict[str, str]) -> Read:
    out = Read(format="table")
    with open_file(path) as opened:
        from tests.sources.files.reading import Quiet

        for chunk in Table().read(opened.samples[0], ImportOptions(columns=columns), Quiet()):
            out.rejects += chunk.rejects.to_pylist()
            for name, rows in chunk.readings.items():
                out.readings.setdefault(name, []).extend(rows.to_pylist())
    return out


def test_map_overrides_an_alias(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("post_id,creator,captured_at,views,real\n1,lea,2025-07-01,5,7\n", encoding="utf-8")
    assert read_mapped(tmp_path / "f.csv", {"views": "real"}).posts[0]["views"] == 7


def test_map_of_what_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("post_id,creator,captured_at,nviewz\n1,lea,2025-07-01,5\n", encoding="utf-8")
    with pytest.raises(MissingColumn) as missing:
        read_mapped(tmp_path / "f.csv", {"views": "nviews"})
    assert str(missing.value) == "'f.csv' has no column 'nviews' (--map views=nviews). Did you mean nviewz?"
    with pytest.raises(BadValue) as unknown:
        read_mapped(tmp_path / "f.csv", {"vews": "nviewz"})
    assert str(unknown.value) == "--map knows no field 'vews'. Did you mean views?"


def test_a_table_without_its_necessary_columns(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("postid_,views,captured_att\n", encoding="utf-8")
    with pytest.raises(MissingCaptureTime, match="it has no column captured_at"):
        read_mapped(tmp_path / "f.csv", {})
    (tmp_path / "f.csv").write_text("pst_id,views,captured_at\n1,2,2025-07-01\n", encoding="utf-8")
    with pytest.raises(MissingColumn) as missing:
        read_mapped(tmp_path / "f.csv", {})
    assert "has no column for post_id" in missing.value.message
    assert missing.value.hint is not None and "pst_id" in missing.value.hint


def test_an_unknown_file_says_what_was_looked_for_and_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat) as unknown:
        read_text(tmp_path, "colour,size\nred,5\n")
    assert "Found, as csv: colour, size." in unknown.value.message
    assert "table (Table of posts or creators)" in unknown.value.message


def test_one_bad_row_of_each_kind_and_the_good_ones_are_stored(tmp_path: Path) -> None:
    found = read_text(
        tmp_path,
        "post_id,creator,captured_at,views\n1,lea,2025-07-01,5\n2,lea,2025-07-01,12x\n3,lea\n7.5E+18,lea,2025-07-01,1\n,lea,2025-07-01,1\n6,,2025-07-01,1\n7,lea,2025-07-01,0\n",
    )
    assert [p["post_id"] for p in found.posts] == ["1", "7"]
    assert [(r["row"], r["field"]) for r in found.rejects] == [(2, "views"), (3, ""), (4, "post_id"), (5, "post_id"), (6, "creator")]


def test_any_mixture_of_types_in_json(tmp_path: Path) -> None:
    base = '"creator":"lea","captured_at":1751364000'
    lines = [
        f'{{"post_id":7527623000473079054,{base},"views":5,"hashtags":["A",{{"name":"b"}}]}}',
        f'{{"post_id":"2",{base},"views":"541.2K"}}',
        f'{{"post_id":"3",{base},"views":true}}',
        f'{{"post_id":"4",{base},"views":{{"a":1}}}}',
        f'{{"post_id":"5",{base},"views":[1]}}',
        f'{{"post_id":"6",{base},"views":-1}}',
        f'{{"post_id":"7",{base},"views":18446744073709551616}}',
        f'{{"post_id":"8",{base},"views":7.0}}',
        "{broken",
        "[1]",
        f'{{"post_id":"11",{base}}}',
        f'{{"post_id":"12",{base},"views":{"[" * 10_000}{"]" * 10_000}}}',
        f'{{"post_id":"13",{base},"view',
    ]
    found = read_text(tmp_path, "\n".join(lines), name="f.ndjson")
    assert [(p["post_id"], p["views"]) for p in found.posts] == [("7527623000473079054", 5), ("2", 541_200), ("8", 7), ("11", None)]
    assert [r["row"] for r in found.rejects] == [3, 4, 5, 6, 7, 9, 10, 12, 13]
    assert found.beside["post"][0]["hashtags"] == ["a", "b"]


def test_a_key_that_only_later_rows_of_json_have_is_read(tmp_path: Path) -> None:
    padding = "x" * 2_000
    rows = [{"id": str(n), "username": "lea", "captured_at": 1751364000, "view_count": 5, "text": padding} for n in range(1, 700)]
    rows.append({**rows[0], "id": "700", "share_count": 3})
    found = read_text(tmp_path, "\n".join(json.dumps(r) for r in rows), ImportOptions(format="table"), name="f.ndjson")
    assert [p["shares"] for p in found.posts][-2:] == [None, 3]


def test_json_that_is_cut_short(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="is not valid JSON"):
        read_text(tmp_path, '[{"post_id":"1","creator":"lea","captured_at":1751364000,"views":5},{"post_', name="f.json")


def test_an_id_that_excel_damaged_among_good_ones(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["post_id", "creator", "captured_at", "views"])
        sheet.write_row(1, 0, ["7527623000473079054", "lea", 45839.5, 5])
        sheet.write_row(2, 0, [7527623000473079054, "lea", 45839.5, "541.2K"])
    found = read_file(tmp_path / "f.xlsx")
    assert [(p["post_id"], p["captured_at"]) for p in found.posts] == [("7527623000473079054", datetime(2025, 7, 1, 12, tzinfo=UTC))]
    assert "a spreadsheet saved the id as a number" in found.rejects[0]["why"]


def test_a_photograph_of_excel_s_csv(tmp_path: Path) -> None:
    text = "sep=;\r\npost_id;creator;captured_at;views\r\n1;lea;2025-07-01;1.234\r\n2;lea;2025-07-01;1,6 M\r\n"
    (tmp_path / "f.csv").write_bytes(text.encode("utf-16"))
    assert [p["views"] for p in read_file(tmp_path / "f.csv").posts] == [1234, 1_600_000]


@pytest.mark.skipif(not CRAWLS.exists(), reason="the crawls are not at hand")
@pytest.mark.parametrize(("name", "rows", "rejected"), [("crawl_2025-05.csv", 10_102, 0), ("recrawl_2025-06.csv", 2_409, 1)])
def test_every_row_of_the_real_crawls_is_accounted_for(name: str, rows: int, rejected: int) -> None:
    found = read_file(CRAWLS / name)
    assert (found.format, found.read, found.rejected, len(found.posts)) == ("table", rows, rejected, rows - rejected)
    assert [(r["row"], r["field"], r["value"]) for r in found.rejects] == [(2199, "shares", "Share")][:rejected]
    first = found.posts[0]
    assert (first["post_id"], first["views_rounding"]) == ("7506832683333013149", 50)
    assert all(p["music_id"] is None for p in found.beside["post"])
    blanks = {c: sum(p[c] is None for p in found.posts) for c in ("views", "likes", "comments", "shares", "saves")}
    expected = (
        {"views": 0, "likes": 0, "comments": 41, "shares": 0, "saves": 0} if rejected == 0 else {"views": 356, "likes": 0}
    )  # one more is in the refused row
    assert blanks | expected == blanks
