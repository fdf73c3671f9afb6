"""KPIS.md section 8's JSON of section 7's example, field by field, and the same as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.views.homes import AS_OF, hexameter

EXPECTED: dict[str, Any] = {
    "definitions_version": "1",
    "scope": {"kind": "campaign", "id": "glowday"},
    "period": {"from": "2025-07-01", "to": "2025-07-31", "tz": "UTC"},
    "as_of": "2025-08-01T00:00:00Z",
    "receipt": {"lake_version": {"post_snapshot": 1}, "sources": ["csv"]},
    "videos": {"videos": 4, "per_day": 0.12903225806451613},
    "views": {"total": 33000, "mean": 8250.0, "median": 6500.0, "p25": 3750.0, "p75": 11000.0, "max": 20000, "n": 4, "n_excluded": 0},
    "engagement_rate": {
        "by_followers_pct": {"mean": 6.33974358974359, "median": 3.0, "pooled": 6.214285714285714, "n": 3, "n_excluded": 1},
        "by_views_pct": {"mean": 7.35, "median": 7.35, "pooled": 7.92, "n": 2, "n_excluded": 2},
    },
    "interactions": {"likes": 2202, "comments": 112, "shares": 78, "interactions": 1982, "n": 3, "n_excluded": 1},
    "followers": {"start": 10000, "end": 11000, "net": 1000, "growth_pct": 10.0, "per_day": 33.333333333333336},
    "hashtag": {
        "videos": 4,
        "creators": 1,
        "views": 33000,
        "potential_reach": 11000,
        "cost_minor": 50000,
        "currency": "EUR",
        "cpm": 500 / 33,
        "cpe": 500 / 1982,
        "roi_pct": None,
    },
}


def _leaves(part: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    if not isinstance(part, dict):
        return [(path, part)]
    return [leaf for name, value in part.items() for leaf in _leaves(value, (*path, name))]


@pytest.fixture(scope="module")
def document(worked: Path) -> Any:
    done = hexameter("kpis", "--campaign", "glowday", "--as-of", AS_OF, "--posts", "--creators", "--hashtags", "--json", home=worked)
    assert (done.status, done.err) == (0, "")
    return done.document


@pytest.mark.parametrize(("path", "value"), _leaves(EXPECTED), ids=lambda p: ".".join(p) if isinstance(p, tuple) else "")
def test_a_figure_of_the_json(document: Any, path: tuple[str, ...], value: Any) -> None:
    found = document
    for name in path:
        found = found[name]
    assert type(found) is type(value)
    assert found == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value)


def test_each_breakdown_is_a_list_of_objects(document: Any) -> None:
    assert [post["post_id"] for post in document["posts"]] == [
        "7523537000000000001",
        "7526150000000000002",
        "7528930000000000003",
        "7529310000000000004",
    ]
    first = document["posts"][0]
    assert (first["basis"], first["precision"], first["captured_at"], first["source"]) == (
        "at_post",
        "exact",
        "2025-07-31T12:00:00Z",
        "csv",
    )
    assert [row["creator"] for row in document["creators"]] == ["lea"]
    assert [row["hashtag"] for row in document["hashtags"]] == ["glowday"]


PAGE = """\
Campaign glowday
2025-07-01 to 2025-07-31, UTC, as of 2025-08-01 00:00 UTC

Videos produced
  Videos                        4  0.129 a day
"""
LINES = (
    "  Total                    33,000  4 posts counted; by week of publication █▃▁▄",
    "  Median                    6,500  the middle half: 3,750 to 11,000",
    "  By views                 7.35 %  median 7.35 %, pooled 7.92 %",
    "                                   2 posts counted, 2 left out",
    "  hypeauditor              7.92 %  (likes + comments + shares) / views, pooled",
    "                                   as in HypeAuditor help centre and blog, 2023",
    "  By reach                      —  unique viewers come only from the creator's",
    "  Total                     1,982  3 posts counted, 1 left out",
    "  Net                      +1,000  10,000 to 11,000",
    "  Growth                   10.0 %  day by day ▁······▄···············█",
    "  Potential reach          11,000  followers of its creators, added up",
    "  Cost                     500.00  EUR",
    "  per 1,000 views           15.15  EUR",
    "  per interaction           0.252  EUR",
    "  Return on cost                —  needs a cost and a sale",
    "  Media value              953.95  EUR",
    "Receipt: definitions 1, as of 2025-08-01 00:00 UTC, lake post_snapshot 1,",
    "Sources: csv; all counters exact",
    "7523537000000000001  @lea     2025-07-05  20,000         1,660    8.30 %",
    "7528930000000000003  @lea     2025-07-20       0             2         —",
    "— comments was not read: 1 post",
    "— views is 0: 1 post",
)


def test_the_page_a_campaign_manager_reads(worked: Path) -> None:
    more = ("--posts", "--creators", "--hashtags", "--definition", "hypeauditor")
    done = hexameter("kpis", "--campaign", "glowday", "--as-of", AS_OF, *more, home=worked)
    assert done.out.startswith(PAGE)
    lines = done.out.split("\n")
    assert [line for line in LINES if line not in lines] == []
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in done.out, "no colour codes when it is no terminal"


def test_the_same_question_gives_the_same_bytes(worked: Path) -> None:
    words = ("kpis", "--campaign", "glowday", "--as-of", AS_OF, "--json")
    assert hexameter(*words, home=worked).out == hexameter(*words, home=worked).out
