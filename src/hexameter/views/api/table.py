"""Every route of the API, in the order of its description; a route that does not say what it is stops the start."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from hexameter.errors import OurError
from hexameter.services.people import ROLES
from hexameter.views.api.asked import verb_of
from hexameter.views.api.route import Route
from hexameter.views.api.routes import advice, alerts, campaigns, lake, numbers, work

ROUTES: tuple[Route, ...] = (*campaigns.ROUTES, *numbers.ROUTES, *work.ROUTES, *advice.ROUTES, *lake.ROUTES, *alerts.ROUTES)


def check_every(routes: Iterable[Route]) -> None:
    """Stop a program in which a route does not say who may call it or what it does, or stands twice.

    Raises  OurError
    """
    seen: set[tuple[str, str]] = set()
    for route in routes:
        named = f"{route.method} {route.path}"
        if route.least not in ROLES:
            raise OurError(f"{named} does not say who may call it.", hint="Give it the least role of services.people.ROLES.")
        if not inspect.getdoc(verb_of(route)):
            raise OurError(f"{named} does not say what it does.", hint="Write the docstring of its verb.")
        if (route.method, route.path) in seen:
            raise OurError(f"{named} stands twice.", hint="Take one out.")
        seen.add((route.method, route.path))
