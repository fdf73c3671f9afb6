"""A path becomes one or more samples: unpacked, decoded to UTF-8, its container found by content. It recognises no format.

Nothing outside the folder it is given (or a temporary one, always removed) is written; links, devices and bombs are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hexameter.contracts.records import FileSample


@dataclass(frozen=True)
class Opened:
    """A file ready to be read.

    samples  one a file inside: one for a plain file, several for a zip
    sha256   of the bytes on disk, hex
    bytes    size on disk
    """

    samples: tuple[FileSample, ...]
    sha256: str
    bytes: int


@contextmanager
def open_file(path: Path, folder: Path | None = None) -> Iterator[Opened]:
    """A file as samples whose paths are plain UTF-8 (or Parquet, XLSX) files, for as long as the context lasts.

    In      folder  where unpacked copies go; None: a temporary folder
    Raises  BadFile        empty, a folder, a link, a device, unreadable, truncated, a bomb, an overlong line, nested too deep
            UnknownFormat  a kind of content that holds no table
    """
    raise NotImplementedError
    yield
