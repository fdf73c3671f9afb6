"""How a page is put together: templates, language, theme. It decides nothing about content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hexameter.views.web import assets
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import LANGUAGES, Texts, language_of

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")


def environment() -> Environment:
    """The templates: everything put into them is escaped, everything they name must be there."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.globals.update(asset=assets.address, languages=LANGUAGES)
    return found


def language(request: Request) -> str:
    """The language of a request: chosen in the browser (cookie), else the browser's own."""
    return language_of(request.cookies.get("hx_lang"), request.headers.get("accept-language", ""))


def page(request: Request, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **parts: Any) -> HTMLResponse:
    """A page in the language of the request."""
    lang = language(request)
    theme = request.cookies.get("hx_theme", "auto")
    session = getattr(request.state, "session", None)
    frame = {
        "t": Texts(lang),
        "num": Numbers(lang),
        "lang": lang,
        "theme": theme if theme in THEMES else "auto",
        "path": request.url.path,
        "here": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "session": session,
        "csrf": getattr(request.state, "csrf", ""),
    }
    text = request.app.state.templates.get_template(template).render(**frame, **parts)
    return HTMLResponse(text, status, headers)
