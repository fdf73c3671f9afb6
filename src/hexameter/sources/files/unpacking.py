"""gzip and zip, unpacked to disk within limits. It trusts no size, name or depth that an archive states."""

from __future__ import annotations

import gzip
import os
import stat
import zipfile
import zlib
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from hexameter.errors import BadFile, Unusable

GZIP = b"\x1f\x8b"
ZIP = b"PK"
TOTAL_LIMIT = 64 * 1024**3
RATIO_LIMIT = 200
RATIO_FREE = 64 * 1024 * 1024  # below this an absurd ratio does no harm
MEMBER_LIMIT = 1_000
_BLOCK = 1024 * 1024
_WORKBOOK = "xl/workbook.xml"
_WORKBOOK_LIMIT = 2 * 1024**3


class _Allowance:
    """How much one archive may still unpack to."""

    def __init__(self, name: str, packed: int) -> None:
        self.name = name
        self.packed = max(packed, 1)
        self.written = 0

    def spend(self, size: int) -> None:
        self.written += size
        if self.written > TOTAL_LIMIT:
            raise BadFile(f"'{self.name}' unpacks to more than {TOTAL_LIMIT // 1024**3} GiB. Unpack it yourself and import the parts.")
        if self.written > RATIO_FREE and self.written > RATIO_LIMIT * self.packed:
            raise BadFile(
                f"'{self.name}' unpacks to more than {RATIO_LIMIT} times its size: it looks like a zip bomb and was not read further."
            )


def gunzip(path: Path, room: Path) -> Path:
    """The unpacked copy of a gzip file.

    Raises  BadFile  truncated, damaged or a bomb
    """
    copy = room / "gunzipped"
    try:
        with gzip.open(path, "rb") as packed:
            _copy(packed, copy, _Allowance(path.name, path.stat().st_size))
    except EOFError as problem:
        raise BadFile(f"'{path.name}' is cut short: the gzip file ends too early. Download or copy it again.") from problem
    except (gzip.BadGzipFile, zlib.error) as problem:
        raise BadFile(f"'{path.name}' is a damaged gzip file: {problem}. Download or copy it again.") from problem
    return copy


def _copy(packed: IO[bytes] | gzip.GzipFile, copy: Path, allowance: _Allowance) -> None:
    try:
        with copy.open("wb") as out:
            while block := packed.read(_BLOCK):
                allowance.spend(len(block))
                out.write(block)
    except OSError as problem:
        if problem.errno is None or isinstance(problem, gzip.BadGzipFile):
            raise
        raise Unusable(f"there is no room to unpack '{allowance.name}': {problem.strerror}. Free some space, or set TMPDIR.") from problem


def is_workbook(path: Path) -> bool:
    """Whether a zip is an Excel workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _WORKBOOK in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def check_workbook(path: Path, name: str) -> None:
    """Refuse a workbook that would fill the memory.

    Raises  BadFile
    """
    with zipfile.ZipFile(path) as archive:
        total = sum(member.file_size for member in archive.infolist())
    if total > _WORKBOOK_LIMIT or (total > RATIO_FREE and total > RATIO_LIMIT * path.stat().st_size):
        raise BadFile(f"'{name}' unpacks to {total:,} bytes: it looks like a zip bomb, or is too large for Excel. Export it as CSV.")


def unzip(path: Path, room: Path) -> list[tuple[Path, str]]:
    """The members of a zip that may be tables, as (unpacked copy, its place in the zip); each copy is as old as its original.

    Raises  BadFile  damaged, protected by a password, a bomb, an archive or a link inside the archive, nothing inside
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _counts(m)]
            if not members:
                raise BadFile(f"'{path.name}' is a zip with no file in it.")
            if len(members) > MEMBER_LIMIT:
                raise BadFile(f"'{path.name}' holds {len(members):,} files; at most {MEMBER_LIMIT:,} can be read at once.")
            linked = next((m.filename for m in members if stat.S_ISLNK(m.external_attr >> 16)), None)
            if linked is not None:
                raise BadFile(f"'{path.name}' holds a symbolic link, '{linked[:100]}', in place of a file. Zip the file itself.")
            allowance = _Allowance(path.name, path.stat().st_size)
            return [(_unzipped(archive, m, room / f"member-{i}", allowance), m.filename) for i, m in enumerate(members)]
    except RuntimeError as problem:  # zipfile's way to say: encrypted, or a method it lacks
        raise BadFile(f"'{path.name}' cannot be unpacked: {problem}. Unpack it yourself and import the files.") from problem
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as problem:
        raise BadFile(f"'{path.name}' is a damaged or truncated zip: {problem}. Download it again.") from problem


def _counts(member: zipfile.ZipInfo) -> bool:
    """Not a folder, not what macOS adds, not empty."""
    parts = PurePosixPath(member.filename).parts
    hidden = not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".")
    return not member.is_dir() and not hidden and member.file_size > 0


def _unzipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo, copy: Path, allowance: _Allowance) -> Path:
    with archive.open(member) as packed:
        _copy(packed, copy, allowance)
    with copy.open("rb") as file:
        start = file.read(4)
    if start.startswith(GZIP) or (start.startswith(b"PK\x03\x04") and not is_workbook(copy)):
        raise BadFile(
            f"'{allowance.name}' holds an archive, '{PurePosixPath(member.filename).name}'. Unpack it and import the files inside."
        )
    _keep_time(member, copy)
    return copy


def _keep_time(member: zipfile.ZipInfo, copy: Path) -> None:
    """The copy is as old as the zip says (local time, no zone); an impossible date is left."""
    try:
        written = datetime(*member.date_time).timestamp()
        os.utime(copy, (written, written))
    except (ValueError, OverflowError, OSError):
        return
