"""The commands as Markdown, for docs/cli.md. It writes no file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hexameter.views.cli.command import EVERYWHERE, Command


def reference(commands: Iterable[Command]) -> str:
    """Every command with what it does, its words and options, examples and limits.

    In      commands  in the order of the page
    Out     Markdown, one heading of the second level a command
    """
    return "\n".join(_command(command) for command in commands)


def _command(command: Command) -> str:
    rows = [f"| `{name}` | {_cell(help_text)} |" for name, help_text in _options(command)]
    table = ["", "| word or option | |", "| --- | --- |", *rows] if rows else []
    example = [f"    {line}" for line in command.example.splitlines()]
    limits = f"*Limits.* {' '.join(command.limits.split())}"
    return "\n".join(
        [f"## {command.name}", "", command.summary, "", " ".join(command.details.split()), *table, "", *example, "", limits, ""]
    )


def _options(command: Command) -> Iterator[tuple[str, str]]:
    """Each word and option with its help, but for those every command takes."""
    from hexameter.views.cli.tree import build

    app = build([command], "")
    for word in command.path:
        app = app[word]
    for argument in app.assemble_argument_collection(parse_docstring=False):
        if argument.show and EVERYWHERE not in argument.parameter.group:  # type: ignore[operator]
            yield _shown(argument), str(argument.parameter.help or "")


def _shown(argument: Any) -> str:
    name = argument.names[0] if argument.field_info.is_keyword else argument.name
    metavar = argument.parameter.metavar
    return f"{name} {metavar}" if metavar and name.startswith("--") else name


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
