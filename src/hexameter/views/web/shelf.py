"""Uploaded files that wait for a decision, and the imports under way: a few at a time, in a folder that goes away with the server."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST = 12


@dataclass
class Job:
    """One import in the browser, a `contracts.protocols.Progress` of its own.

    total  units of the piece under way, None: unknown · results  one a file; None while it runs
    places  files that wait to be imported; after an import, those that could not be and may be mended
    """

    places: list[tuple[str, Path]]
    owner: str
    wishes: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    state: str = "waiting"
    what: str = ""
    done: int = 0
    total: int | None = None
    results: list[dict[str, Any]] | None = None

    @property
    def waits(self) -> bool:
        """Whether there are files to decide about."""
        return self.state == "waiting" or (self.state == "done" and bool(self.places))

    def start(self, what: str, total: int | None) -> None:
        """A piece of work begins."""
        self.what, self.done, self.total = what, 0, total

    def advance(self, units: int) -> None:
        """So many more units are done."""
        self.done += units

    def finish(self) -> None:
        """The piece is done."""
        self.done = self.total or self.done


class Shelf:
    """Jobs by a word nobody guesses; the oldest that does not run makes room for a new one."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="hexameter-shelf-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)  # at the latest when the server ends
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._door = threading.Lock()

    def put(self, owner: str) -> tuple[str, Job, Path]:
        """A new job, its word, and the folder for its files."""
        key = secrets.token_urlsafe(16)
        with self._door:
            idle = [k for k, job in self._jobs.items() if job.state != "running"]
            for old in idle[: max(0, len(self._jobs) - MOST + 1)]:
                self._clear(old)
                del self._jobs[old]
            job = self._jobs[key] = Job([], owner)
        folder = self._folder / key
        folder.mkdir()
        return key, job, folder

    def get(self, key: str, owner: str) -> Job | None:
        """Somebody's own job."""
        with self._door:
            job = self._jobs.get(key)
        return job if job is not None and secrets.compare_digest(job.owner, owner) else None

    def drop(self, key: str) -> None:
        """Forget a job and its files."""
        with self._door:
            self._clear(key)
            self._jobs.pop(key, None)

    def run(self, key: str, job: Job, work: Callable[[Job], list[dict[str, Any]]]) -> None:
        """Do the work beside the pages, once; the files go when it is done, but for those it leaves in `places`."""
        with self._door:
            if not job.waits:
                return
            job.state, job.results = "running", None
            given = job.places

        def alone() -> None:
            try:
                job.results = work(job)
            finally:
                left = job.places if job.results is not None else []
                for place in {path for _, path in given} - {path for _, path in left}:
                    shutil.rmtree(place.parent, ignore_errors=True)
                job.places = left
                job.state = "done"

        threading.Thread(target=alone, name="import", daemon=False).start()

    def _clear(self, key: str) -> None:
        shutil.rmtree(self._folder / key, ignore_errors=True)
