"""Pieces of a file stay small where its lines are long, wherever that is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hexameter.sources.files import frames
from hexameter.sources.files.opening import open_file


def test_lines_that_become_long_come_in_small_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_BYTES", 4 * 1024 * 1024)
    path = tmp_path / "posts.ndjson"
    captions = ["short"] * 3_000 + ["x" * 200_000] * 400
    with path.open("w") as file:
        file.writelines(json.dumps({"post_id": str(n), "views": n, "caption": c}) + "\n" for n, c in enumerate(captions))
    with open_file(path) as opened:
        pieces = [p.frame for p in frames.read_pieces(opened.samples[0])]
    assert [row for frame in pieces for row in frame["row"]] == list(range(1, len(captions) + 1))
    assert max(frame.estimated_size() for frame in pieces) < 24 * 1024 * 1024


def test_short_lines_come_in_large_pieces(tmp_path: Path) -> None:
    path = tmp_path / "posts.ndjson"
    with path.open("w") as file:
        file.writelines(f'{{"post_id": "{n}", "views": {n}}}\n' for n in range(50_000))
    with open_file(path) as opened:
        assert [p.frame.height for p in frames.read_pieces(opened.samples[0])] == [50_000]
