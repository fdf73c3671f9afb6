"""`hexameter workspace`: separate desks and lakes in one home. It opens none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.errors import BadValue
from hexameter.views.cli import look
from hexameter.views.cli.command import Answer, Command, Common, Ctx

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Look after it"
_NAME = Parameter(name="NAME", help="Small letters, digits and dashes.")


def create(name: Annotated[str, _NAME], /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Makes a workspace."""
    made = ctx.app.workspaces.create(name)
    return Answer(made, lambda: _made(made))


def _made(made: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(f"The workspace {made['slug']} is there, in {made['home']}.")
    yield look.note(f"Work in it: hexameter --workspace {made['slug']} campaign create ... In the browser, choose it in the page's head.")


def list_(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """The workspaces."""
    found = ctx.app.workspaces.list()
    return Answer(found, lambda: _listed(found))


def _listed(found: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    yield look.table(("Workspace", "Name", "Folder"), [(w["slug"], w["name"], w["home"]) for w in found], folded=("Folder",))


def delete(
    name: Annotated[str, _NAME],
    /,
    *,
    yes: Annotated[bool, Parameter(help="Really erase it.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Erases a workspace."""
    if not yes:
        hint = f"If you mean it: hexameter workspace delete {name} --yes"
        raise BadValue(f"Deleting '{name}' erases its campaigns, readings, accounts and files for good.", field="yes", hint=hint)
    gone = ctx.app.workspaces.delete(name)
    return Answer(gone, lambda: iter((look.text(f"The workspace {gone['slug']} and everything in it are erased."),)))


COMMANDS = (
    Command(
        path=("workspace", "create"),
        run=create,
        group=GROUP,
        summary="Make a workspace: a desk and a lake apart from the others.",
        details="""Keeps the campaigns of one client or brand apart: a folder, a lake, a desk and connected accounts of its own. The owners
        of the first workspace own it; others are invited in the browser.""",
        example="hexameter workspace create acme",
        limits="TikTok's limits are shared by all workspaces of a home, for they use the same credentials.",
    ),
    Command(
        path=("workspace", "list"),
        run=list_,
        group=GROUP,
        summary="The workspaces of this home.",
        details="Shows every workspace with its folder. The first one, main, is the home itself.",
        example="hexameter workspace list",
        limits="Shows names only; see hexameter --workspace NAME status.",
    ),
    Command(
        path=("workspace", "delete"),
        run=delete,
        group=GROUP,
        summary="Erase a workspace with everything in it.",
        details="Removes the folder with lake, desk, key and files, and what the home knows of its members. It cannot be undone.",
        example="hexameter workspace delete acme --yes",
        limits="The first workspace cannot be deleted: it is the home itself. Backups made before still hold it.",
    ),
)
