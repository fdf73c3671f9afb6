"""Ads Manager's report: money to the minor unit, totals dropped, no day and no currency made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.files.reading import Read, read_text

from hexameter.errors import BadFile, MissingColumn
from hexameter.sources.files.money import currencies, minor_units

HEAD = "Campaign name,Ad group name,Ad name,By Day,Cost,Currency,Impressions,Reach,Clicks (destination),Video views"
REST = "2-second video views,6-second video views,Video views at 25%,Video views at 100%,Conversions"


def report(folder: Path, *rows: str, head: str = f"{HEAD},{REST}", name: str = "report.csv") -> Read:
    return read_text(folder, "\n".join([head, *rows]) + "\n", name=name)


def test_an_ad_s_day(tmp_path: Path) -> None:
    read = report(
        tmp_path,
        'Glow,All,Lea glow,2026-10-01,"1,234.56",EUR,5120,4800,77,3100,1900,800,1500,210,-',
        'Total of 1 results,,-,-,"1,234.56",EUR,5120,4800,77,3100,1900,800,1500,210,-',
    )
    assert (read.format, read.read, read.rejected) == ("ads_report", 1, 0)
    [day] = read.readings["paid_day"]
    assert day == {
        "ad_id": "Lea glow", "day": date(2026, 10, 1), "source": "ads_report", "post_id": None, "spend_minor": 123456, "currency": "EUR",
        "impressions": 5120, "reach": 4800, "views": 3100, "views_2s": 1900, "views_6s": 800, "views_p25": 1500, "views_p50": None,
        "views_p75": None, "views_p100": 210, "clicks": 77, "conversions": None,
    }  # fmt: skip


def test_ids_win_over_names_and_the_post_is_kept(tmp_path: Path) -> None:
    head = "Ad ID,Ad name,Date,Spend,Currency,Impressions,TikTok item ID"
    read = report(tmp_path, "1790000000000000001,Glow,2026-10-01,5,USD,10,7527623000473079054", head=head)
    [day] = read.readings["paid_day"]
    assert (day["ad_id"], day["post_id"], day["spend_minor"]) == ("1790000000000000001", "7527623000473079054", 500)


def test_one_name_in_two_groups_is_two_ads(tmp_path: Path) -> None:
    head = "Campaign name,Ad group name,Ad name,By Day,Cost,Currency,Impressions"
    read = report(tmp_path, "Glow,A,Lea,2026-10-01,1,EUR,10", "Glow,B,Lea,2026-10-01,2,EUR,20", head=head)
    assert [d["ad_id"] for d in read.readings["paid_day"]] == ["Glow / A / Lea", "Glow / B / Lea"]


def test_the_day_may_come_from_a_name_of_one_day_only(tmp_path: Path) -> None:
    head = "Ad name,Cost,Currency,Impressions"
    read = report(tmp_path, "Lea,1,EUR,10", head=head, name="Ad report 2026-10-01 to 2026-10-01.csv")
    assert read.readings["paid_day"][0]["day"] == date(2026, 10, 1)
    for name in ("Ad report 2026-10-01 to 2026-10-05.csv", "report_20261001_20261005_x.csv", "report.csv"):
        with pytest.raises(MissingColumn, match="By Day"):
            report(tmp_path, "Lea,1,EUR,10", head=head, name=name)


def test_no_ad_and_finer_breakdowns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn, match="names no ads"):
        report(tmp_path, "Glow,2026-10-01,1,EUR,10", head="Campaign name,By Day,Cost,Currency,Impressions")
    with pytest.raises(BadFile, match="broken down by Age"):
        report(tmp_path, "Lea,2026-10-01,18-24,1,EUR,10", head="Ad name,By Day,Age,Cost,Currency,Impressions")


def test_bad_cells_leave_the_row_out(tmp_path: Path) -> None:
    head = "Ad name,By Day,Cost,Currency,Impressions,Reach"
    read = report(
        tmp_path,
        "Lea,2026-10-01,1.00,EUR,10,<5",
        "Lea,2026-10-02,abc,EUR,10,9",
        "Lea,2026-13-02,1.00,EUR,10,9",
        "Lea,2026-10-04,1.00,,10,9",
        "Lea,2026-10-05,1.00,EUR,-10,9",
        ",2026-10-06,1.00,EUR,10,9",
        head=head,
    )
    found = {r["row"]: r["field"] for r in read.rejects}
    assert found == {2: "spend_minor", 3: "day", 4: "currency", 5: "impressions", 6: "ad_id"}
    assert [(d["day"].day, d["reach"]) for d in read.readings["paid_day"]] == [(1, None)]


@pytest.mark.parametrize(
    ("cells", "code", "minor"),
    [
        (["12.34", "0.1"], "EUR", [1234, 10]),
        (["1.234,56 €", "12,3\xa0€"], "EUR", [123456, 1230]),
        (["1,234", "12.50"], "USD", [123400, 1250]),
        (["1,234"], "USD", [123400]),
        (["1.234"], "EUR", [123400]),
        (["¥1,234"], "JPY", [1234]),
        (["1.2345"], "KWD", [1235]),
        (["-5.005", "0.125"], "EUR", [-501, 13]),
        (["-", "--", ""], "EUR", [None, None, None]),
        (["90071992547409.93"], "EUR", [9007199254740993]),
    ],
)
def test_money_is_exact(cells: list[str], code: str, minor: list[int | None]) -> None:
    parsed = minor_units(pl.Series(cells), pl.Series([code] * len(cells)), "cost")
    assert parsed.values.to_list() == minor and parsed.why is None


@pytest.mark.parametrize("cell", ["abc", "12x", "1.2.3,4,5", "EUR", "12 euros of it"])
def test_what_is_no_amount_is_refused(cell: str) -> None:
    parsed = minor_units(pl.Series([cell]), pl.Series(["EUR"]), "cost")
    assert parsed.values.to_list() == [None] and parsed.why is not None and cell in parsed.why[0]


def test_typed_cells_of_a_workbook_mark_decimals_with_a_point() -> None:
    assert minor_units(pl.Series([1.234, 12.0]), pl.Series(["EUR", "EUR"]), "cost").values.to_list() == [123, 1200]


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=20))
@settings(deadline=None, max_examples=50)
def test_any_amount_written_out_comes_back(amounts: list[int]) -> None:
    written = pl.Series([f"{a // 100:,}.{a % 100:02d} USD" for a in amounts])
    assert currencies(written).to_list() == ["USD"] * len(amounts)
    assert minor_units(written, currencies(written), "cost").values.to_list() == amounts


def test_a_sign_must_name_one_currency() -> None:
    assert currencies(pl.Series(["12,34 €", "USD 5", "$5", "R$ 7", "5", None])).to_list() == ["EUR", "USD", None, "BRL", None, None]
