"""The lake pinned at one version of each table, as readers see it. It writes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from hexameter.contracts.records import DataFile, Keep
from hexameter.lake.log import FileIndex


class PinnedSnapshot:
    """Versions and files of every table at one moment; later commits do not show."""

    def __init__(self, indexes: Mapping[str, FileIndex]):
        self._indexes = indexes
        self.versions: Mapping[str, int] = {name: index.version for name, index in indexes.items()}

    def files(self, table: str, keep: Keep | None = None) -> list[DataFile]:
        """The Parquet files of a table that may hold rows matching `keep`; [] for a table that does not exist yet."""
        index = self._indexes.get(table)
        return [] if index is None else index.keep(keep)
