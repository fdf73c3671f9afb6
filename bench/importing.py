"""Import of a big CSV and NDJSON beside DuckDB's bare read-cast-write of the same file: seconds as ratios, and peak memory.

DuckDB reads twice: every value as text, cast afterwards, and with types guessed from the first rows. Of JSON the latter is faster, and
makes 12 of 12.5 and 1 of true in a column that began with whole numbers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

COLUMNS = {
    "post_id": "varchar",
    "creator": "varchar",
    "published_at": "timestamp",
    "captured_at": "timestamp",
    "caption": "varchar",
    "views": "bigint",
    "likes": "bigint",
    "comments": "bigint",
    "shares": "bigint",
    "saves": "bigint",
    "followers": "bigint",
    "duration_seconds": "double",
}

TEXTS = ", ".join(f"{name}: 'varchar'" for name in COLUMNS)
WAYS = {
    "csv": {"text": "read_csv('{file}', all_varchar = true)", "guessed": "read_csv('{file}')"},
    "ndjson": {
        "text": f"read_json('{{file}}', format = 'newline_delimited', columns = {{{{{TEXTS}}}}})",
        "guessed": "read_json('{file}', format = 'newline_delimited')",
    },
}

# What a crawl leaves: every twelve hours all posts are read, and with each post its creator's followers.
SOURCE = """
select (((1751328000 + p * 13)::bigint << 32) | (p % 1000))::varchar as post_id, 'creator_' || (p % {creators}) as creator,
       to_timestamp(1751328000 + p * 13)::timestamp as published_at, to_timestamp(1755000000 + k * 43200)::timestamp as captured_at,
       'a caption of usual length #glowday #ad ' || (p % 777) as caption,
       (i * 7) % 1000003 as views, (i * 3) % 50021 as likes, (i * 5) % 5003 as comments, (i * 11) % 3001 as shares,
       (i * 13) % 2003 as saves, 10000 + p % {creators} + k as followers, (p % 60)::double as duration_seconds
from (select i, i % {posts} as p, i // {posts} as k from range({rows}) t(i))
"""

BARE = """
import duckdb, sys
con = duckdb.connect()
con.execute("set threads = 2")
con.execute(sys.argv[1])
"""


def compare(folder: Path, rows: int, runs: int = 3) -> list[dict[str, Any]]:
    """One row a container: DuckDB's median seconds of both ways, ours, their ratios, and our peak memory. They take turns."""
    return [_one(folder, kind, rows, runs) for kind in ("csv", "ndjson")]


def _one(folder: Path, kind: str, rows: int, runs: int) -> dict[str, Any]:
    file = _made(folder, kind, rows)
    bare: dict[str, list[float]] = {way: [] for way in WAYS[kind]}
    ours, peaks = [], []
    for run in range(runs):
        for way, reader in WAYS[kind].items():
            bare[way].append(_timed([sys.executable, "-c", BARE, _bare_sql(reader.format(file=file), folder / "bare.parquet")])[0])
        home = folder / f"home-{kind}-{run}"
        seconds, peak, out = _timed([sys.executable, "-m", "hexameter", "--home", str(home), "import", str(file), "--json"])
        shutil.rmtree(home)
        stored = json.loads(out)["stored"]["post_snapshot"]
        assert stored == rows, f"{stored} of {rows} rows stored"
        ours.append(seconds)
        peaks.append(peak)
    return {
        "file": f"{rows:,} rows {kind}, {file.stat().st_size / 1e9:.2f} GB",
        **{f"{way}_seconds": median(found) for way, found in bare.items()},
        "our_seconds": median(ours),
        **{f"{way}_ratio": median(found) / median(ours) for way, found in bare.items()},
        "peak_gib": max(peaks),
    }


def _made(folder: Path, kind: str, rows: int) -> Path:
    file = folder / f"readings.{kind}"
    form = "header" if kind == "csv" else "format json"
    posts = max(rows // 25, 1)
    duckdb.sql(f"copy ({SOURCE.format(rows=rows, posts=posts, creators=max(posts // 10, 1))}) to '{file}' ({form})")
    os.sync()  # gigabytes on their way to the disk would be timed too
    return file


def _bare_sql(reader: str, out: Path) -> str:
    casts = ", ".join(f"cast({name} as {kind_}) as {name}" for name, kind_ in COLUMNS.items())
    return f"copy (select {casts} from {reader}) to '{out}' (format parquet, compression zstd)"


def _timed(command: list[str]) -> tuple[float, float, str]:
    """Seconds, peak GiB and output of a whole process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stderr
    out, problem = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, problem
    scale = 2**30 if sys.platform == "darwin" else 2**20  # macOS counts bytes, Linux KiB
    return time.perf_counter() - started, usage.ru_maxrss / scale, out
