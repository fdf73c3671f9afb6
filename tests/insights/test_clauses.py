"""Clause checks by hand: what passes, what fails, what cannot be told, and the evidence for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.contracts.clauses import Clause, Finding
from hexameter.insights.clauses import DescribedPost, by_clause, check, compliance, verdict

POST = DescribedPost(
    post_id="A",
    handle="lea",
    published_at=datetime(2025, 7, 5, 18, tzinfo=UTC),
    caption="Morning glow with @brand #glowday #ad",
    hashtags=("glowday", "ad"),
    mentions=("brand",),
    duration_seconds=21.0,
    music_id="7",
    paid_partnership=False,
)
TAG = Clause("hashtag", "has", ("glowday",))
AT = Clause("mention", "has", ("brand",))
AD = Clause("disclosure", "has_any", ("ad", "sponsored", "partenariat"))
LONG = Clause("duration", "between", ("15", "60"))
JULY = Clause("window", "between", ("2025-07-01", "2025-07-31"))
SOUND = Clause("music", "is", ("7",))
WORDS = Clause("forbidden", "lacks", ("cheap", "best ever", "cure"))


def one(clause: Clause, **changes: object) -> Finding:
    (found,) = check([clause], replace(POST, **changes), "Europe/Paris")  # type: ignore[arg-type]
    return found


def test_a_post_that_keeps_everything() -> None:
    findings = check([TAG, AT, AD, LONG, JULY, SOUND, WORDS], POST, "UTC")
    assert [f.result for f in findings] == ["pass"] * 7 and verdict(findings) == "pass"


@pytest.mark.parametrize(
    ("caption", "tags", "result", "near"),
    [
        ("#GlowDay", (), "pass", None),
        ("＃glowday!", (), "pass", None),
        ("#glowdday", ("glowdday",), "fail", "glowdday"),
        ("#glwoday", (), "fail", "glwoday"),
        ("#glow_day", (), "fail", "glow_day"),
        ("#gl\u043ewday", (), "fail", "gl\u043ewday"),
        ("#glowdays", (), "fail", "glowdays"),
        ("#summer", ("summer",), "fail", None),
        ("glowday", (), "fail", None),
        ("", (), "fail", None),
        (None, ("glowday",), "pass", None),
        (None, None, "unknown", None),
        ("x" * 150, (), "unknown", None),
    ],
)
def test_hashtags(caption: str | None, tags: tuple[str, ...] | None, result: str, near: str | None) -> None:
    found = one(TAG, caption=caption, hashtags=tags)
    assert (found.result, found.near) == (result, near)


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"caption": "x #ad", "hashtags": None}, "pass"),
        ({"caption": "x #Partenariat", "hashtags": ()}, "pass"),
        ({"caption": "x", "hashtags": (), "paid_partnership": True}, "pass"),
        ({"caption": "x", "hashtags": (), "paid_partnership": False}, "fail"),
        ({"caption": "x", "hashtags": (), "paid_partnership": None}, "fail"),
        ({"caption": "no ad here", "hashtags": (), "paid_partnership": False}, "fail"),
        ({"caption": "#adventure", "hashtags": (), "paid_partnership": False}, "fail"),
        ({"caption": None, "hashtags": None, "paid_partnership": None}, "unknown"),
        ({"caption": "y" * 150, "hashtags": (), "paid_partnership": False}, "unknown"),
    ],
)
def test_disclosure(changes: dict[str, object], result: str) -> None:
    assert one(AD, **changes).result == result


def test_what_was_not_read_is_unknown_never_broken() -> None:
    assert one(LONG, duration_seconds=None).result == "unknown"
    assert one(SOUND, music_id=None).result == "unknown"
    assert one(JULY, published_at=None).result == "unknown"
    assert one(WORDS, caption=None).result == "unknown"
    assert one(AT, caption=None, mentions=None).result == "unknown"


def test_bounds_are_inside_and_days_are_local() -> None:
    assert [one(LONG, duration_seconds=s).result for s in (14.9, 15.0, 60.0, 60.1)] == ["fail", "pass", "pass", "fail"]
    assert one(JULY, published_at=datetime(2025, 7, 31, 21, 59, tzinfo=UTC)).result == "pass"
    assert one(JULY, published_at=datetime(2025, 7, 31, 22, 0, tzinfo=UTC)).result == "fail"  # already August in Paris
    assert one(Clause("window", "between", ("", "2025-07-05"))).result == "pass"


@pytest.mark.parametrize(
    ("caption", "result"),
    [
        ("Not CHEAP at all", "fail"),
        ("the best  ever", "pass"),
        ("The best ever.", "fail"),
        ("secure", "pass"),
        ("#cure", "fail"),
    ],
)
def test_forbidden_words_are_whole_words(caption: str, result: str) -> None:
    assert one(WORDS, caption=caption).result == result


def test_the_rate_leaves_out_what_cannot_be_told() -> None:
    assert compliance(["pass", "fail", "unknown", "pass"]) == {"compliance_pct": pytest.approx(200 / 3), "n": 3, "n_excluded": 1}
    assert compliance([]) == {"compliance_pct": None, "n": 0, "n_excluded": 0}
    assert compliance(["unknown"]) == {"compliance_pct": None, "n": 0, "n_excluded": 1}
    assert verdict([Finding("a", "unknown", ""), Finding("b", "fail", "")]) == "fail"
    assert verdict([Finding("a", "unknown", ""), Finding("b", "pass", "")]) == "unknown"


def test_each_clause_has_its_own_rate() -> None:
    rows = by_clause(
        [check([TAG, LONG], POST, "UTC"), check([TAG, LONG], replace(POST, hashtags=(), caption="-", duration_seconds=None), "UTC")]
    )
    assert [(r["clause"], r["passed"], r["failed"], r["unknown"], r["compliance_pct"]) for r in rows] == [
        ("hashtag:glowday", 1, 1, 0, 50.0),
        ("duration", 1, 0, 1, 100.0),
    ]


@settings(deadline=None)
@given(st.text(max_size=200), st.none() | st.lists(st.text(max_size=20), max_size=5))
def test_no_caption_brings_a_check_down(caption: str, tags: list[str] | None) -> None:
    post = replace(POST, caption=caption, hashtags=None if tags is None else tuple(tags))
    findings = check([TAG, AT, AD, LONG, JULY, SOUND, WORDS], post, "UTC")
    assert {f.result for f in findings} <= {"pass", "fail", "unknown"} and all(f.evidence for f in findings)
