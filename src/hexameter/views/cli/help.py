"""Lays out help: usage, what it does, options in groups, examples, limits. Plain columns that a screen reader can follow; no boxes."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

    from hexameter.views.cli.command import Command

WIDEST = 80
_NAMES = 26


def epilogue(command: Command) -> str:
    """The end of a command's help: what to type, and what not to expect."""
    lines = command.example.strip().splitlines()
    return "\n".join(
        [
            "Example" if len(lines) == 1 else "Examples",
            *(f"  {line}" for line in lines),
            "",
            "Limits",
            wrapped(" ".join(command.limits.split()), 2),
        ]
    )


def wrapped(text: str, indent: int = 0) -> str:
    """Paragraphs folded to the width of help; a line that begins with two spaces stays as it is."""
    return "\n".join(_folded(paragraph, indent) for paragraph in text.strip("\n").splitlines())


def _folded(line: str, indent: int) -> str:
    if line.startswith("  ") or not line:
        return " " * indent + line if line else ""
    return textwrap.fill(
        line, WIDEST - 1, initial_indent=" " * indent, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )


class Layout:
    """The help formatter handed to the parser."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """One group of commands or options."""
        entries = [entry for entry in panel.entries if entry.display_labels]
        if not entries:
            return
        self._line(console, _text(panel.title, console), style="bold")
        for entry in entries:
            self._entry(console, entry, options)
        console.print()

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """The line that shows the order of the words."""
        if usage:
            self._line(console, "Usage: " + _text(usage, console).strip().removeprefix("Usage: "))
            console.print()

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        """What the command does."""
        text = _text(description, console).strip("\n")
        if text:
            self._line(console, wrapped(text))
            console.print()

    def _entry(self, console: Console, entry: HelpEntry, options: ConsoleOptions) -> None:
        width = min(options.max_width, WIDEST) - 1
        label = "  " + ", ".join(entry.display_labels_with_metavar)
        body = textwrap.wrap(_described(entry, console), max(width - _NAMES, 24), break_long_words=False, break_on_hyphens=False)
        if len(label) >= _NAMES - 1:
            self._line(console, label)
            label = ""
        for line in body or [""]:
            self._line(console, f"{label:<{_NAMES}}{line}".rstrip())
            label = ""

    def _line(self, console: Console, text: str, style: str | None = None) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True, style=style)


def _described(entry: HelpEntry, console: Console) -> str:
    words = [_text(entry.description, console)]
    if entry.choices:
        words.append(f"One of: {', '.join(entry.choices)}.")
    if entry.required:
        words.append("(needed)")
    return " ".join(word for word in words if word)


def _text(renderable: Any, console: Console) -> str:
    if renderable is None:
        return ""
    if isinstance(renderable, str):
        return renderable
    if hasattr(renderable, "plain"):
        return str(renderable.plain)
    inner = getattr(renderable, "primary_renderable", None)
    return _text(inner, console) if inner is not None else str(renderable)
