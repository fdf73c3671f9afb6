"""How files come in, in one object: opening them, finding their format, mapping columns. It does none of it itself.

Each part is loaded when it is first asked for: a file is hashed while the formats, and polars with them, are being loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from hexameter.contracts.records import FileSample
from hexameter.sources.files import opening

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Format


class Entrance:
    """The parts by name; each says itself what it takes and raises."""

    def open(self, path: Path) -> AbstractContextManager[opening.Opened]:
        """See `opening.open_file`."""
        return opening.open_file(path)

    def glance(self, path: Path) -> AbstractContextManager[opening.Glance]:
        """See `opening.glance`."""
        return opening.glance(path)

    def detect(self, sample: FileSample, name: str | None = None) -> Format:
        """See `formats.detect`."""
        from hexameter.sources.files import formats

        return formats.detect(sample, name)

    @property
    def formats(self) -> Sequence[Format]:
        """See `formats.FORMATS`."""
        from hexameter.sources.files import formats

        return formats.FORMATS

    def mapping(self, sample: FileSample, given: Mapping[str, str]) -> Mapping[str, str]:
        """See `table.fields_for`."""
        from hexameter.sources.files import table

        return table.fields_for(sample, given)

    @property
    def fields(self) -> Sequence[str]:
        """See `rows.FIELDS`."""
        from hexameter.sources.files import rows

        return rows.FIELDS
