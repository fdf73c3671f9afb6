"""Who calls: a token in the header, for one workspace, one scope and the role of its maker. Cookies count for nothing here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from hexameter.services.people import ApiToken, Session
from hexameter.views.api.route import Route

_ASK = "Send a token: Authorization: Bearer hx_... Make one on your profile page or with hexameter tokens create."


@dataclass(frozen=True)
class Caller:
    """Somebody who was let in: who, with which token, and the workspace as this person may see it."""

    session: Session
    token: ApiToken
    house: Any
    measured: Any
    audit: Any

    @property
    def login(self) -> str:
        """Whose token it is."""
        return self.session.login

    def look(self, campaign: str | None = None) -> Any:
        """The workspace as it stands now."""
        return self.measured.look(campaign)


def admit(request: Request, route: Route) -> Caller:
    """Let somebody in, or not.

    Raises  HTTPException  401 no valid token, 403 its scope or role does not allow it, 404 a campaign this person does not see, 429
    """
    state = request.app.state
    found = _found(request)
    if found is None:
        address = request.client.host if request.client else ""
        state.strangers.take(address)
        raise HTTPException(401, _ASK, headers={"www-authenticate": 'Bearer realm="hexameter"'})
    session, token = found
    state.callers.take(str(token.id))
    if route.method != "GET" and token.scope != "write":
        raise HTTPException(403, f"The token '{token.name}' may only read. Make one with the scope write.")
    if not session.may(route.least):
        said = f"This needs the role {route.least}; yours here is {session.role}. Ask an owner of the workspace."
        raise HTTPException(403, said)
    slug = request.path_params.get("slug")
    if slug is not None and not session.sees(slug):
        raise HTTPException(404, "There is no such campaign.")
    place = state.places.place(token.workspace)
    house, measured = place.seen_by(session)
    return Caller(session, token, house, measured, state.places.people.audit)


def _found(request: Request) -> tuple[Session, ApiToken] | None:
    kind, _, word = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not word.strip():
        return None
    found: tuple[Session, ApiToken] | None = request.app.state.places.people.bearer(word.strip())
    return found
