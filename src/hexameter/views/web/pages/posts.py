"""One post: its growth, its rates, every reading with its source; and the posts of a campaign as a file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from hexameter.charts import drawing
from hexameter.errors import NotFound
from hexameter.views.web.access import least
from hexameter.views.web.address import address_of
from hexameter.views.web.frame import house_of, language, measured_of, page, ready
from hexameter.views.web.measured import WHOLE, Measured
from hexameter.views.web.pages.campaign import spec_answer
from hexameter.views.web.texts import Texts

router = APIRouter()
_SHOWN = 200


@router.get("/posts/{post_id}")
@least("analyst")
def post(request: Request, post_id: str) -> Response:
    """One post."""
    house, measured, address = house_of(request), measured_of(request), address_of(request)
    look = measured.look()
    ask = {"post": post_id, "posts": True, "curves": True, **address.when}
    campaigns = house.campaigns.list()
    key = look.key(campaigns=campaigns, **ask)
    kept = ready(request, key)
    if kept is not None:
        return kept
    document = look.numbers(**ask)
    if not document["posts"]:
        raise NotFound(f"post '{post_id}' had not been read by then.", field="post", value=post_id, hint="Choose a later day.")
    found = document["posts"][0]
    readings = look.other(lambda: house.readings(post_id, document["as_of"]), "readings", key)
    about = look.other(lambda: house.descriptions([post_id]), "described", post_id).get(post_id) or {}
    member = [
        {**shown, "how": how}
        for shown in campaigns
        if _may_belong(shown, found) and (how := _how(measured, shown["slug"], found["post_id"])) is not None
    ]
    return page(
        request, "post.html", etag=key, stands=look.stands, post=found, about=about, readings=readings[:_SHOWN], total=len(readings),
        document=document, address=address, campaigns=member,
    )  # fmt: skip


def _may_belong(shown: Mapping[str, Any], post: Mapping[str, Any]) -> bool:
    """Cheap to ask before a campaign is measured: its creators, or posts put in by hand."""
    by_hand = any(p["post_id"] == post["post_id"] and p["decision"] == "include" for p in shown["posts"])
    return by_hand or not shown["creators"] or post.get("creator") in shown["creators"]


def _how(measured: Measured, slug: str, post_id: str) -> str | None:
    """How a post came to count in a campaign, `rule` or `by hand`; None: it does not."""
    found = measured.look(slug).numbers(campaign=slug, **WHOLE)
    return next((str(post["in_scope"]) for post in found["posts"] if post["post_id"] == post_id), None)


@router.get("/posts/{post_id}/charts/growth.json")
@least("analyst")
def growth(request: Request, post_id: str) -> Response:
    """The growth curve."""
    look = measured_of(request).look()
    ask = {"post": post_id, "posts": True, "curves": True, **address_of(request).when}
    key = look.key(chart="growth", **ask)
    kept = ready(request, key)
    if kept is not None:
        return kept
    posts = look.numbers(**ask)["posts"]
    return spec_answer(request, drawing.growth(posts[0]["curve"] if posts else [], Texts(language(request))), look, key)


@router.get("/campaigns/{slug}/posts.csv")
@least("analyst")
def posts_of_campaign(request: Request, slug: str) -> Response:
    """The campaign's posts for a spreadsheet."""
    return _csv(request, slug, campaign=slug)


@router.get("/creators/{handle}/posts.csv")
@least("analyst")
def posts_of_creator(request: Request, handle: str) -> Response:
    """The creator's posts for a spreadsheet."""
    return _csv(request, handle, creator=handle)


def _csv(request: Request, name: str, **scope: str) -> Response:
    """Posts as a file; cells that a spreadsheet would run as formulas are made harmless by the export."""
    house, measured = house_of(request), measured_of(request)
    handle, place = tempfile.mkstemp(suffix=".csv")
    os.close(handle)
    path = Path(place)
    try:
        measured.alone(lambda: house.export("posts", path, kind="csv", **scope, **address_of(request).when))
    except BaseException:
        path.unlink()
        raise
    plain = re.sub(r"[^\w.-]+", "_", name)
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=f"{plain}-posts.csv", background=BackgroundTask(path.unlink))
