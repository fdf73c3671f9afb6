"""Puts an answer on standard output: one JSON document, or text that fits the terminal. It decides nothing about its content."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from hexameter.contracts.spelling import instant_text
from hexameter.views.cli.look import Verbatim
from hexameter.views.cli.safe import json_safe, plain_lines

if TYPE_CHECKING:
    from rich.console import Console

    from hexameter.views.cli.command import Answer

NARROWEST = 40


def console_for(stream: TextIO) -> Console:
    """A console without markup, emoji codes or guessed highlighting; colours only on a terminal and never with NO_COLOR."""
    from rich.console import Console

    console = Console(file=stream, markup=False, emoji=False, highlight=False)
    if not stream.isatty() and "COLUMNS" not in os.environ:
        console.width = 80
    console.width = max(console.width, NARROWEST)
    return console


def put(answer: Answer, as_json: bool) -> None:
    """Prints an answer whole: with `--json` one document and nothing else."""
    _write(as_document(answer.document) if as_json else as_text(answer, console_for(sys.stdout)))


def as_document(document: Any) -> str:
    """A document as JSON text; NaN and infinities are refused, hostile characters escaped."""
    return json_safe(json.dumps(document, ensure_ascii=False, allow_nan=False, default=_plainly)) + "\n"


def as_text(answer: Answer, console: Console) -> str:
    """The same answer for a person, without trailing spaces."""
    return "".join(_printed(part, console) for part in answer.show())


def _printed(part: Any, console: Console) -> str:
    if isinstance(part, Verbatim):
        return plain_lines(part.text) + "\n"
    with console.capture() as captured:
        console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().split("\n"))


def silence() -> None:
    """Sends what is still buffered nowhere, when the reader of a pipe has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def _plainly(value: Any) -> Any:
    """Instants (the engines' naive ones are UTC), days and paths as text; sets and arrays as lists; anything else is a defect."""
    if isinstance(value, datetime):
        return instant_text(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no place in a JSON document")
