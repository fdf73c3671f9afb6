"""Whom to book, how such choices did and what clauses went with, as the terminal says it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.views.homes import hexameter

HEADER = "post_id,creator,published_at,captured_at,caption,hashtags,views,likes,comments,shares,followers"


@pytest.fixture(scope="module")
def booked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three posts of lea and tom before July, one each in it, read on day 7; the month has a fee for each; zoe was never read."""
    folder = tmp_path_factory.mktemp("advice")
    days = [("06-01", ""), ("06-02", ""), ("06-03", ""), ("07-02", "#glowday")]
    rows = [
        f"{who}{at},{who},2025-{day}T10:00Z,2025-{day[:3]}{int(day[3:]) + 7:02}T10:00Z,Glow,{tag},{views},1,1,1,20000"
        for who, views in (("lea", 4000), ("tom", 1000))
        for at, (day, tag) in enumerate(days)
    ]
    (folder / "posts.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    home = folder / "home"
    words = "--from 2025-07-01 --to 2025-07-10 --tz UTC --hashtag glowday --creator lea --creator tom --creator zoe --currency EUR"
    assert hexameter("import", folder / "posts.csv", home=home).status == 0
    assert hexameter("campaign", "create", "glowday", *words.split(), home=home).status == 0
    for who in ("lea", "tom"):
        assert hexameter("campaign", "cost", "glowday", "100", "--creator", who, home=home).status == 0
    return home


def test_who_is_booked_and_who_is_left_out(booked: Path) -> None:
    said = hexameter("portfolio", "glowday", "--budget", "150", "--as-of", "2025-07-20", home=booked)
    assert said.status == 0 and "@lea     micro  100.00 EUR" in said.out and "In all" in said.out
    assert "@tom     the budget and the tiers bring more with others" in said.out
    assert "@zoe     no price known; not enough data" in said.out
    document = hexameter("portfolio", "glowday", "--budget", "150", "--as-of", "2025-07-20", "--json", home=booked).document
    assert [row["creator"] for row in document["creators"]] == ["lea"] and document["cost_minor"] == 10_000
    wrong = hexameter("portfolio", "glowday", "--budget", "150", "--min", "micro", home=booked)
    assert wrong.status == 2 and "expected TIER=NUMBER" in wrong.err and wrong.out == ""


def test_a_past_campaign_is_a_row_and_clauses_need_a_brief(booked: Path, tmp_path: Path) -> None:
    said = hexameter("portfolio-test", home=booked)
    row = next(line.split() for line in said.out.splitlines() if line.startswith("glowday"))
    assert 2_300 < float(row[4].replace(",", "")) < 2_700  # random: lea or tom
    assert "Too few campaigns to tell" in said.out and row[1:4] == ["4,000"] * 3 and row[5:] == ["4,000", "3,715", "to", "4,304"]
    home = shutil.copytree(booked, tmp_path / "home")
    assert "No brief was written" in hexameter("clause-effects", home=home).out
