"""A process that appends readings to a home's lake, so many a second, until it is terminated; then it says how many."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench import world
from hexameter.contracts.records import BatchInfo, Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.main import open_app

POSTS = 10_000


def main(home: str, rate: int) -> None:
    """A batch a second; a late one is followed at once by the next."""
    stop, appended = threading.Event(), 0
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with open_app(home) as app:
        begun = time.monotonic()
        number = 0
        while not stop.is_set():
            app.lake.store(BatchInfo(f"append-{number}", "bench", "readings as they come", f"{number:064d}"), [_chunk(rate, number)])
            appended, number = appended + rate, number + 1
            if number == 1:
                sys.stdout.write("appending\n")
                sys.stdout.flush()
            stop.wait(max(0.0, begun + number - time.monotonic()))
        seconds = time.monotonic() - begun
    sys.stdout.write(json.dumps({"readings": appended, "seconds": seconds, "per_second": appended / seconds}) + "\n")


def _chunk(rate: int, number: int) -> Chunk:
    """One reading each of posts published in the campaign's month by others than its creators."""
    post = np.arange(rate) % POSTS
    ids = (
        ((world.CAMPAIGN_SECOND + post * 200).astype(np.uint64) << np.uint64(32)) + np.uint64(700_000_000) + post.astype(np.uint64)
    ).astype(str)
    at = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(minutes=number)
    columns = {
        "post_id": pa.array(ids.tolist()),
        "creator_id": pa.array([f"80{p % 400}" for p in post.tolist()]),
        "source": pa.array(["bench"] * rate),
        "precision": pa.array(["exact"] * rate),
        "captured_at": pa.array([at] * rate),
        **{name: pa.array(post + number) for name in ("views", "likes", "comments", "shares", "saves")},
    }
    schema = BY_NAME["post_snapshot"].source_schema
    rows = pa.table([columns[f.name].cast(f.type) if f.name in columns else pa.nulls(rate, f.type) for f in schema], schema=schema)
    rejects = pa.table({"row": pa.array([], pa.int64()), "field": [], "value": [], "why": []})
    return Chunk(read=rate, readings={"post_snapshot": rows}, beside={}, rejects=rejects, rejected=0)


if __name__ == "__main__":
    main(str(Path(sys.argv[1])), int(sys.argv[2]))
