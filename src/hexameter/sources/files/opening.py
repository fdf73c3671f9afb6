"""A path becomes one or more samples: checked, hashed, unpacked, decoded to UTF-8. What table is inside is `sampling`'s business.

Nothing outside the folder it is given (or a temporary one, always removed) is written; links, devices and bombs are refused.
`sampling`, and with it polars, is loaded while the file is being hashed: that takes a third of a second.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath, PurePosixPath

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile, HexameterError, UnknownFormat
from hexameter.sources.files import decoding, unpacking

_HEAD = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_PARQUET = b"PAR1"
_STRANGERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls): save it as .xlsx or CSV"),
    (b"%PDF", "a PDF: export the table itself as CSV or XLSX"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it first"),
    (b"\xfd7zXZ\x00", "packed with xz: unpack it first"),
    (b"BZh", "packed with bzip2: unpack it first"),
    (b"7z\xbc\xaf", "packed with 7-Zip: unpack it first"),
    (b"Rar!", "packed with RAR: unpack it first"),
    (b"SQLite format 3", "a database: export the table as CSV"),
)


@dataclass(frozen=True)
class Opened:
    """A file ready to be read.

    samples  one a file inside: one for a plain file, several for a zip
    sha256   of the bytes on disk, hex
    bytes    size on disk
    skipped  members of a zip that hold no table (pictures, texts)
    """

    samples: tuple[FileSample, ...]
    sha256: str
    bytes: int
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glance:
    """What a file seems to be by its beginning, while the whole of it is looked through beside.

    sample  of a plain text; None: its beginning does not say
    sure    waits for the whole, and gives or raises what `open_file` does
    """

    sample: FileSample | None
    sure: Callable[[], Opened]


@contextmanager
def open_file(path: Path, folder: Path | None = None) -> Iterator[Opened]:
    """A file as samples whose paths are plain UTF-8 (or Parquet, XLSX) files, for as long as the context lasts.

    In      folder  where unpacked copies go; None: a temporary folder
    Raises  BadFile        empty, a folder, a link, a device, unreadable, truncated, a bomb, an overlong line, nested too deep
            UnknownFormat  a kind of content that holds no table
    """
    with glance(path, folder) as seen:
        yield seen.sure()


@contextmanager
def glance(path: Path, folder: Path | None = None) -> Iterator[Glance]:
    """The same file before the whole of it was looked through: reading may begin, and is begun again should `sure` tell otherwise."""
    size = _checked(path)
    with tempfile.TemporaryDirectory(prefix="hexameter-", dir=folder) as room, ThreadPoolExecutor(1) as beside:
        whole = beside.submit(_opened, path, size, Path(room))
        try:
            yield Glance(_guessed(path), whole.result)
        except PermissionError as problem:
            raise BadFile(f"'{path}' cannot be read: permission denied.") from problem


def _guessed(path: Path) -> FileSample | None:
    """The sample, should the file be UTF-8 throughout; whatever is wrong is for `sure` to tell."""
    try:
        with path.open("rb") as file:
            start = file.read(_HEAD)
        if start.startswith((_PARQUET, unpacking.ZIP, unpacking.GZIP, _BOM, *(magic for magic, _ in _STRANGERS))):
            return None
        if decoding.encoding_of(start, path.name) != "utf-8":
            return None
        return _placed(_sampled("text", path, path.name), path.absolute(), path)
    except (HexameterError, OSError):
        return None


def _checked(path: Path) -> int:
    """The size of a regular, readable, non-empty file that is no link."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise BadFile(f"there is no file '{path}'.", field="file", value=str(path)) from None
    except OSError as problem:
        raise BadFile(f"'{path}' cannot be opened: {problem.strerror}.", field="file", value=str(path)) from problem
    kind = found.st_mode
    if stat.S_ISLNK(kind):
        raise BadFile(
            f"'{path}' is a link, and what it points to may change while it is read. Give the file itself: {os.path.realpath(path)}"
        )
    if stat.S_ISDIR(kind):
        raise BadFile(f"'{path}' is a folder. Give the files in it, like {path}/*.csv")
    if not stat.S_ISREG(kind):
        raise BadFile(f"'{path}' is no ordinary file (a device, pipe or socket). Save its content to a file first.")
    if not os.access(path, os.R_OK):
        raise BadFile(f"'{path}' cannot be read: permission denied.")
    if not found.st_size:
        raise BadFile(f"'{path}' is empty.")
    return found.st_size


