"""`/healthz`: whether the process answers and can read its home. It measures nothing and needs no login."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from hexameter.errors import HexameterError
from hexameter.views.web.frame import house_of

router = APIRouter()


@router.get("/healthz")
def healthz(request: Request) -> JSONResponse:
    """200 when desk and lake can be read, else 503; says no more than that, for anybody may ask."""
    house = house_of(request)
    try:
        house.desk.campaigns()
        house.lake.snapshot()
    except (HexameterError, OSError):
        return JSONResponse({"status": "unusable"}, 503)
    return JSONResponse({"status": "ok"})
