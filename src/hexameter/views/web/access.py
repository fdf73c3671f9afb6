"""Who may open which page: each page says the least role it needs, and this is the one place that holds people to it.

A page that says nothing stops the program from starting. What a member's role does not allow is refused (403); what belongs to another
workspace, or was not shared with a client, is not there (404).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from hexameter.errors import OurError

Least = Literal["anyone", "somebody", "client", "analyst", "manager", "owner"]
Page = TypeVar("Page", bound=Callable[..., Any])
_SAID = "hexameter_least_role"


def least(role: Least) -> Callable[[Page], Page]:
    """Below a page's address: who may open it.

    In  role  anyone: no account needed · somebody: any account, in a workspace or not · client: sees the campaigns shared with them ·
              analyst: reads everything · manager: changes things · owner: people and settings
    """

    def said(endpoint: Page) -> Page:
        setattr(endpoint, _SAID, role)
        return endpoint

    return said


def least_of(route: Any) -> Least | None:
    """What a route's page says; None: nothing."""
    said: Least | None = getattr(getattr(route, "endpoint", None), _SAID, None)
    return said


def check_every(routes: Iterable[BaseRoute]) -> None:
    """Stop a program in which a page does not say who may open it.

    Raises  OurError
    """
    silent = sorted(f"{route.path}" for route in routes if least_of(route) is None)  # type: ignore[attr-defined]
    if silent:
        hint = 'Write @least("manager"), or another role of views/web/access.py, below its @router line.'
        raise OurError(f"These pages do not say who may open them: {', '.join(silent)}.", hint=hint)


def is_open(routes: Iterable[BaseRoute], scope: Scope) -> bool:
    """Whether a request asks for a page that needs no account."""
    for route in routes:
        match, _ = route.matches(scope)
        if match is not Match.NONE and least_of(route) == "anyone":
            return True
    return False


async def admit(request: Request) -> None:
    """Before every page.

    Raises  HTTPException  401 nobody is logged in, 403 the role does not allow it, 404 a campaign that is not shown to this person
    """
    needed = least_of(request.scope.get("route"))
    session = request.state.session
    if needed == "anyone":
        return
    if session is None or needed is None:
        raise HTTPException(401, "Log in first.")
    if needed == "somebody":
        return
    if not session.may(needed):
        raise HTTPException(403, "Your role in this workspace does not allow this. Ask an owner of the workspace.")
    slug = request.path_params.get("slug")
    if slug is not None and not session.sees(slug):
        raise HTTPException(404)
