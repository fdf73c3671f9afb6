"""What happened that somebody should know: read and unread, where one is told of it, and what did not arrive. It raises no alert."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import HexameterError, NotFound, PlatformError, UserError
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, word
from hexameter.views.web.failing import status_of
from hexameter.views.web.frame import house_of, language, measured_of, page
from hexameter.views.web.texts import Texts

router = APIRouter()
_SHOWN_DELIVERIES = 50


@router.get("/alerts")
@least("analyst")
def alerts(request: Request) -> Response:
    """The page; `?show=all` with those that were read, `?campaign=` of one campaign."""
    return _page(request)


@router.post("/alerts/read")
@least("analyst")
async def read(request: Request) -> Response:
    """One alert, or every one that was shown, was read."""
    form = await form_of(request)
    numbers = [int(part) for part in word(form, "alerts").split(",") if part.isdecimal() and len(part) < 10]
    await run_in_threadpool(house_of(request).alerts.read, request.state.session.login, numbers)
    return RedirectResponse("/alerts?show=all" if word(form, "show") == "all" else "/alerts", 303)


@router.post("/alerts/subscriptions")
@least("analyst")
async def subscribe(request: Request) -> Response:
    """Be told somewhere else as well; the secret that signs a webhook's messages is on this answer and nowhere else."""
    form = await form_of(request)
    given = {name: word(form, name).strip() for name in ("target", "campaign", "digest")}
    wishes = {"kinds": [str(kind) for kind in form.getlist("kinds")], "campaign": given["campaign"] or None}
    session, house = request.state.session, house_of(request)
    how = {"digest": given["digest"] or "none", "tz": session.tz, "language": language(request), "person": session.login}
    try:
        made = await run_in_threadpool(lambda: house.alerts.subscribe(given["target"], **wishes, **how))
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem, given | {"kinds": wishes["kinds"]})
    if "secret" in made:
        return await run_in_threadpool(_page, request, None, None, made)
    return RedirectResponse("/alerts", 303)


@router.post("/alerts/subscriptions/{number}/{act}")
@least("analyst")
async def change(request: Request, number: int, act: str) -> Response:
    """End a subscription of one's own, or send it a message to see that it arrives."""
    await form_of(request)
    house, login = house_of(request), request.state.session.login
    mine = await run_in_threadpool(house.alerts.subscriptions, login)
    if act not in ("end", "test") or number not in {one["id"] for one in mine}:
        raise NotFound("There is no such subscription of yours.")
    if act == "end":
        await run_in_threadpool(house.alerts.unsubscribe, number, login)
        return RedirectResponse("/alerts", 303)
    try:
        sent = await run_in_threadpool(house.alerts.test, number)
    except (UserError, PlatformError) as problem:
        return await run_in_threadpool(_page, request, problem)
    return await run_in_threadpool(_page, request, None, None, {"tested": sent["target"]})


@router.post("/alerts/deliveries/{number}/retry")
@least("manager")
async def retry(request: Request, number: int) -> Response:
    """Try a message again that did not arrive."""
    await form_of(request)
    house, measured = house_of(request), measured_of(request)
    await run_in_threadpool(lambda: measured.alone(lambda: house.alerts.retry(number)))
    return RedirectResponse("/alerts#deliveries", 303)


def _page(
    request: Request, problem: HexameterError | None = None, given: dict[str, Any] | None = None, made: dict[str, Any] | None = None
) -> Response:
    house, session, t = house_of(request), request.state.session, Texts(language(request))
    campaign, everything = request.query_params.get("campaign") or None, request.query_params.get("show") == "all"
    kinds = house.alerts.kinds()
    listed = house.alerts.list(session.login, campaign, unread=not everything)
    sentences = {kind["name"]: kind["sentence"] for kind in kinds}
    late = [d for d in house.alerts.deliveries() if d["state"] != "sent"] if session.may("manager") else []
    return page(
        request,
        "alerts.html",
        status=200 if problem is None else status_of(problem),
        alerts=[{**alert, "said": _said(t, sentences.get(alert["kind"], ""), alert)} for alert in listed],
        kinds=kinds,
        titles={kind["name"]: kind["title"] for kind in kinds},
        campaigns=house.campaigns.list(),
        about=campaign,
        everything=everything,
        mine=house.alerts.subscriptions(session.login),
        deliveries=late[:_SHOWN_DELIVERIES],
        mail=bool(house.settings["smtp_url"]),
        problem=problem,
        given=given or {},
        made=made or {},
    )


def _said(t: Texts, sentence: str, alert: dict[str, Any]) -> str:
    """An alert in the reader's language, where its facts fill the sentence of its kind; else as it was raised."""
    if t(sentence) == sentence:
        return str(alert["sentence"])
    try:
        return t(sentence).format(**alert["facts"])
    except (KeyError, IndexError, ValueError):
        return str(alert["sentence"])
