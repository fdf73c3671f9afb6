"""Found posts, waiting for a person: look, take in, leave out, take back; one or many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import BadValue
from hexameter.views.web.access import least
from hexameter.views.web.address import Address, address_of
from hexameter.views.web.door import form_of, inside, word
from hexameter.views.web.frame import house_of, language, measured_of, page
from hexameter.views.web.table import Column, Table, file_asked, table
from hexameter.views.web.texts import Texts

router = APIRouter()
STATES = ("review", "auto", "included", "excluded")
_VERBS = {"include": "include", "exclude": "exclude", "rules": "undecide"}
_MOST = 500


@router.get("/inbox")
@least("analyst")
def inboxes(request: Request) -> Response:
    """Every running campaign with what waits in its inbox."""
    house = house_of(request)
    rows = [{**shown, "counts": house.inbox.list(shown["slug"])["counts"]} for shown in house.campaigns.list()]
    return page(request, "inboxes.html", rows=rows)


@router.get("/campaigns/{slug}/inbox")
@least("analyst")
def inbox(request: Request, slug: str) -> Response:
    """One campaign's found posts, those to review first."""
    house, address, t = house_of(request), address_of(request), Texts(language(request))
    every = house.inbox.list(slug)
    state = address.get("state")
    state = state if state in STATES else next((s for s in STATES if every["counts"].get(s)), STATES[0])
    posts = [post for post in every["posts"] if post["state"] == state]
    ids = [post["post_id"] for post in posts]
    look = measured_of(request).look(slug)
    said = look.other(lambda: house.descriptions(ids), "captions", *ids)
    rows = [_row(post, said) for post in posts]
    shown = table(rows, _columns(t, address), address, name="inbox", sort="found_at")
    shown = Table(**{**vars(shown), "tz": house.campaigns.show(slug)["tz"]})
    file = file_asked(address, shown, named=slug)
    return file or page(
        request,
        "inbox.html",
        campaign=house.campaigns.show(slug),
        inbox=every,
        state=state,
        states=_states(t),
        shown=shown,
        address=address,
    )


def _row(post: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    about = said.get(post["post_id"]) or {}
    return {**post, "caption": str(about.get("caption") or post["post_id"]), "handle": post["handle"] or about.get("handle")}


def _states(t: Texts) -> dict[str, str]:
    return {
        "review": t("To review"),
        "auto": t("Counted by the rules"),
        "included": t("Included by hand"),
        "excluded": t("Left out by hand"),
    }


def _columns(t: Texts, address: Address) -> list[Column]:
    return [
        Column("caption", t("Post"), link=lambda row: address.looking(f"/posts/{row['post_id']}")),
        Column("handle", t("Creator"), mark="@", link=lambda row: address.looking(f"/creators/{row['handle']}") if row["handle"] else None),
        Column("found_at", t("Found"), "instant"),
        Column("via", t("Found by")),
        Column("matched", t("Because of")),
        Column("why", t("Reason given")),
        Column("post_id", t("Id"), shown=False),
    ]


@router.post("/campaigns/{slug}/inbox")
@least("manager")
async def decide(request: Request, slug: str) -> Response:
    """Take posts in, leave them out, or let the rules decide again; a script is told so in JSON, a form is led back."""
    form = await form_of(request)
    one, decision = word(form, "one").partition(" "), word(form, "decision")
    posts = [one[2]] if one[2] else [value for value in form.getlist("post") if isinstance(value, str)]
    verb = _VERBS.get(one[0] or decision)
    if verb is None or not posts or len(posts) > _MOST:
        expected = f"Choose one to {_MOST} posts, and whether to include them, leave them out or let the rules decide."
        raise BadValue("nothing was decided.", field="decision", value=decision, hint=expected)
    campaigns = house_of(request).campaigns
    rest = {} if verb == "undecide" else {"why": word(form, "why").strip() or None}
    await run_in_threadpool(lambda: getattr(campaigns, verb)(slug, posts, **rest))
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"decided": len(posts), "decision": one[0] or decision})
    return RedirectResponse(inside(word(form, "back") or f"/campaigns/{slug}/inbox"), 303)
