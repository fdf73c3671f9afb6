"""Failures of disk and Delta log become the error family's sentences. It mends nothing."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
from deltalake.exceptions import DeltaError, DeltaProtocolError

from hexameter.errors import DamagedLake, HexameterError, Unusable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_OS_ERROR = re.compile(r"\(os error (\d+)\)")
_FILE = re.compile(r"[\w./=\-]+(?:\.parquet|\.json)\b")


@contextmanager
def plain_faults(lake: Path) -> Iterator[None]:
    """Turns what disk, Parquet and Delta raise inside into Unusable or DamagedLake."""
    try:
        yield
    except HexameterError:
        raise
    except DeltaProtocolError as problem:
        raise newer(lake, str(problem)) from problem
    except (OSError, DeltaError, pl.exceptions.ComputeError, pa.ArrowException) as problem:
        raise explained(problem, lake) from problem


def newer(lake: Path, found: str) -> Unusable:
    """The lake was written by a newer Hexameter."""
    return Unusable(f"the lake in {lake} was written by a newer version of Hexameter ({found}). Update Hexameter, then try again.")


def explained(problem: BaseException, lake: Path) -> HexameterError:
    """The sentence for a failure: full, not writable, or damaged."""
    number = _number(problem)
    text = str(problem)
    if number in _FULL:
        return Unusable(f"there is no room left on the disk of {lake}. Nothing was stored. Free some space, then do the same again.")
    if number in _FORBIDDEN:
        return Unusable(
            f"{lake} cannot be written: {_reason(number)}. Nothing was stored. Check its permissions, or choose another --home."
        )
    if number == errno.ENOTDIR:
        return Unusable(f"{lake} is not a folder. Choose another --home.")
    named = getattr(problem, "filename", None) or next(iter(_FILE.findall(text)), None) or str(lake)
    return DamagedLake(
        f"the lake is damaged: {named} is missing or cannot be read ({_first_line(text)}).",
        value=str(named),
        hint="Restore it from a backup: hexameter restore.",
    )


def _number(problem: BaseException) -> int | None:
    if isinstance(problem, OSError) and problem.errno is not None:
        return problem.errno
    found = _OS_ERROR.search(str(problem))
    return int(found.group(1)) if found else None


def _reason(number: int | None) -> str:
    return "the disk is read-only" if number == errno.EROFS else "permission denied"


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:300] if text.strip() else "no further word"
