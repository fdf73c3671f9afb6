"""`hexameter tokens`: what programs need to call the API. It decides nothing about what a token may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Look after it"
_FIRST = "main"


def create(
    name: Annotated[str, Parameter(name="NAME", help="What will use it, like warehouse.")],
    /,
    *,
    person: Annotated[str, Parameter(metavar="LOGIN", help="Whose token: it may do what this person may do.")],
    scope: Annotated[str, Parameter(metavar="SCOPE", help="read, or write for reading and changing.")] = "read",
    days: Annotated[int, Parameter(metavar="N", help="Days until it ends, 1 to 366.")] = 90,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Makes a token."""
    made = ctx.app.workspaces.tokens.make(person, _space(common), name, scope, days)
    return Answer(made, lambda: _made(made))


def _made(made: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(f"Token {made['number']} of {made['login']}, shown this once: {made['secret']}")
    yield look.note(f"It may {made['scope']} in workspace {made['workspace']} until {words.instant(made['expires_at'])[:10]}.")


def list_(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """The tokens."""
    found = ctx.app.workspaces.tokens.list(common.workspace if common else None)
    return Answer({"tokens": found}, lambda: _listed(found))


def _listed(found: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    rows = [
        (
            str(t["number"]),
            t["name"],
            t["login"],
            t["workspace"],
            t["scope"],
            t["begins"] + "…",
            t["expires_at"][:10],
            (t["used_at"] or words.NOTHING)[:16],
        )
        for t in found
    ]
    if rows:
        heads = ("Number", "Name", "Whose", "Workspace", "Scope", "Begins", "Ends", "Last used")
        yield look.table(heads, rows, flexible=("Name", "Whose"))
    else:
        yield look.text("There is no token yet: hexameter tokens create NAME --person LOGIN")


def revoke(
    number: Annotated[int, Parameter(name="NUMBER", help="Its number in the list.")], /, *, common: Common | None = None, ctx: Ctx
) -> Answer:
    """Ends a token at once."""
    ctx.app.workspaces.tokens.revoke(number)
    return Answer({"revoked": number}, lambda: iter((look.text(f"Token {number} opens nothing any more."),)))


def _space(common: Common | None) -> str:
    return (common.workspace if common else None) or _FIRST


COMMANDS = (
    Command(
        path=("tokens", "create"),
        usage="hexameter tokens create NAME --person LOGIN [OPTIONS]",
        run=create,
        group=GROUP,
        summary="Make a token with which a program calls the API.",
        details="""The token is shown this once and stored as its digest only. It belongs to one workspace (--workspace, else the first) and
        never does more than the person may do there at that moment; when the person leaves, it ends. Send it as the header
        Authorization: Bearer TOKEN to hexameter serve under /api/v1.""",
        example="hexameter tokens create warehouse --person marie --days 30",
        limits="The person needs an account: hexameter serve prints the address that makes the first one. At most 50 tokens a person.",
    ),
    Command(
        path=("tokens", "list"),
        usage="hexameter tokens list",
        run=list_,
        group=GROUP,
        summary="The tokens there are, when they end and when each was last used.",
        details="Shows the first signs of each token, never the token. With --workspace only that workspace's.",
        example="hexameter tokens list",
        limits="When a token was last used is noted once a minute at most.",
    ),
    Command(
        path=("tokens", "revoke"),
        usage="hexameter tokens revoke NUMBER",
        run=revoke,
        group=GROUP,
        summary="End a token at once.",
        details="The next request with it is refused with 401. It cannot be undone; make another one.",
        example="hexameter tokens revoke 1",
        limits="A request under way is answered.",
    ),
)
