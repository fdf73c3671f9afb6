"""`hexameter serve`: the web pages, until interrupted. It draws none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.output import put
from hexameter.views.cli.values import whole_number

if TYPE_CHECKING:
    from rich.console import RenderableType


def serve(
    *,
    host: Annotated[str, Parameter(metavar="ADDRESS", help="Where to listen. 0.0.0.0: on every address of this machine.")] = "127.0.0.1",
    port: Annotated[str, Parameter(metavar="N", help="On which port; 0: any free one.")] = "8686",
    no_track: Annotated[bool, Parameter(help="Only show the pages; do not also read TikTok again and again.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> None:
    """Serves until interrupted; the address is said at the start, not at the end."""
    number = whole_number(port, "port")
    ctx.app.serve(host, number, track=not no_track, started=lambda told: put(Answer(told, lambda: _show(told)), (common or Common()).json))


def _show(told: Mapping[str, Any]) -> Iterator[RenderableType | look.Verbatim]:
    yield look.text("Hexameter is open in your browser at")
    yield look.Verbatim(f"  {told['address']}/")
    if told["first_run"]:
        yield look.text("Nobody has an account yet. Make the owner's with this address; it works once:")
        yield look.Verbatim(f"  {told['first_run']}")
    yield look.note("Stop with Ctrl-C.")


COMMANDS = (
    Command(
        path=("serve",),
        run=serve,
        group="Start here",
        summary="The web pages: campaigns in the browser.",
        details="""Shows campaigns, posts and creators in the browser, each number with its receipt, and takes files that are dropped in.
        Also receives the answers of creators who connect their account. The first start prints an address that makes the owner's
        account; nobody else can.""",
        example="""hexameter serve
hexameter serve --port 9000 --no-track""",
        limits="""Listens on this machine only, unless --host says otherwise. It speaks plain HTTP: for others to reach it, put a web
        server with TLS in front and set public_url to its address.""",
    ),
)
