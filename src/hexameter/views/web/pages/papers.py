"""What leaves the desk to be printed or shown elsewhere: a brief as a PDF. It decides nothing about content."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hexameter.views.web.access import least
from hexameter.views.web.frame import house_of, language
from hexameter.views.web.table import attachment

router = APIRouter()


@router.get("/campaigns/{slug}/desk/brief.pdf")
@least("analyst")
def brief_pdf(request: Request, slug: str) -> Response:
    """A campaign's brief, or one creator's own, as its creator reads it."""
    creator = request.query_params.get("creator") or None
    content = house_of(request).briefs.pdf(slug, creator, language=language(request))
    return Response(content, media_type="application/pdf", headers={"content-disposition": attachment("brief", slug, creator or "", "pdf")})
