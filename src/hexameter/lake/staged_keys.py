"""The key hashes of the rows a batch has staged, on disk beyond a million, so that a long file takes no more memory than a short one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hexameter.lake.sieve import Hashes, among

_IN_MEMORY = 1_000_000


@dataclass
class StagedKeys:
    """Takes hashes in ascending runs and tells which of others are among them.

    folder  made when the first million is written; it belongs to the batch and goes with it
    """

    folder: Path
    _waiting: list[Hashes] = field(default_factory=list)
    _files: list[Path] = field(default_factory=list)

    def add(self, ascending: Hashes) -> None:
        """Remember a run."""
        if len(ascending) == 0:
            return
        self._waiting.append(ascending)
        if sum(map(len, self._waiting)) > _IN_MEMORY:
            self._spill()

    def hold(self, ascending: Hashes) -> npt.NDArray[np.bool_]:
        """Which of these hashes were added. Ascending ones are found three times as fast."""
        found = np.zeros(len(ascending), dtype=np.bool_)
        for path in self._files:
            found |= among(ascending, np.load(path))
        for run in self._waiting:
            found |= among(ascending, run)
        return found

    def _spill(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{len(self._files)}.npy"
        np.save(path, np.sort(np.concatenate(self._waiting), kind="stable"))  # runs in order: stable sorting merges them
        self._files.append(path)
        self._waiting = []
