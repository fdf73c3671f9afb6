"""Studio exports: seven files, days without a year, `undefined` that is not zero, accounts that nobody guesses."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from tests.sources.files.reading import SAMPLES, Read, read_file, read_text

from hexameter.contracts.records import ImportOptions
from hexameter.errors import BadFile, BadValue

LEA = ImportOptions(captured_at=datetime(2026, 3, 1, 12, tzinfo=UTC), creator="@Lea")
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not on this machine")


def studio(folder: Path, *rows: str, options: ImportOptions = LEA, name: str = "Overview.csv") -> Read:
    """An export as Studio writes it: BOM, every cell quoted, no newline at the end."""
    text = "\ufeff" + "\n".join(",".join(f'"{cell}"' for cell in row.split("|")) for row in rows)
    return read_text(folder, text, options, name)


OVERVIEW = "Date|Video Views|Profile Views|Likes|Comments|Shares"
CONTENT = "Time|Video title|Video link|Post time|Total likes|Total comments|Total shares|Total views"


def test_overview_is_account_days(tmp_path: Path) -> None:
    read = studio(tmp_path, OVERVIEW, "27 de febrero|0|0|0|0|0", "28 de febrero|1591|7|10|-7|0", "1 de marzo|undefined|1|5|0|3")
    days = read.readings["account_day"]
    assert read.format == "tiktok_studio" and [d["day"] for d in days] == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert [d["video_views"] for d in days] == [0, 1591, None] and [d["comments"] for d in days] == [0, -7, 0]
    assert {(d["creator_id"], d["handle"], d["source"]) for d in days} == {("@lea", "lea", "tiktok_studio")}


def test_viewers_of_an_undefined_day_are_null(tmp_path: Path) -> None:
    head = "Date|Total Viewers|New Viewers|Returning Viewers"
    read = studio(tmp_path, head, "February 27|undefined|0|0", "February 28|30|20|10")
    days = read.readings["account_day"]
    assert [(d["unique_viewers"], d["new_viewers"], d["returning_viewers"]) for d in days] == [(None, None, None), (30, 20, 10)]


FOLLOWERS = "Date|Followers|Difference in followers from previous day"


def test_followers_of_a_day_count_from_its_last_second(tmp_path: Path) -> None:
    options = ImportOptions(captured_at=datetime(2026, 3, 1, tzinfo=UTC), creator="lea", tz="Europe/Paris")
    read = studio(tmp_path, FOLLOWERS, "February 27|undefined|0", "February 28|5013|3", options=options)
    empty, full = read.readings["creator_snapshot"]
    assert (empty["followers"], full["followers"], full["precision"]) == (None, 5013, "exact")
    assert full["captured_at"] == datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC)
    assert read.rejected == 0


@needs_samples
def test_a_year_of_followers_keeps_its_undefined_days_null() -> None:
    read = read_file(SAMPLES / "tiktok_studio" / "account_365d" / "FollowerHistory.csv", LEA)
    rows = read.readings["creator_snapshot"]
    known = [r["followers"] for r in rows if r["followers"] is not None]
    assert (len(rows), len(rows) - len(known), known[0], known[-1]) == (365, 25, 37, 5013)
    assert rows[0]["captured_at"] == datetime(2025, 2, 28, 23, 59, 59, tzinfo=UTC)
    assert rows[-1]["captured_at"] == datetime(2026, 2, 27, 23, 59, 59, tzinfo=UTC)


def test_active_followers_leave_unmeasured_hours_null(tmp_path: Path) -> None:
    rows = [f"February {day}|{hour}|{0 if (day, hour) > (27, 17) else hour}" for day in (26, 27) for hour in range(24)]
    read = studio(tmp_path, "Date|Hour|Active followers", *rows)
    slices = read.readings["audience"]
    assert len(slices) == 48 and slices[0]["key"] == "2026-02-26T00" and slices[0]["value"] == 0.0
    assert [s["value"] for s in slices[-7:]] == [17.0, None, None, None, None, None, None]
    assert {s["captured_at"] for s in slices} == {datetime(2026, 2, 27, 23, 59, 59, tzinfo=UTC)}


def test_gender_and_territories_are_shares(tmp_path: Path) -> None:
    gender = studio(tmp_path, "Gender|Distribution", "Female|0.59", "Male|0.41", "Other|0").readings["audience"]
    assert [(s["dimension"], s["key"], s["share"], s["value"]) for s in gender][0] == ("gender", "Female", 0.59, None)
    assert {(s["captured_at"], s["post_id"]) for s in gender} == {(LEA.captured_at, "")}
    places = studio(tmp_path, "Top territories|Distribution", "US|0.462", "Others|1.538")
    assert [(s["dimension"], s["key"]) for s in places.readings["audience"]] == [("country", "US")]
    assert (places.read, places.rejected, places.rejects[0]["field"]) == (2, 1, "share")


def test_content_is_readings_of_posts(tmp_path: Path) -> None:
    row = 'February 28|Hi, ""you""\n#Glow|https://www.tiktok.com/@Lea.P/{}/75276230021094081{}|July 16|533|32|16|191265'
    options = ImportOptions(captured_at=datetime(2026, 3, 4, tzinfo=UTC))
    read = studio(tmp_path, CONTENT, row.format("video", 29), row.format("photo", 30), options=options)
    first, second = read.posts
    assert [first[c] for c in ("post_id", "views", "likes", "comments", "shares", "precision")] == [
        "7527623002109408129",
        191265,
        533,
        32,
        16,
        "exact",
    ]
    assert first["captured_at"] == second["captured_at"] == datetime(2026, 2, 28, tzinfo=UTC)
    posts = read.beside["post"]
    assert [p["media_type"] for p in posts] == ["video", "photo"] and {p["handle"] for p in posts} == {"lea.p"}
    assert posts[0]["caption"] == 'Hi, "you"\n#Glow' and posts[0]["hashtags"] == ["glow"]
    assert posts[0]["published_at"] == datetime(2025, 7, 16, 10, 21, 48, tzinfo=UTC), "from the id: 'July 16' has no hour"


def test_content_takes_its_year_from_its_posts(tmp_path: Path) -> None:
    read = studio(
        tmp_path,
        CONTENT,
        "28 Φεβρουαρίου||https://www.tiktok.com/@lea/video/7527623002109408129|16 Ιουλίου|1|2|3|4",
        options=ImportOptions(),
    )
    assert read.posts[0]["captured_at"] == datetime(2026, 2, 28, tzinfo=UTC)


def test_content_counts_from_captured_at_of_the_same_day(tmp_path: Path) -> None:
    at = datetime(2026, 2, 28, 15, tzinfo=UTC)
    row = "February 28||https://www.tiktok.com/@lea/video/7527623002109408129|July 16|1|2|3|4"
    assert studio(tmp_path, CONTENT, row, options=ImportOptions(captured_at=at)).posts[0]["captured_at"] == at


def test_a_post_is_not_read_before_it_is_published(tmp_path: Path) -> None:
    issued = datetime(2026, 2, 28, 9, 30, tzinfo=UTC)
    number = int(issued.timestamp()) << 32
    row = f"February 28||https://www.tiktok.com/@lea/video/{number}|February 28|1|2|3|4"
    assert studio(tmp_path, CONTENT, row, options=ImportOptions()).posts[0]["captured_at"] == issued


@needs_samples
def test_overlapping_exports_agree() -> None:
    folder = SAMPLES / "tiktok_studio" / "account_365d"
    readings = [p for f in sorted(folder.glob("Content*.csv")) for p in read_file(f).posts]
    keyed = {(p["post_id"], p["captured_at"]): tuple(p.values()) for p in readings}
    assert len(readings) == 43 and len({tuple(p.values()) for p in readings}) == len(keyed) < 43
    assert {p["captured_at"] for p in readings} == {datetime(2026, 2, 28, tzinfo=UTC)}


def test_spanish_headers_of_content_are_known(tmp_path: Path) -> None:
    head = "Hora|Título del video|Enlace del video|Hora de publicación"
    head += "|Total de me gusta|Total de comentarios|Total de compartidos|Visualizaciones totales"
    read = studio(tmp_path, head, "28 de febrero||https://www.tiktok.com/@lea/video/7527623002109408129|16 de julio|1|2|3|4")
    assert [read.posts[0][c] for c in ("likes", "comments", "shares", "views")] == [1, 2, 3, 4]


def test_the_account_comes_from_the_folder_or_the_user(tmp_path: Path) -> None:
    read = studio(
        tmp_path,
        FOLLOWERS,
        "February 28|5013|3",
        options=ImportOptions(captured_at=LEA.captured_at),
        name="Followers_Mia.x/FollowerHistory.csv",
    )
    assert read.readings["creator_snapshot"][0]["handle"] == "mia.x"
    for place in ("FollowerHistory.csv", "overview_7d/FollowerHistory.csv", "Followers_1709123456/FollowerHistory.csv"):
        with pytest.raises(BadValue, match="--creator"):
            studio(tmp_path, FOLLOWERS, "February 28|5013|3", options=ImportOptions(captured_at=LEA.captured_at), name=place)


def test_a_zip_holds_several_files_and_its_dates(tmp_path: Path) -> None:
    packed = tmp_path / "Followers_lea.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        history = '\ufeff"Date","Followers","Difference in followers from previous day"\n"February 28","5013","3"'
        archive.writestr(zipfile.ZipInfo("FollowerHistory.csv", (2026, 3, 1, 9, 0, 0)), history)
        archive.writestr(zipfile.ZipInfo("FollowerGender.csv", (2026, 3, 1, 9, 0, 0)), '"Gender","Distribution"\n"Female","1"')
    read = read_file(packed)
    assert read.readings["creator_snapshot"][0]["captured_at"] == datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
    assert {s["captured_at"].date() for s in read.readings["audience"]} == {date(2026, 3, 1)} and read.read == 2


def test_the_file_s_own_date_or_number_tells_the_year(tmp_path: Path) -> None:
    options = ImportOptions(creator="lea")
    path = tmp_path / "Overview.csv"
    studio(tmp_path, OVERVIEW, "April 18|1|1|1|1|1", options=LEA)
    written = datetime(2024, 4, 20, tzinfo=UTC).timestamp()
    os.utime(path, (written, written))
    assert read_file(path, options).readings["account_day"][0]["day"] == date(2024, 4, 18)
    numbered = path.rename(tmp_path / "Overview_1682000000.csv")  # 2023-04-20
    assert read_file(numbered, options).readings["account_day"][0]["day"] == date(2023, 4, 18)


def test_a_workbook_of_text_cells_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "Overview.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate((OVERVIEW, "April 17|310|0|2|0|0", "April 18|1484|13|22|1|0")):
            for column, cell in enumerate(row.split("|")):
                sheet.write_string(n, column, cell)
    days = read_file(path, LEA).readings["account_day"]
    assert [(d["day"], d["video_views"]) for d in days] == [(date(2025, 4, 17), 310), (date(2025, 4, 18), 1484)]


def test_a_workbook_saved_again_holds_dates_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "FollowerHistory.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, FOLLOWERS.split("|"))
        for n, day in enumerate((27, 28), 1):
            sheet.write_datetime(n, 0, datetime(2026, 2, day), book.add_format({"num_format": "d mmmm"}))
            sheet.write_row(n, 1, [5000 + day, 1])
    rows = read_file(path, LEA).readings["creator_snapshot"]
    assert [(r["captured_at"].day, r["followers"]) for r in rows] == [(27, 5027), (28, 5028)]


def test_instagram_s_look_alike_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "FollowerHistory.csv"
    path.write_bytes('sep=,\n"Date","Followers","Difference in followers from previous day"\n"February 28","5","1"\n'.encode("utf-16"))
    with pytest.raises(BadFile, match="Instagram"):
        read_file(path, LEA)


def test_bad_cells_leave_the_day_out(tmp_path: Path) -> None:
    read = studio(tmp_path, FOLLOWERS, "February 27|-4|0", "February 28|5013|3", "total|1|1")
    assert [(r["row"], r["field"]) for r in read.rejects] == [(1, "followers"), (3, "day")]
    assert [r["followers"] for r in read.readings["creator_snapshot"]] == [5013]


def test_days_that_do_not_follow_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="one day after another"):
        studio(tmp_path, OVERVIEW, "April 12|1|1|1|1|1", "April 15|1|1|1|1|1")
