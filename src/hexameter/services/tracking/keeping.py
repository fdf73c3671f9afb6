"""Pages become one batch of the lake, with the answers they came from beside it. It reads nothing from TikTok."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hexameter.contracts.records import BatchInfo, Chunk, Outcome
from hexameter.lake.raw import Body

if TYPE_CHECKING:
    from hexameter.contracts.tracking import Api, ApiSource, Page
    from hexameter.lake.store import Lake


@dataclass(frozen=True)
class Kept:
    """What became of some pages: the batch's outcome, and the rows left out with their reasons."""

    outcome: Outcome
    rejects: list[dict[str, Any]]


def keep(lake: Lake, api: str, pages: Sequence[Page], at: datetime, *, raw: bool = True) -> Kept:
    """Store pages of one API as a batch. The same pages again store nothing.

    The answers are kept first: a crash in between leaves answers without rows, never rows without answers.

    In      at   when the batch was made: names the day under which its answers are kept
            raw  whether to keep the answers at all
    """
    bodies = [Body(page.body, page.context) for page in pages]
    digest = _digest(bodies)
    if raw:
        lake.raw.keep(digest[:32], at, bodies)
    origin = f"{api}: {len(pages)} answer{'' if len(pages) == 1 else 's'}"
    outcome = lake.store(BatchInfo(digest[:32], api, origin, digest, keeps_repeats=False), [page.chunk for page in pages])
    return Kept(outcome, [row for page in pages for row in _rejects(page.chunk)])


def reparse(lake: Lake, sources: Mapping[Api, ApiSource], batch_ids: Iterable[str]) -> dict[str, int]:
    """Read kept answers again with today's parsers. A row that now reads differently is stored beside the old one and wins.

    Out     batches, answers, read, stored, changed, rejected
    """
    total = dict.fromkeys(("batches", "answers", "read", "stored", "changed", "rejected"), 0)
    for batch_id in batch_ids:
        bodies = list(lake.raw.read(batch_id))
        api = bodies[0].context["api"] if bodies else ""
        source = next((s for name, s in sources.items() if name == api), None)
        if source is None:
            continue
        chunks = [source.parse(body.body, body.context) for body in bodies]
        info = BatchInfo(
            _digest(bodies, again=_content(chunks))[:32],
            api,
            f"{api}: {len(bodies)} answers read again",
            _digest(bodies),
            keeps_repeats=False,
        )
        outcome = lake.store(info, chunks)
        for name, n in (
            ("batches", 1),
            ("answers", len(bodies)),
            ("read", outcome.read),
            ("stored", sum(outcome.stored.values())),
            ("changed", outcome.conflicts),
            ("rejected", outcome.rejected),
        ):
            total[name] += n
    return total


def _digest(bodies: Sequence[Body], again: str = "") -> str:
    known = hashlib.sha256(again.encode())
    for page in bodies:
        known.update(json.dumps(dict(page.context), sort_keys=True).encode())
        known.update(len(page.body).to_bytes(8, "big") + page.body)
    return known.hexdigest()


def _content(chunks: Sequence[Chunk]) -> str:
    """Tells one parser's reading of the same answers from another's: a mended parser makes a new batch, the same one does not."""
    found = hashlib.sha256()
    for chunk in chunks:
        for tables in (chunk.readings, chunk.beside):
            for name, rows in sorted(tables.items()):
                found.update(name.encode() + json.dumps(rows.to_pylist(), default=str, sort_keys=True).encode())
    return found.hexdigest()


def _rejects(chunk: Chunk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = chunk.rejects.to_pylist()
    return rows
