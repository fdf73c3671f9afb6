"""What a command is: it describes itself once, takes a context, and gives back an answer. It prints nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

if TYPE_CHECKING:
    from rich.console import RenderableType

    from hexameter.contracts.protocols import Progress
    from hexameter.views.cli.look import Verbatim

EVERYWHERE = Group("Everywhere", sort_key=100)


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Options every command takes, before the verb or after it."""

    home: Annotated[
        str | None,
        Parameter(group=EVERYWHERE, help="Folder that holds everything. Otherwise $HEXAMETER_HOME, else ~/.local/share/hexameter."),
    ] = None
    workspace: Annotated[
        str | None,
        Parameter(group=EVERYWHERE, metavar="NAME", help="One of the home's workspaces. Otherwise the first, which is the home itself."),
    ] = None
    json: Annotated[bool, Parameter(group=EVERYWHERE, help="Print exactly one JSON document, for scripts.")] = False


@dataclass(frozen=True)
class Answer:
    """What a command found: the document `--json` prints, and how the same document is shown to a person."""

    document: Any
    show: Callable[[], Iterable[RenderableType | Verbatim]]
    status: int = 0


@dataclass(frozen=True)
class Context:
    """What a command may use beside its words: the opened home, a way to say how far it is, and the options as given.

    `open` builds the services on first use, so that help and usage errors never pay for them.
    """

    open: Callable[[], Any]
    progress: Progress
    common: Common = field(default_factory=Common)

    @property
    def app(self) -> Any:
        """The services over this home."""
        return self.open()


Ctx = Annotated[Context, Parameter(parse=False)]


@dataclass(frozen=True)
class Command:
    """One verb of the command line, as help, documentation, completion and tests see it.

    path     the words that call it: ("kpis",) or ("campaign", "create")
    run      the function; its parameters are the options; None: it said everything while it ran
    summary  one line, for the list of commands
    details  what it does, in the words of a campaign manager
    example  command lines that work as they stand, one a line
    limits   what it does not do
    usage    the order of its words, where the parser's own line says too little
    group    the heading under which the list of commands shows it
    """

    path: tuple[str, ...]
    run: Callable[..., Answer | None]
    summary: str
    details: str
    example: str
    limits: str
    group: str
    usage: str | None = None

    @property
    def name(self) -> str:
        """The words that call it, with spaces."""
        return " ".join(self.path)
