"""`/healthz`: whether the process answers and can read its home. It measures nothing and needs no login."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from hexameter.errors import HexameterError
from hexameter.views.web.access import least

router = APIRouter()


@router.get("/healthz")
@least("anyone")
def healthz(request: Request) -> JSONResponse:
    """200 when desk and lake can be read, else 503; says no more than that, for anybody may ask."""
    house = request.app.state.places.root
    try:
        house.desk.campaigns()
        house.lake.snapshot()
    except (HexameterError, OSError):
        return JSONResponse({"status": "unusable"}, 503)
    return JSONResponse({"status": "ok"})
