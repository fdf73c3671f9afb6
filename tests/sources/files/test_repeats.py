"""What goes with every reading is handed over once."""

from __future__ import annotations

import polars as pl

from hexameter.sources.files.repeats import Once


def said(*rows: tuple[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"post_id": [r[0] for r in rows], "caption": [r[1] for r in rows]}, schema={"post_id": pl.String, "caption": pl.String}
    )


def test_a_description_is_handed_over_once_and_again_when_it_changes() -> None:
    once = Once("post")
    assert once.fresh(said(("1", "a"), ("1", "a"), ("2", "b"))).rows() == [("1", "a"), ("2", "b")]
    assert once.fresh(said(("2", "b"), ("1", "other"))).rows() == [("1", "other")]


def test_absent_is_not_the_same_as_told() -> None:
    once = Once("post")
    assert once.fresh(said(("1", None))).height == 1
    assert once.fresh(said(("1", "a"))).height == 1
    assert once.fresh(said(("1", None))).height == 0
