"""An import in steps: files are looked at, the mapping is mended, the import runs and shows how far it is; and an import is taken back."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from hexameter.errors import BadValue, HexameterError
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, word
from hexameter.views.web.frame import house_of, page, place_of
from hexameter.views.web.pages.imports import FILES, WISHES, one_import, safe, shown_name, told_of
from hexameter.views.web.shelf import Job, Shelf

router = APIRouter()
_COLUMNS = 60


def _shelf(request: Request) -> Shelf:
    return place_of(request).part("shelf", Shelf)


def _owner(request: Request) -> str:
    return str(request.state.csrf)


def _job(request: Request, key: str) -> Job:
    job = _shelf(request).get(key, _owner(request))
    if job is None:
        raise HTTPException(404)
    return job


@router.post("/import")
@least("manager")
async def take(request: Request) -> Response:
    """Import what was dropped, each file on its own: one that cannot be read leaves the others alone. It runs beside the pages."""
    key, job = await _dropped(request)
    _run(request, key, job)
    return RedirectResponse(f"/import/jobs/{key}", 303)


@router.post("/import/look")
@least("manager")
async def drop(request: Request) -> Response:
    """Files to look at before anything of them is stored."""
    key, _ = await _dropped(request)
    return RedirectResponse(f"/import/look/{key}", 303)


async def _dropped(request: Request) -> tuple[str, Job]:
    """The files of a form, on the shelf."""
    form = await form_of(request, files=FILES)
    try:
        files = [file for file in form.getlist("files") if isinstance(file, UploadFile) and file.filename]
        if not files:
            raise BadValue("No file was chosen.", field="files", hint="Choose one, or drop it on the page.")
        key, job, folder = _shelf(request).put(_owner(request))
        for n, file in enumerate(files):
            shown = shown_name(file)
            place = folder / str(n) / safe(shown)
            place.parent.mkdir()
            await run_in_threadpool(_kept, file, place)
            job.places.append((shown, place))
        job.wishes = {name: word(form, name).strip() for name in WISHES}
    finally:
        await form.close()
    return key, job


def _run(request: Request, key: str, job: Job) -> None:
    workspace, house = place_of(request), house_of(request)

    def all_of_them(job: Job) -> list[dict[str, Any]]:
        results = [one_import(workspace, house, shown, place, job.wishes, job.columns, job) for shown, place in job.places]
        job.places = [kept for kept, result in zip(job.places, results, strict=True) if result.get("mendable")]
        return results

    _shelf(request).run(key, job, all_of_them)


@router.get("/import/look/{key}")
@least("manager")
def look(request: Request, key: str) -> Response:
    """What the files are taken for, before they are imported; and those that could not be, to be mended."""
    job = _job(request, key)
    if not job.waits:
        return RedirectResponse(f"/import/jobs/{key}", 303)
    looked = [_looked(request, job, shown, place) for shown, place in job.places]
    status = 400 if any(one.get("error") or one["problem"] for one in looked) else 200
    formats = house_of(request).formats()
    return page(request, "import_look.html", status=status, key=key, looked=looked, wishes=job.wishes, formats=formats)


@router.post("/import/look/{key}")
@least("manager")
async def decide(request: Request, key: str) -> Response:
    """The mapping as mended; then look again, or import."""
    form = await form_of(request)
    job = _job(request, key)
    if job.waits:
        job.wishes = {name: word(form, name).strip() for name in WISHES}
        job.columns = _mapping(form)
    if word(form, "then") != "import":
        return RedirectResponse(f"/import/look/{key}", 303)
    _run(request, key, job)
    return RedirectResponse(f"/import/jobs/{key}", 303)


@router.get("/import/jobs/{key}")
@least("manager")
def progress(request: Request, key: str) -> Response:
    """How far an import is, then what became of it."""
    job = _job(request, key)
    if job.state == "waiting":
        return RedirectResponse(f"/import/look/{key}", 303)
    running = job.state == "running"  # asked once, before the results: it may end at any moment
    results = job.results
    failed = not running and (results is None or any("error" in one for one in results))
    share = min(1.0, job.done / job.total) if job.total else None
    return page(
        request, "import_job.html", status=400 if failed else 200, key=key, job=job, running=running, share=share, results=results or []
    )


@router.post("/import/undo")
@least("manager")
async def undo(request: Request) -> Response:
    """Take an import back."""
    form = await form_of(request)
    told = await run_in_threadpool(house_of(request).undo, word(form, "batch"))
    said = {"undone": told["file"] or told["batch"][:8], "rows": sum(n for name, n in told["removed"].items() if name != "batch")}
    return RedirectResponse(f"/import?{urlencode(said)}", 303)


def _kept(file: UploadFile, place: Path) -> None:
    with place.open("wb") as out:
        shutil.copyfileobj(file.file, out, 1 << 20)


def _looked(request: Request, job: Job, shown: str, place: Path) -> dict[str, Any]:
    given = {name: value or None for name, value in job.wishes.items()}
    try:
        seen: dict[str, Any] = house_of(request).preview(place, columns=job.columns, **given)
    except HexameterError as problem:
        return {"file": shown, "error": told_of(problem, shown, place), "problem": None, "title": None}
    if seen["problem"]:
        seen["problem"] = {k: v and str(v).replace(str(place), shown) for k, v in seen["problem"].items()}
    return {**seen, "file": shown, "error": None}


def _mapping(form: FormData) -> Mapping[str, str]:
    """field -> column, as chosen; a field chosen for two columns is a mistake that is told.

    Raises  BadValue
    """
    chosen: dict[str, str] = {}
    for n in range(_COLUMNS):
        column, field = word(form, f"column-{n}"), word(form, f"field-{n}")
        if column and field:
            if field in chosen:
                hint = "Go back and keep the column that counts."
                raise BadValue(f"'{chosen[field]}' and '{column}' are both mapped to {field}.", field="map", value=field, hint=hint)
            chosen[field] = column
    return chosen
