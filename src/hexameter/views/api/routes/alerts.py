"""Alerts: what happened, who is told where, and what did not arrive. Everybody has subscriptions of their own."""

from __future__ import annotations

from hexameter.views.api.caller import Caller
from hexameter.views.api.route import Route


def read(caller: Caller, alerts: list[int]) -> dict[str, int]:
    """Mark alerts as read, for the maker of this token."""
    caller.house.alerts.read(caller.login, alerts)
    return {"read": len(set(alerts))}


def unsubscribe(caller: Caller, number: int) -> dict[str, int]:
    """End a subscription of one's own."""
    caller.house.alerts.unsubscribe(number, caller.login)
    return {"removed": number}


ROUTES = (
    Route("GET", "/alerts", "alerts.list", "analyst", "alerts", {"unread": True, "limit": 2}, listed="", key=("id",)),
    Route("POST", "/alerts/read", read, "analyst", "alerts", {"alerts": [1]}),
    Route("GET", "/alerts/kinds", "alerts.kinds", "analyst", "alerts", listed="", key=("name",)),
    Route("GET", "/alerts/subscriptions", "alerts.subscriptions", "analyst", "alerts", listed="", key=("id",)),
    Route("POST", "/alerts/subscriptions", "alerts.subscribe", "analyst", "alerts",
          {"target": "lea@example.com", "kinds": ["new_post"], "digest": "daily"}, status=201),
    Route("DELETE", "/alerts/subscriptions/{number}", unsubscribe, "analyst", "alerts"),
    Route("GET", "/alerts/deliveries", "alerts.deliveries", "manager", "alerts", listed="", key=("number",)),
    Route("POST", "/alerts/deliveries/{number}/retry", "alerts.retry", "manager", "alerts"),
)  # fmt: skip
