"""Errors as one plain sentence and an exit status. It decides no error's meaning: the class does."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import exceptions as usage

from hexameter.errors import HexameterError, OurError, PlatformError, UserError, did_you_mean
from hexameter.views.cli.safe import json_safe, plain

if TYPE_CHECKING:
    from cyclopts import CycloptsError

# The first class an error belongs to decides; KPIS.md section 8.
EXIT_STATUS: tuple[tuple[type[HexameterError], int], ...] = ((UserError, 2), (PlatformError, 3), (OurError, 1), (HexameterError, 1))
INTERRUPTED = 130
LOG = "hexameter.log"


class Usage(UserError):
    """The words of the command line do not fit together."""


def status_of(error: HexameterError) -> int:
    """The exit status of an error: 2 the user's, 3 the platform's, 1 ours.

    Example status_of(UserError("no such campaign")) -> 2
    """
    return next(status for kind, status in EXIT_STATUS if isinstance(error, kind))


def report(error: HexameterError, as_json: bool, given: Sequence[str] = ()) -> int:
    """Says what happened on standard error, once, and gives the exit status.

    In      given  the words of the command line: an option among them that the error is about is named
    """
    if as_json:
        body = {"kind": error.kind, "message": error.message, "field": error.field, "value": error.value, "hint": error.hint}
        text = json_safe(json.dumps({"error": body}, ensure_ascii=False))
    else:
        text = plain(_of_option(error, given) + str(error))
    print(text.encode("utf-8", "backslashreplace").decode("utf-8"), file=sys.stderr, flush=True)
    return status_of(error)


def _of_option(error: HexameterError, given: Sequence[str]) -> str:
    name = error.field or ""
    option = f"--{name.replace('_', '-')}"
    there = any(word == option or word.startswith(f"{option}=") for word in given)
    said = option in error.message or name.replace("_", " ") in error.message
    return f"{option}: " if there and not said else ""


def unexpected(problem: BaseException, home: str | None) -> OurError:
    """A defect as one sentence; its details go to a log in the home, or in the temporary folder when the home cannot be written."""
    where = _write_log(problem, home)
    kept = (
        f"The details are in {where}; please send that file to whoever looks after Hexameter."
        if where
        else "The details could not be written."
    )
    return OurError(f"Hexameter failed: {type(problem).__name__}. This is a defect of Hexameter, not a mistake of yours.", hint=kept)


def usage_sentence(problem: CycloptsError, commands: dict[tuple[str, ...], Any]) -> Usage:
    """What is wrong with the words typed, with the nearest right one.

    In      commands  the known commands by path
    """
    chain = tuple(problem.command_chain or ())
    verb = " ".join(("hexameter", *chain))
    for kind, sentence in _SENTENCES:
        if isinstance(problem, kind):
            told: Usage = sentence(problem, chain, verb, commands)
            return told
    return Usage(f"{verb}: {plain(problem)}", hint=f"See: {verb} --help")


def _unknown_command(problem: usage.UnknownCommandError, chain: tuple[str, ...], verb: str, commands: dict[tuple[str, ...], Any]) -> Usage:
    word = (problem.unused_tokens or ["?"])[0]
    known = sorted({path[len(chain)] for path in commands if path[: len(chain)] == chain and len(path) > len(chain)})
    if word.startswith("-"):
        return Usage(
            f"unknown option '{word}'.", field=_named(word), value=word, hint="Options stand after the verb. See: hexameter --help"
        )
    return Usage(f"unknown command '{' '.join((*chain, word))}'.", field="command", value=word, hint=did_you_mean(word, known))


def _unknown_option(problem: usage.UnknownOptionError, chain: tuple[str, ...], verb: str, commands: dict[tuple[str, ...], Any]) -> Usage:
    word = (problem.token.keyword or problem.token.value or "?").split("=", 1)[0]
    known = [name for argument in problem.argument_collection if argument.parse for name in argument.names if name.startswith("--")]
    return Usage(f"{verb} has no option '{word}'.", field=_named(word), value=word, hint=did_you_mean(word, known) + f" See: {verb} --help")


def _unused(problem: usage.UnusedCliTokensError, chain: tuple[str, ...], verb: str, commands: dict[tuple[str, ...], Any]) -> Usage:
    words = " ".join(problem.unused_tokens or [])
    hint = f"Put quotes around a name with spaces. See: {verb} --help"
    return Usage(f"{verb} does not know what to do with '{words}'.", field="command", value=words, hint=hint)


def _missing(problem: usage.MissingArgumentError, chain: tuple[str, ...], verb: str, commands: dict[tuple[str, ...], Any]) -> Usage:
    name = problem.keyword or (problem.argument.name if problem.argument else "?")
    what = f"a value after {name}" if problem.keyword or name.startswith("-") and problem.argument and problem.argument.tokens else name
    return Usage(f"{verb} needs {what}.", field=_named(name), hint=f"See: {verb} --help")


def _repeated(problem: usage.RepeatArgumentError, chain: tuple[str, ...], verb: str, commands: dict[tuple[str, ...], Any]) -> Usage:
    name = str(problem.token.keyword)
    return Usage(f"{name} is given twice; {verb} takes it once.", field=_named(name), value=problem.token.value, hint="Keep one of them.")


def _coercion(problem: usage.CoercionError, chain: tuple[str, ...], verb: str, commands: dict[tuple[str, ...], Any]) -> Usage:
    token = problem.token
    name = token.keyword if token is not None and token.keyword else problem.argument.name if problem.argument else "a value"
    value = token.value if token is not None else None
    expected = _EXPECTED.get(problem.target_type, "something else") if problem.target_type else "something else"
    return Usage(f"{name} is '{value}'; expected {expected}.", field=_named(name), value=value, hint=f"See: {verb} --help")


_EXPECTED: dict[type, str] = {float: "a number", int: "a whole number", bool: "no value"}


def _named(option: str) -> str:
    """An option's name as fields of errors are written everywhere: --as-of -> as_of."""
    return option.lstrip("-").replace("-", "_").lower()


_SENTENCES: tuple[tuple[type[Any], Any], ...] = (
    (usage.UnknownCommandError, _unknown_command),
    (usage.UnknownOptionError, _unknown_option),
    (usage.UnusedCliTokensError, _unused),
    (usage.MissingArgumentError, _missing),
    (usage.RepeatArgumentError, _repeated),
    (usage.CoercionError, _coercion),
)


def _write_log(problem: BaseException, home: str | None) -> Path | None:
    text = f"{datetime.now(UTC).isoformat(timespec='seconds')} {sys.version.split()[0]}\n{''.join(traceback.format_exception(problem))}\n"
    folders = [Path(home).expanduser()] if home else []
    for folder in [*folders, Path(tempfile.gettempdir())]:
        path = folder / LOG
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(text)
        except OSError:
            continue
        return path
    return None
