"""How a page is put together: templates, language, theme. It decides nothing about content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hexameter.services.people import Session
from hexameter.views.web import answers, assets, recalling
from hexameter.views.web.access import opens
from hexameter.views.web.bell import unread_of
from hexameter.views.web.door import greet, masked
from hexameter.views.web.measured import Look, Measured
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.places import Place
from hexameter.views.web.telling import Telling
from hexameter.views.web.texts import LANGUAGES, Texts, language_of

TEMPLATES = Path(__file__).parent / "templates"
LIVE_SECONDS = 4
THEMES = ("auto", "light", "dark")


def environment() -> Environment:
    """The templates: everything put into them is escaped, everything they name must be there."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
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


def ready(request: Request, key: str, look: Look | None = None) -> Response | None:
    """A page that need not be made: 304 when the browser has this version of it, else the one that was kept; None: make it.

    In      key   what its content is made of: `Look.key`
            look  for a page whose key is its address and this look alone: asked again, it is found before it is routed (`recalling`)
    """
    tag = _tag(request, key)
    if look is not None:
        recalling.note(request, tag, look)
    return answers.known(request, tag)


def _tag(request: Request, key: str) -> str:
    return answers.tag_of(request, key, language(request), theme(request), request.cookies.get("hx_tour"), unread_of(request))


def finished(request: Request, answer: Response, body: bytes, key: str | None = None, stands: Callable[[], bool] = lambda: True) -> None:
    """Put the body into an answer: see `answers.finished`."""
    answers.finished(request, answer, body, None if key is None else _tag(request, key), stands)


def page(
    request: Request, template: str, *, status: int = 200, etag: str | None = None, stands: Callable[[], bool] = lambda: True, **parts: Any
) -> HTMLResponse:
    """A page in the language of the request.

    In      etag    what the page was made of, when it may be kept and asked for again with `ready`
            stands  whether that still holds now
    """
    lang = language(request)
    session = getattr(request.state, "session", None)
    t, open_to = Texts(lang), opens(request)
    frame = {
        "t": t,
        "told": Telling(t, open_to),
        "num": Numbers(lang),
        "lang": lang,
        "theme": theme(request),
        "path": request.url.path,
        "here": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "session": session,
        "unread": unread_of(request),
        "tour_over": request.cookies.get("hx_tour") == "over",
        "live": LIVE_SECONDS,
        "instant": instants(session),
        "opens": open_to,
    }
    answer = HTMLResponse("", status)
    known = hasattr(request.state, "csrf")  # a request refused by the guard never came to the door
    frame["csrf"] = masked(greet(request, answer)) if known else ""
    text = request.app.state.templates.get_template(template).render(**frame, **parts)
    if known:
        finished(request, answer, text.encode(), etag, stands)
    else:
        answer.body = text.encode()
        answer.headers["content-length"] = str(len(answer.body))
    return answer
