"""Style sheet, scripts and the charts' library, served from memory under names that carry their digest. It builds nothing at install."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from hexameter.views.web.access import least

STATIC = Path(__file__).parent / "static"
CHARTS = "charts.js"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_SNIPPET = "window.vegaEmbed = vegaEmbed;"
_FOREVER = "public, max-age=31536000, immutable"

router = APIRouter()


@dataclass(frozen=True)
class Asset:
    """One file, as it goes out: plain, and squeezed once."""

    body: bytes
    squeezed: bytes
    kind: str
    digest: str


@functools.cache
def asset(name: str) -> Asset:
    """An asset by its name; `charts.js` is Vega, Vega-Lite and vega-embed as one module, out of vl-convert."""
    body = _charts() if name == CHARTS else (STATIC / name).read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, 9 if name != CHARTS else 6, mtime=0), _TYPES[name.rpartition(".")[2]], digest)


def address(name: str) -> str:
    """Where a page finds an asset; another content has another address."""
    stem, _, ending = name.rpartition(".")
    return f"/static/{stem}.{asset(name).digest}.{ending}"


def _charts() -> bytes:
    import vl_convert

    return vl_convert.javascript_bundle(_SNIPPET).encode()


@router.get("/static/{stem}.{digest}.{ending}")
@least("anyone")
def static(request: Request, stem: str, digest: str, ending: str) -> Response:
    """An asset, to be kept for ever."""
    name = f"{stem}.{ending}"
    if name not in _names() or asset(name).digest != digest:
        raise HTTPException(404)
    found = asset(name)
    headers = {"cache-control": _FOREVER, "vary": "accept-encoding", "etag": f'"{digest}"'}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.squeezed, media_type=found.kind, headers={**headers, "content-encoding": "gzip"})
    return Response(found.body, media_type=found.kind, headers=headers)


@functools.cache
def _names() -> frozenset[str]:
    return frozenset({CHARTS, *(path.name for path in STATIC.iterdir())})
