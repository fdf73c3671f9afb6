"""Kept answers read again: the same parsers change nothing, a mended one stores what it reads now and that wins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hexameter.contracts.records import BatchInfo, Chunk
from tests.tracking.stage import small_world, staged


def wrong(chunk: Chunk) -> Chunk:
    """The chunk as a parser might have read it that takes every view twice."""
    rows = chunk.readings["post_snapshot"]
    twice = rows.set_column(
        rows.column_names.index("views"), rows.schema.field("views"), pc.multiply(rows["views"], pa.scalar(2, pa.int64()))
    )
    return Chunk(chunk.read, {**chunk.readings, "post_snapshot": twice}, chunk.beside, chunk.rejects, chunk.rejected)


def test_reparse_changes_nothing_until_a_parser_does(tmp_path: Path) -> None:
    with staged(tmp_path / "home", small_world(6, booked=2), early=timedelta(0)) as stage:
        stage.clock.advance(timedelta(days=4))
        stage.book()
        for handle in stage.booked:
            stage.connect(handle)
        stage.once()
        lake, source = stage.app.lake, stage.app.sources["display"]
        before = stage.rows("select * from post_snapshot order by post_id, captured_at")
        for _ in range(2):
            again = stage.app.reparse()
            assert (again["batches"], again["stored"], again["changed"], again["rejected"]) == (len(lake.raw.batches()), 0, 0, 0)
        assert stage.rows("select * from post_snapshot order by post_id, captured_at") == before

        (bodies,) = [list(lake.raw.read(b)) for b in lake.raw.batches() if any(p.context["kind"] == "newest" for p in lake.raw.read(b))]
        right = {r["post_id"]: r["views"] for r in before}
        later = [type(b)(b.body, {**b.context, "captured_at": "2025-07-05T06:00:00Z"}) for b in bodies]
        lake.raw.keep("a" * 32, stage.clock.now(), later)
        chunks = [wrong(c) for b in later if "post_snapshot" in (c := source.parse(b.body, b.context)).readings]
        lake.store(BatchInfo("a" * 32, "display", "display: read wrongly", "b" * 64), chunks)
        at = "captured_at = '2025-07-05 06:00:00'"
        assert {r["views"] for r in stage.rows(f"select views from post_snapshot where {at}")} == {2 * v for v in right.values()}

        stage.clock.advance(timedelta(hours=9))
        mended = stage.app.reparse("a" * 32)
        assert mended["changed"] == len(right)
        for post_id, views in right.items():
            assert stage.app.kpis(post=post_id)["views"]["total"] == views
        assert stage.app.reparse("a" * 32)["stored"] == 0
