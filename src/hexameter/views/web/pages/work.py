"""Working a campaign in the browser: brief, candidates, deliverables, ad rights, money; `desk_advice` has the rest. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from hexameter.errors import HexameterError, NotFound, UserError
from hexameter.views.web import desk_advice
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, word
from hexameter.views.web.failing import status_of
from hexameter.views.web.frame import house_of, measured_of, page

router = APIRouter()
TABS = ("brief", "find", "plan", "candidates", "deliverables", "audit", "reuse", "rights", "money")
STAGES = ("found", "applied", "short-listed", "invited", "accepted", "briefed", "posted", "done", "declined")
FIELDS = (
    ("goal", 2),
    ("message", 3),
    ("do", 4),
    ("dont", 4),
    ("hashtags", 2),
    ("mentions", 2),
    ("forbidden", 2),
    ("music", 1),
    ("min_seconds", 1),
    ("max_seconds", 1),
    ("from_day", 1),
    ("to_day", 1),
    ("deliverables", 3),
    ("deadlines", 3),
    ("links", 2),
    ("notes", 3),
)


@router.get("/campaigns/{slug}/desk/{tab}")
@least("analyst")
def work(request: Request, slug: str, tab: str) -> Response:
    """One side of the work on a campaign."""
    return _shown(request, slug, tab)


@router.post("/campaigns/{slug}/desk/{tab}/{verb}")
@least("manager")
async def change(request: Request, slug: str, tab: str, verb: str) -> Response:
    """A change; the page then shows what it came to."""
    form = await form_of(request, files=1 if (tab, verb) in desk_advice.TAKEN else 0)
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    who = request.state.session.name if request.state.session is not None else "manager"
    if (tab, verb) in desk_advice.TAKEN:
        return await _taken(request, slug, (tab, verb), form, who)
    made = _VERBS.get((tab, verb))
    if made is None:
        raise NotFound("There is no such page.")
    try:
        done = await run_in_threadpool(lambda: measured_of(request).alone(lambda: made(house_of(request), slug, given, who)))
    except UserError as problem:
        return await run_in_threadpool(_shown, request, slug, tab, problem, given)
    if verb == "link" and tab == "candidates":  # its address is shown only now
        return await run_in_threadpool(_shown, request, slug, tab, None, {}, done["url"])
    creator = f"?creator={given['creator']}" if tab == "brief" and word(form, "creator") else ""
    return RedirectResponse(f"/campaigns/{slug}/desk/{tab}{creator}", 303)


async def _taken(request: Request, slug: str, verb: tuple[str, str], form: FormData, who: str) -> Response:
    """A table, and what became of its rows."""
    house, file = house_of(request), form.get("file")
    try:
        told = await run_in_threadpool(lambda: measured_of(request).alone(lambda: desk_advice.take(house, slug, file, verb, who)))
    except UserError as problem:
        return await run_in_threadpool(_shown, request, slug, verb[0], problem)
    finally:
        await form.close()
    return await run_in_threadpool(_shown, request, slug, verb[0], None, None, told)


def _shown(
    request: Request,
    slug: str,
    tab: str,
    problem: HexameterError | None = None,
    given: Mapping[str, str] | None = None,
    made: Any = None,
) -> Response:
    """In  made  what is shown only now: a link's address, or what became of a table's rows"""
    if tab not in TABS:
        raise NotFound("There is no such page.")
    house = house_of(request)
    campaign = house.campaigns.show(slug)
    if tab in desk_advice.PARTS:
        parts = desk_advice.PARTS[tab](request, slug)
    else:
        parts = measured_of(request).alone(lambda: _PARTS[tab](house, slug, request.query_params.get("creator") or None))
    return page(
        request,
        f"work_{tab}.html",
        status=200 if problem is None else status_of(problem),
        campaign=campaign,
        tab=tab,
        tabs=TABS,
        problem=problem,
        given=given or {},
        made=made,
        **parts,
    )


def _brief(house: Any, slug: str, creator: str | None) -> dict[str, Any]:
    try:
        brief, preview = house.briefs.show(slug, creator), house.briefs.preview(slug, creator)
    except NotFound:
        brief, preview = None, None
    return {
        "brief": brief,
        "preview": preview,
        "creator": creator,
        "fields": FIELDS,
        "versions": house.briefs.versions(slug, creator) if brief else [],
        "tailored": house.briefs.tailored(slug),
        "templates": house.briefs.templates(),
        "checked": house.clauses(slug),
    }


def _candidates(house: Any, slug: str, creator: str | None) -> dict[str, Any]:
    return {"found": house.candidates.list(slug), "stages": STAGES, "doors": house.doors.list(slug)}


def _deliverables(house: Any, slug: str, creator: str | None) -> dict[str, Any]:
    return {"owed": house.deliverables.list(slug, creator), "creator": creator}


def _rights(house: Any, slug: str, creator: str | None) -> dict[str, Any]:
    return {"ledger": house.rights.list(slug), "expiring": {r["post_id"] for r in house.rights.expiring(14)}}


def _money(house: Any, slug: str, creator: str | None) -> dict[str, Any]:
    return {"money": house.selling.money(slug), "cards": house.selling.cards()}


_PARTS: dict[str, Callable[[Any, str, str | None], dict[str, Any]]] = {
    "brief": _brief,
    "candidates": _candidates,
    "deliverables": _deliverables,
    "rights": _rights,
    "money": _money,
}


def _write(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    names = {name for name, _ in FIELDS} | {"disclosure"}
    words = {name: value for name, value in given.items() if name in names}
    words.setdefault("disclosure", "no")
    if given.get("template"):
        return house.briefs.write(slug, {}, by=who, creator=given.get("creator") or None, template=given["template"])
    return house.briefs.write(slug, words, by=who, creator=given.get("creator") or None, why=given.get("why") or None)


def _add(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    return house.candidates.add(slug, given.get("handles", "").replace(",", " ").split(), who)


def _move(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    return house.candidates.move(slug, [given.get("creator", "")], given.get("stage", ""), who, given.get("note") or None)


def _link(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    creator = given.get("creator")
    return house.doors.invite(slug, creator, by=who) if creator else house.doors.make(slug, by=who)


def _owe(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    creator, what = given.get("creator", ""), given.get("what", "").strip()
    return house.deliverables.add(slug, creator, what, given.get("due") or None) if what else house.deliverables.from_brief(slug, creator)


def _grant(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    days = _number(given.get("days", "")) or None
    return house.rights.grant(
        slug, given.get("post", ""), who, code=given.get("code") or None, days=days, creator=given.get("creator") or None
    )


_VERBS: dict[tuple[str, str], Callable[[Any, str, Mapping[str, str], str], Any]] = {
    **desk_advice.VERBS,
    ("brief", "write"): _write,
    ("brief", "template"): lambda house, slug, given, who: house.briefs.save_template(given.get("name", ""), slug, by=who),
    ("candidates", "add"): _add,
    ("candidates", "move"): _move,
    ("candidates", "undo"): lambda house, slug, given, who: house.candidates.undo(slug, given.get("creator", ""), who),
    ("candidates", "link"): _link,
    ("candidates", "revoke"): lambda house, slug, given, who: house.doors.revoke(slug, _number(given.get("number", ""))),
    ("deliverables", "add"): _owe,
    ("deliverables", "draft"): lambda house, slug, given, who: house.deliverables.hand_in(
        _of(house, slug, given), link=given.get("link", ""), by=who
    ),
    ("deliverables", "comment"): lambda house, slug, given, who: house.deliverables.comment(
        _of(house, slug, given), given.get("text", ""), who, bool(given.get("changes"))
    ),
    ("deliverables", "approve"): lambda house, slug, given, who: house.deliverables.approve(_of(house, slug, given), who),
    ("deliverables", "finish"): lambda house, slug, given, who: house.deliverables.finish(
        _of(house, slug, given), given.get("post") or None
    ),
    ("rights", "ask"): lambda house, slug, given, who: house.rights.ask(slug, given.get("post", ""), who, given.get("creator") or None),
    ("rights", "grant"): _grant,
    ("rights", "use"): lambda house, slug, given, who: house.rights.use(slug, given.get("post", ""), who, bool(given.get("on"))),
    ("money", "code"): lambda house, slug, given, who: house.selling.add_code(slug, given.get("code", ""), given.get("creator") or None),
    ("money", "link"): lambda house, slug, given, who: house.selling.add_link(slug, given.get("to", ""), given.get("creator") or None),
    ("money", "cost"): lambda house, slug, given, who: house.campaigns.add_cost(
        slug,
        given.get("amount", ""),
        currency=given.get("currency") or None,
        kind=given.get("kind") or "fee",
        creator=given.get("creator") or None,
        note=given.get("note") or None,
    ),
}


def _of(house: Any, slug: str, given: Mapping[str, str]) -> int:
    """A deliverable's number, when it is of this campaign."""
    number = _number(given.get("number", ""))
    if number not in {d["number"] for d in house.deliverables.list(slug)["deliverables"]}:
        raise NotFound(f"there is no deliverable number {number}.", field="number", value=str(number))
    return number


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
