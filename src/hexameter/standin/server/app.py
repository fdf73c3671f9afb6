"""The stand-in as one ASGI application: every documented address over one platform."""

from __future__ import annotations

from starlette.applications import Starlette

from hexameter.standin.server import (
    ads,
    business,
    business_oauth,
    commercial,
    consent,
    control,
    discovery,
    display,
    oauth,
    research,
    tiktok_one,
)
from hexameter.standin.server.faults import Faults
from hexameter.standin.server.gate import business_route, open_route
from hexameter.standin.server.ledger import Quotas
from hexameter.standin.server.platform import Lags, Platform, Present
from hexameter.standin.server.tokens import Credentials, Lifetimes
from hexameter.standin.world import World


def open_server(
    world: World,
    clock: Present,
    faults: Faults | None = None,
    lifetimes: Lifetimes | None = None,
    *,
    credentials: Credentials | None = None,
    quotas: Quotas | None = None,
    lags: Lags | None = None,
    controlled: bool = False,
) -> Starlette:
    """A TikTok over HTTP.

    In      world, clock  what it shows, and when; tokens and quotas go by the clock too
            faults        none unless given; `app.state.platform.faults` may be replaced while it runs
            lifetimes     of tokens: those of 2026 unless given
            credentials, quotas, lags  as documented unless given
            controlled    whether /_control/ exists
    Out     an ASGI application; its state, ledger and truth are `app.state.platform`
    """
    platform = Platform(
        world,
        clock,
        faults or Faults(),
        lifetimes or Lifetimes(),
        credentials or Credentials(),
        quotas or Quotas(),
        lags or Lags(),
    )
    limits = platform.quotas
    routes = [
        *(open_route(platform, e) for api in (display, research, commercial) for e in api.endpoints(limits)),
        *(business_route(platform, e) for api in (business, tiktok_one, discovery, ads) for e in api.endpoints(limits)),
        *oauth.routes(platform),
        *business_oauth.routes(platform),
        *consent.routes(platform),
        *(control.routes(platform) if controlled else ()),
    ]
    app = Starlette(routes=routes)
    # The real one answers an address without its last slash with 404, not with a redirect.
    app.router.redirect_slashes = False
    app.state.platform = platform
    return app
