"""Where TikTok sends a creator back after consent. The creator has no account here: the page says thanks, or what went wrong."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hexameter.errors import HexameterError, PlatformError, Refused, Retryable, UserError
from hexameter.views.web.access import least
from hexameter.views.web.frame import page

router = APIRouter()
_LONGEST = 4096


@router.get("/connect/tiktok/callback")
@least("anyone")
def callback(request: Request) -> Response:
    """The platform's answer to a consent; `state` names the link it belongs to, so nobody needs to log in."""
    answer = {name: value for name, value in request.query_params.items() if len(value) <= _LONGEST}
    try:
        # In its turn, for it looks into the lake; a state that nobody gave out is refused before anything is sent.
        place = request.app.state.places.answering(answer.get("state", ""))
        done = place.measured.alone(lambda: place.house.connections.complete(answer))
    except (UserError, PlatformError) as problem:
        return page(request, "connect.html", status=_status(problem), done=None, problem=problem, declined=isinstance(problem, Refused))
    return page(request, "connect.html", done=done, problem=None, declined=False)


def _status(problem: HexameterError) -> int:
    """A creator who declines made no error of the platform's."""
    return 502 if isinstance(problem, Retryable) else 400
