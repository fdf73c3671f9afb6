"""Any table of the lake: filtered, sorted and cut by the engine, and taken away as a file. Nobody writes a query."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from hexameter.errors import BadValue
from hexameter.views.web.access import least
from hexameter.views.web.address import Address, address_of
from hexameter.views.web.frame import house_of, language, measured_of, page
from hexameter.views.web.table import Asked, Column, Table, attachment
from hexameter.views.web.texts import Texts

router = APIRouter()
_WRITTEN = {"number": "count"}
_KINDS = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_SHOWN_AT_FIRST = 9


@router.get("/explore")
@least("analyst")
def tables(request: Request) -> Response:
    """The tables there are."""
    return page(request, "explore.html", tables=house_of(request).tables(), shown=None, about=None, relations=())


@router.get("/explore/{name}")
@least("analyst")
def explore(request: Request, name: str) -> Response:
    """One table, or the file of it that the address asks for."""
    house, address, t = house_of(request), address_of(request), Texts(language(request))
    known = {about["name"]: about for about in house.tables()}
    added = _added(request, address)
    if added is not None:
        return RedirectResponse(added, 303)
    kind = address.get("file").rpartition(".")[2]
    if kind in _KINDS and address.get("file") == f"{name}.{kind}":
        return _file(request, name, kind, address)
    problem: BadValue | None = None
    found: dict[str, Any] = {"rows": [], "total": 0, "page": 1, "pages": 1, "sort": "", "order": "desc"}
    asked = Asked(address)
    wishes: dict[str, Any] = {"sort": asked.word("sort"), "order": asked.order, "page": asked.page}
    try:
        found = measured_of(request).alone(lambda: house.browse(name, q=asked.word("q"), **wishes))
    except BadValue as said:
        problem = said
    about = known.get(name)
    columns = _columns(about["columns"] if about else (), address)
    shown = Table(
        name, columns, found["rows"], found["total"], asked, found["sort"], found["order"], found["page"], found["pages"],
        problem=problem, files=tuple(_KINDS), tz=house.settings["timezone"],
    )  # fmt: skip
    return page(
        request, "explore.html", tables=list(known.values()), shown=shown, about=about, title=t("Table {name}", name=name),
        relations=(":", "=", "!=", ">", ">=", "<", "<="),
    )  # fmt: skip


def _added(request: Request, address: Address) -> str | None:
    """The address with one more condition in its filter, when the form of conditions was sent."""
    column, relation, value = (request.query_params.get(name, "").strip() for name in ("column", "relation", "value"))
    if not column:
        return None
    told = value.replace('"', " ").strip()
    quoted = told if told and not any(c.isspace() for c in told) else f'"{told}"'
    return address.but(q=f"{address.get('q')} {column}{relation or ':'}{quoted}".strip(), page=None)


def _columns(described: Any, address: Address) -> list[Column]:
    links = {
        "post_id": lambda row: f"/posts/{quote(row['post_id'], safe='')}" if row["post_id"] else None,
        "handle": lambda row: f"/creators/{quote(row['handle'], safe='')}" if row["handle"] else None,
        "hashtag": lambda row: f"/hashtags/{quote(row['hashtag'], safe='')}",
    }
    return [
        Column(c["name"], c["name"], _WRITTEN.get(c["kind"], c["kind"]), link=links.get(c["name"]), shown=n < _SHOWN_AT_FIRST)
        for n, c in enumerate(described)
    ]


def _file(request: Request, name: str, kind: str, address: Address) -> Response:
    handle, place = tempfile.mkstemp(suffix=f".{kind}")
    os.close(handle)
    path, house = Path(place), house_of(request)
    wishes = {
        "q": address.get("q"),
        "columns": address.get("columns").split(","),
        "sort": address.get("sort"),
        "order": address.get("order", "desc"),
    }
    try:
        measured_of(request).alone(lambda: house.take(name, path, kind, **wishes))
    except BaseException:
        path.unlink()
        raise
    headers = {"content-disposition": attachment(name, kind)}
    return FileResponse(path, media_type=_KINDS[kind], headers=headers, background=BackgroundTask(path.unlink))
