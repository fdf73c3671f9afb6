"""How a page is put together: templates, language, theme. It decides nothing about content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hexameter.services.people import Session
from hexameter.views.web import assets
from hexameter.views.web.access import opens
from hexameter.views.web.door import greet
from hexameter.views.web.measured import Measured
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.places import Place
from hexameter.views.web.texts import LANGUAGES, Texts, language_of

TEMPLATES = Path(__file__).parent / "templates"
LIVE_SECONDS = 4
THEMES = ("auto", "light", "dark")


def environment() -> Environment:
    """The templates: everything put into them is escaped, everything they name must be there."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.globals.update(asset=assets.address, languages=LANGUAGES)
    return found


def place_of(request: Request) -> Place:
    """The workspace this request is about: what is kept beside the house (rejects, running imports) hangs there."""
    place: Place = request.state.place
    return place


def house_of(request: Request) -> Any:
    """The verbs over the workspace this request is about (a main.App). Pages ask for it here and keep it nowhere."""
    return request.state.house


def measured_of(request: Request) -> Measured:
    """The kept answers of that workspace."""
    kept: Measured = request.state.measured
    return kept


def language(request: Request) -> str:
    """The language of a request: the person's, else the one chosen in the browser (cookie), else the browser's own."""
    session = getattr(request.state, "session", None)
    chosen = (session and session.language) or request.cookies.get("hx_lang")
    return language_of(chosen, request.headers.get("accept-language", ""))


def theme(request: Request) -> str:
    """Light, dark, or as the system: the person's, else the browser's."""
    session = getattr(request.state, "session", None)
    chosen = (session and session.theme) or request.cookies.get("hx_theme", "auto")
    return chosen if chosen in THEMES else "auto"


def instants(session: Session | None) -> Callable[[datetime], str]:
    """Writes an instant in the person's own time zone; UTC for those who chose none."""
    zone = ZoneInfo(session.tz) if session and session.tz else UTC
    return lambda at: f"{at.astimezone(zone):%Y-%m-%d %H:%M} {zone if session and session.tz else 'UTC'}"


def etag_of(request: Request, key: str) -> str:
    """The name of one version of a page: what it is made of, for whom, in which language and theme, by which templates."""
    session = getattr(request.state, "session", None)
    who = session and (session.csrf, session.workspace, session.role, session.name, session.spaces, session.shared)
    parts = (key, str(request.url), language(request), theme(request), who, _made_by(request))
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def unchanged(request: Request, key: str) -> Response | None:
    """304, when the browser already has this version of the page."""
    tag = etag_of(request, key)
    return Response(status_code=304, headers=_kept(tag)) if request.headers.get("if-none-match") == tag else None


def _kept(tag: str) -> dict[str, str]:
    return {"etag": tag, "cache-control": "private, no-cache", "vary": "cookie, accept-language"}


def _made_by(request: Request) -> str:
    return str(request.app.state.made_by)


def made_by() -> str:
    """A digest of templates and style, so that a new version of Hexameter is seen at once."""
    texts = sorted(path.read_text(encoding="utf-8") for path in TEMPLATES.iterdir())
    parts = sorted(assets.address(path.name) for path in assets.STATIC.iterdir())
    return hashlib.sha256("".join([*texts, *parts]).encode()).hexdigest()[:12]


def page(request: Request, template: str, *, status: int = 200, etag: str | None = None, **parts: Any) -> HTMLResponse:
    """A page in the language of the request.

    In      etag  what the page is made of, when it may be kept and asked for again with `unchanged`
    """
    lang = language(request)
    session = getattr(request.state, "session", None)
    frame = {
        "t": Texts(lang),
        "num": Numbers(lang),
        "lang": lang,
        "theme": theme(request),
        "path": request.url.path,
        "here": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "session": session,
        "tour_over": request.cookies.get("hx_tour") == "over",
        "live": LIVE_SECONDS,
        "instant": instants(session),
        "opens": opens(request),
    }
    answer = HTMLResponse("", status, None if etag is None else _kept(etag_of(request, etag)))
    known = hasattr(request.state, "csrf")  # a request refused by the guard never came to the door
    frame["csrf"] = greet(request, answer) if known else ""
    text = request.app.state.templates.get_template(template).render(**frame, **parts)
    answer.body = text.encode()
    answer.headers["content-length"] = str(len(answer.body))
    return answer
