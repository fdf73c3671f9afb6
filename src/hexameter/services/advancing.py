"""Candidates move on by themselves: briefed, posted, done. It moves nobody back, and nobody whom a person moved there before."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from hexameter.errors import HexameterError

if TYPE_CHECKING:
    from hexameter.services.house import House

_EVERY = timedelta(minutes=15)
_CHORE = "candidates"


def advance(house: House, slug: str | None = None) -> dict[str, list[str]]:
    """Move whom posts and deliverables lead on, in one campaign or in all that are not archived.

    Out     by campaign, who was moved
    Raises  NotFound  the campaign
    """
    desk = house.desk
    waiting = desk.candidates.movable()
    moved: dict[str, list[str]] = {}
    for name in [slug] if slug is not None else sorted(waiting):
        people = waiting.get(name, ())
        if people:
            found = [*_posted(house, name, people), *_delivered(house, name, people)]
            if found:
                moved[name] = sorted(set(found))
    return moved


def advance_in_time(house: House) -> None:
    """The same for all campaigns, at most every quarter of an hour."""
    now, last = house.clock.now(), house.desk.chores.all().get(_CHORE)
    if last is None or now - last >= _EVERY:
        advance(house)
        house.desk.chores.done([_CHORE], now)


def advance_after_import(house: House) -> None:
    """The same once rows are stored. They stay stored whatever the desk says: the tracker's next pass moves on who waits."""
    if house.has_desk:
        with suppress(HexameterError):
            advance(house)


def _posted(house: House, slug: str, people: tuple[str, ...]) -> list[str]:
    """Whose post counts in the campaign: the first one of each is the reason."""
    from hexameter.services.crowd import campaign_posts  # brings the KPIs along, and mostly nobody waits

    first: dict[str, str] = {}
    posts = campaign_posts(house, slug, house.clock.now())
    for post in sorted(posts, key=lambda p: (p["published_at"] is None, p["published_at"], p["post_id"])):
        if post["creator"] in people:
            first.setdefault(post["creator"], post["post_id"])
    return house.desk.candidates.lead(slug, "posted", first)


def _delivered(house: House, slug: str, people: tuple[str, ...]) -> list[str]:
    states: dict[str, list[str]] = {}
    for owed in house.desk.deliverables.list(slug):
        states.setdefault(owed.handle, []).append(owed.state)
    done = {handle: str(len(owed)) for handle, owed in states.items() if handle in people and set(owed) == {"done"}}
    return house.desk.candidates.lead(slug, "delivered", done)
