"""What an open page asks to stay true: the version of the numbers it shows. And the tour of a first visit, which can be put away."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, remember
from hexameter.views.web.frame import measured_of

router = APIRouter()


@router.get("/live")
@least("client")
def live(request: Request, campaign: str | None = None) -> Response:
    """The version that the numbers of a campaign, or of all, stand at: while it stands, no page needs to be fetched again."""
    return JSONResponse({"version": measured_of(request).look(campaign).version})


@router.post("/tour")
@least("client")
async def end_tour(request: Request) -> Response:
    """The tour is put away, in this browser."""
    await form_of(request)
    answer = RedirectResponse("/", 303)
    remember(request, answer, "hx_tour", "over")
    return answer
