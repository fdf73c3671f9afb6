"""The sides of the desk that advise: who fits the brief, which posts were missed, which are worth boosting; and tables that are handed in.

Ranking, search and reading of tables are the services'; here is only which words of a page go to which verb.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from hexameter.errors import BadValue, HexameterError, NotFound, UserError
from hexameter.services.amounts import major_units
from hexameter.views.web.frame import house_of, measured_of
from hexameter.views.web.pages.imports import safe, shown_name

_RANKED = 50


def find(request: Request, slug: str) -> dict[str, Any]:
    """Creators ranked for the campaign's brief, for other words, or by likeness to one."""
    house, query = house_of(request), request.query_params
    words, like = query.get("words", "").strip()[:500], query.get("like", "").strip()[:100]
    text, tags = (words, []) if words or like else _brief_words(house, slug)
    look = measured_of(request).look(slug)
    ranked = None
    if text or tags or like:
        ranked = look.other(lambda: house.insights.affinity(text, tags, like or None, _RANKED), "affinity", text, *tags, like)
    there = {c["handle"]: c["stage"] for c in house.candidates.list(slug)["candidates"]}
    return {"ranked": ranked, "words": words, "like": like, "there": there}


def _brief_words(house: Any, slug: str) -> tuple[str, list[str]]:
    """What the campaign's own brief says, without what every creator is asked alike (disclosure, days)."""
    try:
        brief = house.briefs.show(slug)["brief"]
    except NotFound:
        return "", []
    return " ".join([brief["goal"], brief["message"], *brief["do"]]).strip(), list(brief["hashtags"])


def audit(request: Request, slug: str) -> dict[str, Any]:
    """What the campaign probably missed, each with its caption."""
    house, look = house_of(request), measured_of(request).look(slug)
    found = look.other(lambda: house.insights.audit(slug), "audit", look.slot)
    ids = [finding["post_id"] for finding in found["findings"]]
    effects = measured_of(request).alone(lambda: house.insights.clause_effects(slug))  # never kept: briefs are no part of a look's version
    return {"audit": found, "effects": effects, "said": look.other(lambda: house.descriptions(ids), "captions", *ids)}


def plan(request: Request, slug: str) -> dict[str, Any]:
    """Whom to book for a budget, and how such choices did in past campaigns; never kept, as fees and stages are no part of a look's
    version. What was asked wrongly is said beside the form."""
    house, query = house_of(request), request.query_params
    asked = {name: query.get(name, "").strip()[:2000] for name in ("budget", "outcome", "fees", "least", "most")}
    outcome = asked["outcome"] or "views"
    wishes = {"outcome": outcome, **{to: asked[name].split() for name, to in (("fees", "fee"), ("least", "least"), ("most", "most"))}}
    chosen: dict[str, Any] | None = None
    wrong: HexameterError | None = None
    alone = measured_of(request).alone
    try:
        chosen = alone(lambda: house.insights.portfolio(slug, asked["budget"], **wishes)) if asked["budget"] else None
    except UserError as problem:
        wrong = problem
    known = outcome if outcome in ("views", "interactions", "reach") else "views"
    tested = alone(lambda: house.insights.portfolio_test(outcome=known)) if asked["budget"] else None
    return {"asked": asked, "chosen": chosen, "wrong": wrong, "tested": tested, "outcome": known, "major": major_units}


def reuse(request: Request, slug: str) -> dict[str, Any]:
    """Posts worth boosting, the surest first; never kept, as rights and briefs are no part of a look's version."""
    house, look = house_of(request), measured_of(request).look(slug)
    queue = measured_of(request).alone(lambda: house.insights.reuse(slug))
    ids = [post["post_id"] for post in queue["posts"]]
    return {"queue": queue, "said": look.other(lambda: house.descriptions(ids), "captions", *ids)}


PARTS: dict[str, Callable[[Request, str], dict[str, Any]]] = {"find": find, "plan": plan, "audit": audit, "reuse": reuse}


def _include(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    return house.campaigns.include(slug, [given.get("post", "")], given.get("why") or None)


def _exclude(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    return house.campaigns.exclude(slug, [given.get("post", "")], given.get("why") or None)


def _shortlist(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    house.candidates.add(slug, [given.get("creator", "")], who)
    return house.candidates.move(slug, [given.get("creator", "")], "short-listed", who)


def _close(house: Any, slug: str, given: Mapping[str, str], who: str) -> Any:
    code = given.get("code", "")
    if code not in {link["code"] for link in house.selling.links(slug)}:
        raise NotFound(f"campaign '{slug}' has no link '{code[:40]}'.", field="code", value=code[:40])
    return house.selling.close_link(code)


VERBS: dict[tuple[str, str], Callable[[Any, str, Mapping[str, str], str], Any]] = {
    ("find", "shortlist"): _shortlist,
    ("audit", "include"): _include,
    ("audit", "exclude"): _exclude,
    ("reuse", "ask"): lambda house, slug, given, who: house.rights.ask(slug, given.get("post", ""), who, given.get("creator") or None),
    ("money", "close"): _close,
}
TAKEN: dict[tuple[str, str], Callable[[Any, str, Path, str], dict[str, Any]]] = {
    ("candidates", "import"): lambda house, slug, path, who: house.candidates.import_file(slug, path, who),
    ("money", "orders"): lambda house, slug, path, who: house.selling.import_orders(path, slug),
}


def take(house: Any, slug: str, file: Any, verb: tuple[str, str], who: str) -> dict[str, Any]:
    """A table that was handed in, read by the verb it was handed to; nothing of the file is kept.

    Raises  BadValue  no file; and as the verb does
    """
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadValue("No file was chosen.", field="file", hint="Choose a CSV file.")
    name = shown_name(file)
    with tempfile.TemporaryDirectory(prefix="hexameter-") as folder:
        place = Path(folder) / safe(name)
        with place.open("wb") as out:
            shutil.copyfileobj(file.file, out, 1 << 20)
        return {**TAKEN[verb](house, slug, place, who), "file": name}
