"""API answers as they came over the wire, compressed, one file a batch, so that a parser's mistake can be mended by reading them again.

It knows no API: a page is bytes and the words beside them. It is not the truth of the lake, only what the truth was read from.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import zstandard

from hexameter.errors import DamagedLake, NotFound

_LEVEL = 6
_ENDING = ".ndjson.zst"


@dataclass(frozen=True)
class Body:
    """One answer: its bytes, and what its parser needs beside them (text only, no secret)."""

    body: bytes
    context: Mapping[str, str]


class RawBodies:
    """The kept answers of one lake: raw/<day>/<batch_id>.ndjson.zst."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, batch_id: str, at: datetime, pages: Iterable[Body]) -> Path:
        """Keep a batch's answers, whole or not at all; the same batch again changes nothing.

        In      at  when they were read: decides how long they stay
        """
        path = self._folder / f"{at:%Y-%m-%d}" / f"{batch_id}{_ENDING}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, pages)
        return path

    def batches(self) -> list[str]:
        """The batches whose answers are kept, oldest day first."""
        return [p.name.removesuffix(_ENDING) for p in self._paths()]

    def read(self, batch_id: str) -> Iterator[Body]:
        """A batch's answers, in the order in which they came.

        Raises  NotFound     none are kept
                DamagedLake  the file cannot be read
        """
        path = next((p for p in self._paths() if p.name == f"{batch_id}{_ENDING}"), None)
        if path is None:
            raise NotFound(
                f"no answers are kept for batch '{batch_id}'.",
                field="batch",
                value=batch_id,
                hint="They are kept for as many days as the setting raw_days says.",
            )
        return _read(path)

    def drop_before(self, moment: datetime) -> int:
        """Remove the answers of whole days before an instant.

        Out  batches removed
        """
        gone = [p for p in self._paths() if p.parent.name < f"{moment:%Y-%m-%d}"]
        for path in gone:
            path.unlink(missing_ok=True)
        self._sweep()
        return len(gone)

    def erase(self, theirs: Callable[[Body], bool]) -> int:
        """Remove the answers that carry something of a person.

        Out  answers removed
        """
        removed = 0
        for path in self._paths():
            pages = list(_read(path))
            kept = [page for page in pages if not theirs(page)]
            if len(kept) == len(pages):
                continue
            removed += len(pages) - len(kept)
            if kept:
                _write(path, kept)
            else:
                path.unlink()
        self._sweep()
        return removed

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"*/*{_ENDING}"))

    def _sweep(self) -> None:
        """Empty days and what a crash left half-written."""
        for day in self._folder.glob("*"):
            for half in day.glob("*.part"):
                if half.stat().st_mtime < (datetime.now() - timedelta(hours=1)).timestamp():
                    half.unlink(missing_ok=True)
            if not any(day.iterdir()):
                day.rmdir()


def _write(path: Path, pages: Iterable[Body]) -> None:
    # Bytes that are not UTF-8 come through as lone surrogates, which JSON escapes and gives back.
    lines = (json.dumps({"context": dict(p.context), "body": p.body.decode("utf-8", "surrogateescape")}) for p in pages)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(zstandard.ZstdCompressor(_LEVEL).compress("\n".join(lines).encode("ascii")))
    part.replace(path)


def _read(path: Path) -> Iterator[Body]:
    try:
        with path.open("rb") as file:
            text = zstandard.ZstdDecompressor().stream_reader(file).read().decode("ascii")
        rows = [json.loads(line) for line in text.splitlines()]
        pages = [Body(row["body"].encode("utf-8", "surrogateescape"), row["context"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, zstandard.ZstdError) as problem:
        raise DamagedLake(f"{path} cannot be read: {problem}.", hint="Restore it from a backup, or remove it.") from problem
    yield from pages
