"""Files that leave are whole or not there at all. What is in them is decided elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hexameter.errors import Unusable


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[Path]:
    """A place beside a file, which takes the file's name when the block ends well.

    Raises  Unusable  the file cannot be written
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        os.replace(partial, path)
    except OSError as problem:
        hint = "Choose another file, or free some space."
        raise Unusable(f"{path} cannot be written: {problem.strerror or problem}.", field="path", value=str(path), hint=hint) from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """A file with this content.

    Raises  Unusable  it cannot be written
    """
    with whole_or_nothing(path) as partial:
        partial.write_bytes(content)
