"""Rows that were left out, each with field, value and why: the first are kept for the answer, all go to a file when asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_VALUE = 200


class Rejects:
    """What was left out of one file.

    In      sink    where every reject goes, as NDJSON; None: nowhere
            file    named in each reject when several files are imported
            member  named in each reject when a zip holds several files
    """

    most = 1000

    def __init__(self, sink: TextIO | None = None, file: str | None = None) -> None:
        self.listed: list[dict[str, Any]] = []
        self.member: str | None = None
        self._file = file
        self._sink = sink

    def take(self, table: pa.Table) -> None:
        """Note the rejects of one chunk."""
        wanted = table if self._sink else table.slice(0, max(0, self.most - len(self.listed)))
        for batch in wanted.to_batches(max_chunksize=10_000):
            rows = [self._shown(row) for row in batch.to_pylist()]
            if self._sink:
                self._sink.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            self.listed += rows[: max(0, self.most - len(self.listed))]

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        value = row["value"]
        if value is not None and len(value) > _LONGEST_VALUE:
            value = value[: _LONGEST_VALUE - 1] + "…"
        where = {name: text for name, text in (("file", self._file), ("member", self.member)) if text}
        return {**where, "row": row["row"], "field": row["field"], "value": value, "why": row["why"]}
