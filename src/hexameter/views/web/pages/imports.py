"""Files dropped into the browser: what they were read as, what became of every row, the rows left out as a file."""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from hexameter.contracts.protocols import Progress
from hexameter.errors import BadValue, HexameterError, MissingCaptureTime, MissingColumn, UnknownFormat
from hexameter.views.web.access import least
from hexameter.views.web.frame import house_of, measured_of, page, place_of
from hexameter.views.web.places import Place

router = APIRouter()
FILES = 20
_REJECTS_KEPT, _LARGEST_REJECTS = 20, 20 * 10**6
_LONGEST_NAME = 200  # bytes
WISHES = ("format", "captured_at", "creator", "tz")
MENDABLE = (UnknownFormat, MissingColumn, MissingCaptureTime, BadValue)  # saying what the file does not say may help


class Rejects:
    """The rows left out by the last imports, until they are fetched or others take their place."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._door = threading.Lock()

    def keep(self, name: str, rows: bytes) -> str:
        """Keep the rows of one file; the word that finds them again."""
        key = secrets.token_urlsafe(16)
        with self._door:
            self._kept[key] = (name, rows)
            while len(self._kept) > _REJECTS_KEPT:
                self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> tuple[str, bytes] | None:
        """Name and rows."""
        with self._door:
            return self._kept.get(key)


@router.get("/import")
@least("manager")
def imports(request: Request) -> Response:
    """The form, and the last imports with the way back from each."""
    house, query = house_of(request), request.query_params
    last = measured_of(request).look().other(house.status, "status")["imports"]["last"]
    undone = {"file": query["undone"], "rows": query.get("rows", "")} if "undone" in query else None
    parts = {"wishes": dict.fromkeys(WISHES, ""), "formats": house.formats(), "last": last, "undone": undone}
    return page(request, "import.html", read_from=list(house.sources), **parts)


@router.get("/import/rejects/{key}")
@least("manager")
def rejects(request: Request, key: str) -> Response:
    """The rows that were left out of one file, with the reasons, as NDJSON."""
    found = place_of(request).part("rejects", Rejects).get(key)
    if found is None:
        raise HTTPException(404)
    headers = {"content-disposition": 'attachment; filename="left-out.ndjson"'}
    return Response(found[1], media_type="application/x-ndjson", headers=headers)


def one_import(
    workspace: Place, house: Any, shown: str, place: Path, wishes: Mapping[str, str], columns: Mapping[str, str], progress: Progress | None
) -> dict[str, Any]:
    """Import one file that lies in a folder of its own; a file that cannot be read has `error` instead of figures."""
    left_out = place.parent / ".rejects"
    given = {name: value or None for name, value in wishes.items()}
    try:
        told = house.collect([place], rejects=left_out, columns=columns, progress=progress, **given)
    except HexameterError as problem:
        return {"file": shown, "error": told_of(problem, shown, place), "mendable": isinstance(problem, MENDABLE)}
    rows = left_out.read_bytes() if told["rejected"] and left_out.stat().st_size <= _LARGEST_REJECTS else b""
    key = workspace.part("rejects", Rejects).keep(shown, rows) if rows else None
    return {**told, "file": shown, "rejects_key": key}


def told_of(problem: HexameterError, shown: str, place: Path) -> dict[str, str]:
    """An error about a file, by the name its owner knows."""
    return {name: said.replace(str(place), shown) for name, said in (("message", problem.message), ("hint", problem.hint)) if said}


def shown_name(file: UploadFile) -> str:
    """The name of a dropped file, without folders."""
    return Path(str(file.filename).replace("\\", "/")).name[:200]


def safe(name: str) -> str:
    """A file name that leads nowhere and fits: readings name the file they came from, so every other letter of it stays.

    Example safe("../<b>été.csv") -> "_<b>été.csv"
    """
    plain = re.sub(r"[/\\\x00-\x1f\x7f]", "_", name).lstrip(".")
    stem, dot, ending = plain.rpartition(".")
    room = _LONGEST_NAME - len((dot + ending).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending if room > 0 else "") or "file"
