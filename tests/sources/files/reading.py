"""Reads a file as an import does, into plain rows, for the tests of every format."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from hexameter.contracts.records import ImportOptions
from hexameter.contracts.tables import BY_NAME
from hexameter.sources.files.formats import detect
from hexameter.sources.files.opening import open_file

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples"


@dataclass
class Read:
    """What came out of a file."""

    format: str = ""
    read: int = 0
    rejected: int = 0
    readings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    beside: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rejects: list[dict[str, Any]] = field(default_factory=list)

    @property
    def posts(self) -> list[dict[str, Any]]:
        return self.readings.get("post_snapshot", [])


class Quiet:
    """Draws nothing, and checks that work which was started is finished."""

    def __init__(self) -> None:
        self.open = 0

    def start(self, what: str, total: int | None) -> None:
        self.open += 1

    def advance(self, units: int) -> None:
        assert self.open

    def finish(self) -> None:
        self.open -= 1


def read_file(path: Path, options: ImportOptions | None = None) -> Read:
    """Every sample of a file through the format that recognises it."""
    out = Read()
    with open_file(path) as opened:
        for sample in opened.samples:
            fmt = detect(sample)
            out.format = fmt.name
            quiet = Quiet()
            for chunk in fmt.read(sample, options or ImportOptions(), quiet):
                out.read += chunk.read
                out.rejected += chunk.rejected
                out.rejects += chunk.rejects.to_pylist()
                for kept, tables in ((out.readings, chunk.readings), (out.beside, chunk.beside)):
                    for name, table in tables.items():
                        assert in_source_schema(table, name), name
                        kept.setdefault(name, []).extend(table.to_pylist())
            assert quiet.open == 0
    assert out.read == out.rejected + sum(len(rows) for rows in out.readings.values())
    return out


def in_source_schema(table: pa.Table, name: str) -> bool:
    """Whether a table is in the source_schema of the lake's table; text may be string_view."""
    plain = [f.with_type(pa.string()) if pa.types.is_string_view(f.type) else f for f in table.schema]
    return bool(pa.schema(plain).equals(BY_NAME[name].source_schema))


def read_json(folder: Path, content: object, options: ImportOptions | None = None, name: str = "file.json") -> Read:
    """The same, for JSON that a test spells out; a list of text is taken as lines."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_file(path, options)


def read_text(folder: Path, content: str, options: ImportOptions | None = None, name: str = "file.csv") -> Read:
    """The same, for text that a test spells out."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return read_file(path, options)
