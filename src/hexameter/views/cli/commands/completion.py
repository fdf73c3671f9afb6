"""`hexameter completion ...`: let bash, zsh or fish complete commands and options. It changes no start-up file unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from hexameter.errors import BadValue
from hexameter.views.cli import look
from hexameter.views.cli.command import Answer, Command, Common, Ctx

GROUP = "Look after it"
Shell = Literal["bash", "zsh", "fish"]
SHELLS: tuple[Shell, ...] = ("bash", "zsh", "fish")
# Where each shell looks by itself; zsh needs the folder in its fpath, which the note says.
PLACES: dict[Shell, str] = {
    "bash": ".local/share/bash-completion/completions/hexameter",
    "zsh": ".zsh/completions/_hexameter",
    "fish": ".config/fish/completions/hexameter.fish",
}
_NOTES: dict[Shell, str] = {
    "bash": "Open a new terminal; needs the package bash-completion.",
    "zsh": "Once, in ~/.zshrc before compinit: fpath=(~/.zsh/completions $fpath). Then open a new terminal.",
    "fish": "Open a new terminal.",
}
Which = Annotated[str, Parameter(name="SHELL", help="bash, zsh or fish.")]


def printed(shell: Which, /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Prints the script."""
    known = _shell(shell)
    script = _script(known)
    return Answer({"shell": known, "script": script}, lambda: [look.Verbatim(script)])


def install(
    shell: Which,
    /,
    *,
    to: Annotated[Path | None, Parameter(metavar="FILE", help="Another place for the script.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Puts the script where the shell looks."""
    known = _shell(shell)
    path = (to or Path.home() / PLACES[known]).expanduser()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_script(known), encoding="utf-8")
    except OSError as problem:
        raise BadValue(
            f"{path} cannot be written: {problem.strerror}.", field="to", value=str(path), hint="Give another place with --to."
        ) from problem
    return Answer({"shell": known, "path": str(path)}, lambda: [look.text(f"Written to {path}."), look.note(_NOTES[known])])


def _shell(name: str) -> Shell:
    for shell in SHELLS:
        if shell == name.strip().lower():
            return shell
    raise BadValue(f"no completion for the shell '{name}'.", field="shell", value=name, hint="Expected bash, zsh or fish.")


def _script(shell: Shell) -> str:
    from hexameter.views.cli.registry import COMMANDS as EVERY
    from hexameter.views.cli.tree import build

    return build(EVERY, "").generate_completion(prog_name="hexameter", shell=shell)


COMMANDS = (
    Command(
        path=("completion", "print"),
        run=printed,
        group=GROUP,
        summary="Print the completion script of a shell.",
        details="Prints a script that lets the shell complete commands and options with the Tab key.",
        example='eval "$(hexameter completion print bash)"',
        limits="For bash, zsh and fish.",
    ),
    Command(
        path=("completion", "install"),
        run=install,
        group=GROUP,
        summary="Install the completion script of a shell.",
        details="Writes the script to the place where the shell looks for it.",
        example="hexameter completion install zsh",
        limits="Changes no start-up file of yours; for zsh it says which line to add. Run it again after an upgrade.",
    ),
)
