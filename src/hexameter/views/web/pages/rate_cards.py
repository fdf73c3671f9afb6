"""Price lists for media value, version by version, and exchange rates by day. Media value is never revenue; nothing is computed here."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import BadValue, UserError
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, word
from hexameter.views.web.failing import status_of
from hexameter.views.web.frame import house_of, measured_of, page

router = APIRouter()
PRICES = ("per_1000_views", "per_like", "per_comment", "per_share")


@router.get("/rate-cards")
@least("analyst")
def rate_cards(request: Request) -> Response:
    """Every version of every price list, and every exchange rate; `?of=NAME` begins a new version of that list."""
    return _page(request)


@router.post("/rate-cards")
@least("manager")
async def save_card(request: Request) -> Response:
    """A new version of a price list, or a new list."""
    form = await form_of(request)
    given = {name: word(form, name).strip() for name in ("name", "currency", "source", *PRICES)}
    house, by = house_of(request), request.state.session.name
    try:
        prices = {name: _price(name, given[name]) for name in PRICES}
        words = (given["name"], given["currency"], given["source"], by)
        await run_in_threadpool(lambda: measured_of(request).alone(lambda: house.selling.save_card(*words, **prices)))
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem, given)
    return RedirectResponse("/rate-cards", 303)


@router.post("/rate-cards/rates")
@least("manager")
async def set_rate(request: Request) -> Response:
    """What one unit of a currency was worth in another, on a day."""
    form = await form_of(request)
    given = {name: word(form, name).replace("\x00", "").strip() for name in ("from", "to", "dated", "rate", "rate_source")}
    house, source = house_of(request), given["rate_source"] or None
    words = (given["from"], given["to"], given["dated"], given["rate"].replace(",", "."), source)
    try:
        await run_in_threadpool(lambda: measured_of(request).alone(lambda: house.campaigns.set_rate(*words)))
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem, given)
    return RedirectResponse("/rate-cards#rates", 303)


def _price(name: str, text: str) -> float:
    try:
        return float(text.replace(",", ".")) if text else 0.0
    except ValueError:
        raise BadValue(f"{name} is '{text[:40]}'; expected a price, like 6.89.", field=name, value=text[:40]) from None


def _page(request: Request, problem: UserError | None = None, given: dict[str, Any] | None = None) -> Response:
    house, of = house_of(request), request.query_params.get("of", "")
    kept = house.selling.cards()
    begun: dict[str, Any] = next((card for card in kept if card["name"] == of), {})
    status = 200 if problem is None else status_of(problem)
    return page(
        request,
        "rate_cards.html",
        status=status,
        cards=[*kept, *house.selling.presets()],
        newest={card["name"]: card["version"] for card in reversed(kept)},
        in_force=house.settings["rate_card"],
        rates=house.campaigns.rates(),
        prices=PRICES,
        given=given if given is not None else begun,
        problem=problem,
    )
