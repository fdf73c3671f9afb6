"""The web pages as one application over one home: routes, guard, errors. Each group of pages is a module of `pages`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI

from hexameter.views.web import access, assets, failing, frame
from hexameter.views.web.door import Door
from hexameter.views.web.pages import (
    alerts,
    campaign,
    campaign_form,
    campaigns,
    connect,
    connections,
    creators,
    entry,
    explore,
    hashtags,
    health,
    import_look,
    imports,
    inbox,
    invited,
    live,
    papers,
    people,
    portal,
    posts,
    profile,
    rate_cards,
    searching,
    sign_on,
    work,
)
from hexameter.views.web.places import Places
from hexameter.views.web.security import Guard

PAGES = (
    assets,
    health,
    connect,
    portal,
    entry,
    campaign_form,
    papers,
    work,
    campaigns,
    posts,
    campaign,
    creators,
    hashtags,
    inbox,
    alerts,
    rate_cards,
    explore,
    searching,
    imports,
    import_look,
    connections,
    live,
    people,
    profile,
    invited,
    sign_on,
)  # an order in which /campaigns/new and /campaigns/{slug}/desk/brief.pdf come first


def open_web(app: Any, *, host: str = "127.0.0.1") -> FastAPI:
    """The pages.

    In      app   the verbs over one home (main.App)
            host  the address it will listen on
    """
    pages = FastAPI(title="Hexameter", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(access.admit)])
    pages.state.places = Places(app)
    pages.state.templates = frame.environment()
    for group in PAGES:
        pages.include_router(group.router)
    routes = [route for group in PAGES for route in group.router.routes]
    access.check_every(routes)
    pages.state.ways = access.Ways(routes)
    failing.install(pages)
    public = urlsplit(app.settings["public_url"])
    everywhere = host in ("0.0.0.0", "::")
    names = {public.hostname or "", *(() if everywhere else (host,))} - {""}
    secure = public.scheme == "https"
    pages.state.first_run = entry.new_token()
    pages.add_middleware(Door, places=pages.state.places, routes=routes, secure=secure)
    pages.add_middleware(Guard, hosts=names, any_address=everywhere, secure=secure, defect=failing.defect)
    return pages


def warm_up() -> None:
    """Load what the first page would otherwise wait for: charts and their library."""
    from hexameter.charts import drawing

    assets.asset(assets.CHARTS)
    drawing.followers([])


def first_run(pages: FastAPI, address: str) -> str | None:
    """The address that makes the owner's account, once; None when somebody has one."""
    return f"{address}/first-run?token={pages.state.first_run}" if pages.state.places.people.nobody() else None
