"""Who may open which page: each page says the least role it needs, and this is the one place that holds people to it.

A page that says nothing stops the program from starting. What a member's role does not allow is refused (403); what belongs to another
workspace, or was not shared with a client, is not there (404).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal, TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from hexameter.errors import OurError
from hexameter.services.people import Session

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


class Ways:
    """What may be opened from a page, so that nobody is shown a way that is closed to them."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes
        self._least = lru_cache(maxsize=4096)(self._least_of)

    def open(self, session: Session | None, address: str, method: str = "GET") -> bool:
        """Whether somebody's role lets them follow a link, or send a form with method "POST"; a jump within the page always.

        What a campaign or a post is, and whether it is there, is not looked at.
        """
        path = address.partition("#")[0].partition("?")[0]
        needed = self._least(path, method) if path else "anyone"
        if needed == "anyone" or needed is None or session is None:
            return needed == "anyone"
        return needed == "somebody" or session.may(needed)

    def _least_of(self, path: str, method: str) -> Least | None:
        scope = {"type": "http", "path": path, "method": method}
        return next((least_of(route) for route in self._routes if route.matches(scope)[0] is Match.FULL), None)


def opens(request: Request) -> Callable[..., bool]:
    """For the page of a request: whether its reader may follow an address, `(address, method="GET")`."""
    ways: Ways = request.app.state.ways
    session = getattr(request.state, "session", None)
    return lambda address, method="GET": ways.open(session, address, method)


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
