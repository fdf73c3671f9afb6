"""Campaigns, their goals, costs, gaps and found posts; what needs attention."""

from __future__ import annotations

from typing import Any

from hexameter.errors import BadValue
from hexameter.views.api.caller import Caller
from hexameter.views.api.route import Route

_LISTS = {"hashtags": list[str], "mentions": list[str], "creators": list[str]}
_CREATE = {"name": "Winter", "from": "2025-12-01", "to": "2025-12-31", "hashtags": ["winterglow"], "creators": ["lea"]}


def change(caller: Caller, slug: str, name: str | None = None, from_day: str | None = None, to_day: str | None = None,
           tz: str | None = None, currency: str | None = None, **lists: Any) -> dict[str, Any]:  # fmt: skip
    """Change what is said here of a campaign and leave the rest: name, window, zone, currency, hashtags, mentions, creators."""
    verbs = caller.house.campaigns
    now = verbs.show(slug)
    given = {"name": name, "from_day": from_day, "to_day": to_day, "tz": tz, "currency": currency}
    kept = {"name": now["name"], "from_day": now["from"], "to_day": now["to"], "tz": now["tz"], "currency": now["currency"]}
    whole = kept | {key: value for key, value in given.items() if value is not None}
    goals = [(goal["figure"], str(goal["target"])) for goal in now["goals"]]
    found: dict[str, Any] = verbs.change(slug, **whole, goals=goals, **{key: lists.get(key, now[key]) for key in _LISTS})
    return found


def decide(caller: Caller, slug: str, posts: list[str], decision: str, why: str | None = None) -> dict[str, Any]:
    """Decide about posts by hand, by id or address: `include`, `exclude`, or `rules` to let the rules decide again."""
    verbs = caller.house.campaigns
    if decision == "rules":
        found: dict[str, Any] = verbs.undecide(slug, posts)
        return found
    if decision not in ("include", "exclude"):
        raise BadValue(f"decision is '{decision[:50]}'; expected include, exclude or rules.", field="decision", value=decision)
    found = getattr(verbs, decision)(slug, posts, why)
    return found


def goals(caller: Caller, slug: str, as_of: str | None = None) -> dict[str, Any]:
    """A campaign's goals as they stand: target, value, pace."""
    found: dict[str, Any] = caller.measured.alone(lambda: caller.house.goals(slug, as_of))
    return found


def gaps(caller: Caller, slug: str) -> list[dict[str, Any]]:
    """Times in which something of the campaign could not be read, and why."""
    found: list[dict[str, Any]] = caller.house.gaps(campaign=slug)
    return found


ROUTES = (
    Route("GET", "/campaigns", "campaigns.list", "client", "campaigns", {"archived": True, "limit": 2}, listed="", key=("slug",)),
    Route("POST", "/campaigns", "campaigns.create", "manager", "campaigns", _CREATE, status=201),
    Route("GET", "/campaigns/{slug}", "campaigns.show", "client", "campaigns"),
    Route("PATCH", "/campaigns/{slug}", change, "manager", "campaigns", {"name": "Glow Day"}, _LISTS),
    Route("PUT", "/campaigns/{slug}/archived", "campaigns.archive", "manager", "campaigns", {"archived": False}),
    Route("GET", "/campaigns/{slug}/goals", goals, "analyst", "campaigns"),
    Route("PUT", "/campaigns/{slug}/goals/{figure}", "campaigns.set_goal", "manager", "campaigns", {"target": "50000"}),
    Route("DELETE", "/campaigns/{slug}/goals/{figure}", "campaigns.remove_goal", "manager", "campaigns"),
    Route("POST", "/campaigns/{slug}/costs", "campaigns.add_cost", "manager", "campaigns",
          {"amount": "120.50", "creator": "lea"}, status=201),
    Route("GET", "/campaigns/{slug}/gaps", gaps, "client", "campaigns", listed="", key=("from_at", "sentence")),
    Route("GET", "/campaigns/{slug}/inbox", "inbox.list", "analyst", "inbox", listed="posts", key=("post_id",)),
    Route("POST", "/campaigns/{slug}/inbox", "inbox.hand_in", "manager", "inbox",
          {"address": "https://www.tiktok.com/@lea/video/7523537000000000001"}, status=201),
    Route("POST", "/campaigns/{slug}/decisions", decide, "manager", "inbox",
          {"posts": ["7523537000000000001"], "decision": "rules"}),
    Route("GET", "/campaigns/{slug}/rule", "inbox.rule", "manager", "inbox"),
    Route("GET", "/status", "status", "analyst", "campaigns"),
)  # fmt: skip
