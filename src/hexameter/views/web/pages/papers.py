"""What leaves the desk as a file: a brief as a PDF, a link's QR code, a creator's draft. It decides nothing about content."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from hexameter.services.drafts import kind_of
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


@router.get("/campaigns/{slug}/desk/links/{code}.svg")
@least("analyst")
def qr_svg(request: Request, slug: str, code: str) -> Response:
    """A tracked link's QR code, for print."""
    return _qr(request, slug, code, "svg", "image/svg+xml")


@router.get("/campaigns/{slug}/desk/links/{code}.png")
@least("analyst")
def qr_png(request: Request, slug: str, code: str) -> Response:
    """A tracked link's QR code, for screens."""
    return _qr(request, slug, code, "png", "image/png")


def _qr(request: Request, slug: str, code: str, kind: str, media_type: str) -> Response:
    content = house_of(request).selling.qr(slug, code, kind)
    return Response(content, media_type=media_type, headers={"content-disposition": attachment(slug, code, kind)})


@router.get("/campaigns/{slug}/desk/drafts/{number}/{draft}")
@least("analyst")
def draft(request: Request, slug: str, number: int, draft: int) -> Response:
    """The file of a draft that a creator handed in: always to be saved, never shown here, its type told by its content."""
    path, _ = house_of(request).deliverables.file(number, draft, slug)
    media_type, ending = kind_of(path)
    headers = {"content-disposition": attachment("draft", slug, f"{number}", f"{draft}", ending)}
    return FileResponse(path, media_type=media_type, headers=headers)