def _opened(path: Path, size: int, room: Path) -> Opened:
    with path.open("rb") as file:
        magic = file.read(8)
    if magic.startswith(unpacking.ZIP) and not unpacking.is_workbook(path):
        members = unpacking.unzip(path, room)
        samples, skipped = _samples_of(members, path, room)
        return Opened(samples, decoding.sha256_of(path), size, skipped)
    if magic.startswith(unpacking.GZIP):
        inner = unpacking.gunzip(path, room)
        with inner.open("rb") as file:
            if file.read(4).startswith((unpacking.GZIP, unpacking.ZIP)) and not unpacking.is_workbook(inner):
                raise BadFile(f"'{path.name}' is packed more than once. Unpack it and import the file inside.")
        sample = _sample(inner, _unpacked_name(path), room)[0]
        return Opened((_placed(sample, path.absolute(), path),), decoding.sha256_of(path), size)
    sample, sha256 = _sample(path, path.name, room)
    return Opened((_placed(sample, path.absolute(), path),), sha256, size)


def _placed(sample: FileSample, origin: PurePath, written: Path) -> FileSample:
    """The sample with where it came from and when that was written."""
    modified = datetime.fromtimestamp(written.stat().st_mtime, UTC)
    return replace(sample, origin=str(origin), modified_at=modified)


def _unpacked_name(path: Path) -> str:
    return path.stem if path.suffix.lower() == ".gz" else path.name


def _samples_of(members: list[tuple[Path, str]], path: Path, room: Path) -> tuple[tuple[FileSample, ...], tuple[str, ...]]:
    samples, skipped, refusals = [], [], []
    for inner, place in members:
        name = PurePosixPath(place).name
        try:
            samples.append(_placed(_sample(inner, name, room)[0], path.absolute() / place, inner))
        except UnknownFormat as refusal:
            skipped.append(name)
            refusals.append(refusal)
    if not samples:
        if len(refusals) == 1:
            raise refusals[0]
        listed = ", ".join(skipped[:8]) or "nothing"
        raise BadFile(f"'{path.name}' holds no table. Inside: {listed}.")
    return tuple(samples), tuple(skipped)


def _sample(path: Path, name: str, room: Path) -> tuple[FileSample, str]:
    """One unpacked file as a sample, and the hash of its bytes as they are on disk."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
    if not start.strip(b"\x00"):
        raise BadFile(f"'{name}' is empty." if not start else f"'{name}' holds nothing but zero bytes: it was not saved completely.")
    if start.startswith(_PARQUET):
        return _sampled("parquet", path, name), decoding.sha256_of(path)
    if start.startswith(unpacking.ZIP):
        if not unpacking.is_workbook(path):
            raise BadFile(f"'{name}' is packed more than once. Unpack it and import the file inside.")
        unpacking.check_workbook(path, name)
        return _sampled("xlsx", path, name), decoding.sha256_of(path)
    for magic, what in _STRANGERS:
        if start.startswith(magic):
            raise UnknownFormat(f"'{name}' is {what}.", value=name)
    return _text_sample(path, name, start, room)


def _text_sample(path: Path, name: str, start: bytes, room: Path) -> tuple[FileSample, str]:
    guess = decoding.encoding_of(start, name)
    is_json = start.removeprefix(_BOM).lstrip()[:1] in (b"[", b"{")  # may be one long line; the JSON readers bound each item
    scan = decoding.scan(path, name, guess, None if is_json else decoding.LINE_LIMIT)
    plain = decoding.as_utf8(path, room, scan, always=is_json and start.startswith(_BOM))
    return _sampled("text", plain, name), scan.sha256


def _sampled(kind: str, path: Path, name: str) -> FileSample:
    from hexameter.sources.files import sampling

    return sampling.sampled(kind, path, name)
