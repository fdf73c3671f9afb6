"""The description of the API in OpenAPI 3.1, made of the routes themselves. It describes what there is and adds nothing."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from hexameter.views.api.asked import verb_of
from hexameter.views.api.problems import MEDIA_TYPE
from hexameter.views.api.route import Route

if TYPE_CHECKING:
    from fastapi import FastAPI

_PROBLEMS: Mapping[int, str] = {
    400: "The body cannot be read as JSON.",
    401: "No token, or one that is unknown, ended or revoked.",
    403: "The token's scope or its maker's role does not allow it.",
    404: "It is not there, or not for this caller to see.",
    409: "It contradicts what is there.",
    422: "A value is not as expected: field, value, what was expected.",
    429: "Too many requests in a minute; the header Retry-After says when to go on.",
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "kind", "what", "expected", "remedy", "field", "value"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do, in one text."},
        "kind": {"type": "string", "description": "A stable word for the kind of error, as on the command line."},
        **{name: {"type": ["string", "null"]} for name in ("what", "expected", "remedy", "field", "value")},
    },
}
_ABOUT = """The numbers, campaigns and work of one Hexameter workspace, for programs.

Send a token with every request: `Authorization: Bearer hx_...`. A token belongs to one workspace and can do what its maker can do there.
Numbers are the documents of `hexameter kpis --json`. Lists answer `{items, n_items, next}`; send `next` as `cursor` for the next page.
Errors are RFC 9457 problems. What was read carries an ETag: send it as If-None-Match and an unchanged answer is 304."""
_OPERATION = re.compile(r"[^a-z]+")


def told_of(route: Route) -> dict[str, Any]:
    """What FastAPI is told of a route."""
    lines = (inspect.getdoc(verb_of(route)) or "").partition("\n\n")[0].split()
    summary, _, _ = " ".join(lines).partition(". ")
    scope = "read" if route.method == "GET" else "write"
    kinds = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    extra = {"requestBody": {"required": True, "content": kinds}} if route.upload else {}
    return {
        "summary": summary.rstrip(".")[:120],
        "description": f"{' '.join(lines)}\n\nNeeds the scope `{scope}` and the role {route.least} or more.",
        "tags": [route.tag],
        "operation_id": _OPERATION.sub("_", f"{route.method} {route.path}".lower()).strip("_"),
        "responses": {status: {"description": text, "content": {MEDIA_TYPE: {"schema": _REF}}} for status, text in _PROBLEMS.items()},
        "openapi_extra": {"x-hexameter-role": route.least, "x-hexameter-scope": scope, **extra},
    }


_REF = {"$ref": "#/components/schemas/Problem"}


def describe(api: FastAPI, version: str) -> dict[str, Any]:
    """The whole description."""
    found = get_openapi(title="Hexameter", version=version, description=_ABOUT, routes=api.routes)
    parts = found.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    return found
