"""The rules of rows: what is a reading, what is refused, what is filled in from where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from tests.sources.files.reading import in_source_schema

from hexameter.contracts.records import Chunk, ImportOptions
from hexameter.errors import BadValue, MissingCaptureTime
from hexameter.sources.files.rows import Rows

JULY = datetime(2025, 7, 1, tzinfo=UTC)
GOOD = {"post_id": "1", "creator": "lea", "captured_at": "2025-07-01", "views": "5"}


def chunk(*rows: dict[str, Any], options: ImportOptions | None = None, **more: Any) -> Chunk:
    names = list(dict.fromkeys(n for r in rows for n in r))
    columns = {n: [r.get(n) for r in rows] for n in names}
    frame = pl.DataFrame({"row": range(1, len(rows) + 1), **columns}, schema_overrides={"row": pl.Int64})
    found = Rows("csv", options or ImportOptions()).chunk(frame, **more)
    for name, table in {**found.readings, **found.beside}.items():
        assert in_source_schema(table, name)
    assert found.read == found.rejected + sum(t.num_rows for t in found.readings.values())
    return found


def rejects(found: Chunk) -> list[tuple[int, str, str, str]]:
    return [(r["row"], r["field"], r["value"], r["why"]) for r in found.rejects.to_pylist()]


def test_a_row_with_a_post_is_a_reading_of_it_and_of_its_creator() -> None:
    found = chunk({**GOOD, "views": "541.2K", "followers": "10", "following": "3", "caption": "Hi #A @Bob", "url": "https://x.y/z?q=1"})
    (reading,) = found.readings["post_snapshot"].to_pylist()
    assert (reading["post_id"], reading["creator_id"], reading["captured_at"], reading["source"]) == ("1", "@lea", JULY, "csv")
    assert (reading["views"], reading["views_rounding"], reading["precision"], reading["likes"]) == (541_200, 50, "rounded", None)
    (post,) = found.beside["post"].to_pylist()
    assert (post["handle"], post["hashtags"], post["mentions"], post["url"]) == ("lea", ["a"], ["bob"], "https://x.y/z")
    assert (post["caption"], post["first_seen_at"], post["published_at"]) == ("Hi #A @Bob", JULY, None)
    (creator,) = found.beside["creator_snapshot"].to_pylist()
    assert (creator["creator_id"], creator["followers"], creator["following"], creator["precision"]) == ("@lea", 10, 3, "exact")


def test_a_row_with_followers_and_no_post_is_a_reading_of_the_creator() -> None:
    found = chunk({"creator": "@Lea", "captured_at": "2025-07-01", "followers": "30K"}, {**GOOD, "followers": None})
    (reading,) = found.readings["creator_snapshot"].to_pylist()
    assert (reading["handle"], reading["followers"], reading["followers_rounding"], reading["precision"]) == ("lea", 30_000, 500, "rounded")
    assert found.readings["post_snapshot"].num_rows == 1
    assert "creator_snapshot" not in found.beside


@pytest.mark.parametrize(
    ("bad", "field", "value", "why"),
    [
        ({"views": "12x"}, "views", "12x", 'views is "12x"; expected a whole number, or like 541.2K'),
        ({"views": "-1"}, "views", "-1", 'views is "-1"; a counter cannot be negative'),
        ({"likes": str(2**63)}, "likes", str(2**63), f'likes is "{2**63}"; larger than any counter can be (9,223,372,036,854,775,807)'),
        ({"followers": "7.5"}, "followers", "7.5", 'followers is "7.5"; expected a whole number, or like 541.2K'),
        ({"creator": "Léa P"}, "creator", "Léa P", 'creator is "Léa P"; expected a TikTok handle, like lea.paris or @lea.paris'),
        ({"captured_at": "soon"}, "captured_at", "soon", 'captured_at is "soon"; expected a time like'),
        ({"published_at": "x"}, "published_at", "x", 'published_at is "x"; expected a time like'),
        ({"duration_seconds": "x"}, "duration_seconds", "x", 'duration_seconds is "x"; expected seconds, or like 1:05'),
        ({"post_id": "7.52762E+18"}, "post_id", "7.52762E+18", "a spreadsheet saved the id as a number and lost its last digits"),
        ({"post_id": ""}, "post_id", "", "no post_id, and no followers to make it a reading of a creator"),
        ({"creator": ""}, "creator", "", "no creator; name the column with --map creator=COLUMN, or the account with --creator HANDLE"),
        ({"captured_at": ""}, "captured_at", "", "no time of capture in this row"),
    ],
)
def test_a_bad_field_leaves_its_row_out_and_keeps_the_others(bad: dict[str, str], field: str, value: str, why: str) -> None:
    found = chunk(GOOD, {**GOOD, **bad}, {**GOOD, "post_id": "3"})
    assert [r["post_id"] for r in found.readings["post_snapshot"].to_pylist()] == ["1", "3"]
    (reject,) = rejects(found)
    assert reject[:3] == (2, field, value)
    assert why in reject[3]
    assert (found.read, found.rejected) == (3, 1)


def test_a_row_with_two_bad_fields_has_two_entries_and_is_one_row() -> None:
    found = chunk({**GOOD, "views": "x", "likes": "-3"})
    assert [r[:3] for r in rejects(found)] == [(1, "views", "x"), (1, "likes", "-3")]
    assert found.rejected == 1


def test_a_time_in_the_hour_that_the_clocks_skip() -> None:
    found = chunk({**GOOD, "captured_at": "2025-03-30 02:30:00"}, options=ImportOptions(tz="Europe/Paris"))
    assert "the clocks of Europe/Paris skipped that time" in rejects(found)[0][3]


def test_a_capture_more_than_a_day_ahead_of_the_clock_is_refused() -> None:
    options = ImportOptions(now=JULY - timedelta(hours=23))
    late = {**GOOD, "captured_at": "2025-07-01T02:00:00Z"}
    found = chunk(GOOD, late, options=options)
    assert found.rejected == 1
    assert 'captured_at is "2025-07-01T02:00:00Z", in the future (it is 2025-06-30T01:00Z now)' in rejects(found)[0][3]
    assert chunk(late).rejected == 0


def test_capture_time_given_by_the_user_fills_what_the_file_leaves_blank() -> None:
    options = ImportOptions(captured_at=JULY)
    found = chunk(GOOD, {**GOOD, "captured_at": None, "post_id": "2"}, options=options)
    assert found.readings["post_snapshot"]["captured_at"].to_pylist() == [JULY, JULY]
    assert chunk({"post_id": "1", "creator": "lea"}, options=options).rejected == 0


def test_nothing_says_when_the_counters_were_read() -> None:
    for row in ({"post_id": "1", "creator": "lea"}, {**GOOD, "captured_at": ""}):
        with pytest.raises(MissingCaptureTime, match="--captured-at"):
            chunk(row)


def test_later_rows_without_a_time_do_not_condemn_the_file() -> None:
    rows = Rows("csv", ImportOptions())
    first = pl.DataFrame({"row": [1], **{k: [v] for k, v in GOOD.items()}})
    assert rows.chunk(first).rejected == 0
    assert rows.chunk(first.with_columns(captured_at=pl.lit(None, pl.String), row=pl.lit(2))).rejected == 1


def test_the_creator_comes_from_the_address_or_from_the_user() -> None:
    url = "https://www.tiktok.com/@Bob/video/7527623000473079054"
    found = chunk(
        {"url": url, "captured_at": "2025-07-01"}, {"post_id": "2", "captured_at": "2025-07-01"}, options=ImportOptions(creator="@Lea")
    )
    assert [(p["post_id"], p["handle"]) for p in found.beside["post"].to_pylist()] == [("7527623000473079054", "bob"), ("2", "lea")]
    with pytest.raises(BadValue, match="'Léa P' is not a TikTok handle"):
        chunk(GOOD, options=ImportOptions(creator="Léa P"))


def test_a_numeric_id_of_the_creator_is_kept() -> None:
    found = chunk({**GOOD, "creator_id": "6820000000000000001"}, {**GOOD, "creator_id": None})
    assert found.readings["post_snapshot"]["creator_id"].to_pylist() == ["6820000000000000001", "@lea"]


def test_publication_comes_from_the_id_when_the_file_is_silent() -> None:
    found = chunk({**GOOD, "post_id": "7527623000473079054"}, {**GOOD, "published_at": "2025-06-01"})
    assert found.beside["post"]["published_at"].to_pylist() == [
        datetime(2025, 7, 16, 10, 21, 48, tzinfo=UTC),
        datetime(2025, 6, 1, tzinfo=UTC),
    ]


def test_hashtags_come_from_their_column_else_from_the_caption() -> None:
    found = chunk({**GOOD, "hashtags": "X, y", "caption": "#a"}, {**GOOD, "hashtags": None, "caption": "#B"}, {**GOOD, "caption": None})
    assert found.beside["post"]["hashtags"].to_pylist() == [["x", "y"], ["b"], None]


def test_damaged_descriptions_become_null_and_cost_no_row() -> None:
    odd = {"music_id": "7.506832745952218e+18", "region": "Frankreich", "is_ad": "perhaps", "media_type": "?", "caption": "a\x00b"}
    fine = {"music_id": "7506832745952218000", "region": "fr", "is_ad": "True", "media_type": "slideshow", "caption": ""}
    found = chunk({**GOOD, **odd}, {**GOOD, **fine})
    posts = found.beside["post"].to_pylist()
    keys = ("music_id", "region", "is_ad", "media_type", "caption")
    assert [posts[0][k] for k in keys] == [None, None, None, None, "ab"]
    assert [posts[1][k] for k in keys] == ["7506832745952218000", "FR", True, "photo", None]


def test_web_counters_are_rounded_from_ten_thousand_on() -> None:
    found = chunk(
        {**GOOD, "views": "1600000", "likes": "38900", "comments": "504", "rounded": True}, {**GOOD, "views": "1585253", "rounded": False}
    )
    first, second = found.readings["post_snapshot"].to_pylist()
    assert (first["views_rounding"], first["likes_rounding"], first["comments_rounding"], first["precision"]) == (
        50_000,
        50,
        None,
        "rounded",
    )
    assert (second["views_rounding"], second["precision"]) == (None, "exact")


def test_a_rounding_that_the_source_states_wins() -> None:
    found = chunk({**GOOD, "views": "38900", "views_rounding": 500, "rounded": True})
    assert found.readings["post_snapshot"]["views_rounding"].to_pylist() == [500]


def test_rows_that_could_not_be_cut_are_counted_and_refused() -> None:
    broken = pl.DataFrame({"row": [2], "field": [""], "value": ["x"], "why": ["cut short"]}, schema_overrides={"row": pl.Int64})
    found = chunk(GOOD, broken=broken)
    assert (found.read, found.rejected) == (2, 1)
    assert rejects(found) == [(2, "", "x", "cut short")]


def test_an_empty_frame_is_an_empty_chunk() -> None:
    found = Rows("csv", ImportOptions(captured_at=JULY)).chunk(
        pl.DataFrame({"row": [], "post_id": []}, schema={"row": pl.Int64, "post_id": pl.String})
    )
    assert (found.read, found.readings, found.rejected) == (0, {}, 0)


def test_a_ten_megabyte_caption_is_kept_whole() -> None:
    found = chunk({**GOOD, "caption": "x" * 10_000_000})
    assert len(found.beside["post"]["caption"][0].as_py()) == 10_000_000


def test_typed_columns_of_parquet() -> None:
    row = {"post_id": 7527623000473079054, "creator": "lea", "captured_at": JULY, "views": 5, "hashtags": ["A"], "duration_seconds": 31}
    found = chunk(row)
    (post,) = found.beside["post"].to_pylist()
    assert (post["post_id"], post["hashtags"], post["duration_seconds"]) == ("7527623000473079054", ["a"], 31.0)


def framed(first: int, *rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{"row": n, "captured_at": "2025-07-02", **row} for n, row in enumerate(rows, start=first)])


def test_a_wrong_time_of_publication_is_refused_in_every_row_that_has_it() -> None:
    rows = Rows("csv", ImportOptions())
    good = {"post_id": "1", "creator": "lea", "published_at": "2025-07-01 10:00:00", "views": "1"}
    bad = {"post_id": "2", "creator": "lea", "published_at": "yesterday", "views": "2"}
    late = {"post_id": "3", "creator": "mia", "published_at": "2025-07-01 11:00:00", "views": "3"}
    first = rows.chunk(framed(1, good, good))
    second = rows.chunk(framed(3, good, bad, late))
    third = rows.chunk(framed(6, bad, late, {**bad, "views": "-1"}))
    assert [r[0] for r in rejects(first) + rejects(second) + rejects(third)] == [4, 6, 8, 8]
    assert rejects(third)[0][1:3] == ("published_at", "yesterday")
    assert first.beside["post"]["published_at"].to_pylist() == [datetime(2025, 7, 1, 10, tzinfo=UTC)]
    assert second.beside["post"]["post_id"].to_pylist() == ["1", "3"]
    assert [len(c.readings["post_snapshot"]) for c in (first, second, third)] == [2, 2, 1]
    assert "post" not in third.beside


@pytest.mark.parametrize("other", [{"post_id": "1", "views": "-5"}, {"followers": "7"}])
def test_a_wrong_time_of_publication_is_told_of_rows_that_describe_no_post(other: dict[str, str]) -> None:
    found = chunk({"creator": "lea", "published_at": "yesterday", "captured_at": "2025-07-02", **other})
    assert "published_at" in [field for _, field, _, _ in rejects(found)] and found.rejected == 1
