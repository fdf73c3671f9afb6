"""How tracking stands, in words a manager understands. It asks TikTok nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexameter.contracts.spelling import instant_text
from hexameter.services.tracking.fields import watches
from hexameter.services.tracking.settled import retention
from hexameter.services.tracking.telling import gaps_shown

if TYPE_CHECKING:
    from hexameter.services.house import House


def tracking(house: House) -> dict[str, Any]:
    """How tracking stands.

    Out  last_pass, watched (campaigns), posts (under watch), connected, unconnected [handles], to_review, gaps (open ones), sentences
    """
    desk, now = house.desk, house.clock.now()
    watched = watches(desk, house.sources, now, retention(house.settings))
    active = desk.accounts.all("active")
    readable = {h for w in watched for h, route in w.routes.items() if route is not None}
    unread = sorted({h for w in watched for h in w.routes} - readable)
    last = desk.jobs.last_pass()
    found = {
        "last_pass": None if last is None else instant_text(last),
        "watched": [w.campaign.slug for w in watched],
        "posts": len(desk.watched.table()),
        "connected": len(active),
        "unconnected": unread,
        "to_review": {w.campaign.slug: n for w in watched if (n := desk.inbox.counts(w.campaign.slug)["review"])},
        "gaps": gaps_shown(desk, only_open=True),
    }
    return {**found, "sentences": _sentences(found, len(readable))}


def _sentences(found: dict[str, Any], readable: int) -> list[str]:
    said: list[str] = []
    unread = found["unconnected"]
    if readable or unread:
        said.append(f"{readable} of {readable + len(unread)} creators of running campaigns are read by TikTok's API.")
    if unread:
        names = ", ".join(f"@{handle}" for handle in unread[:5]) + (" and others" if len(unread) > 5 else "")
        said.append(f"Not connected: {names}: hexameter connect {unread[0]}")
    if found["last_pass"]:
        said.append(f"TikTok was last read at {found['last_pass']}; {found['posts']:,} posts are under watch.")
    elif readable:
        said.append("Nothing has been read yet: hexameter track")
    for slug, n in found["to_review"].items():
        said.append(
            f"{n} found post{'' if n == 1 else 's'} of {slug} wait{'s' if n == 1 else ''} for you: hexameter inbox {slug} --state review"
        )
    if found["gaps"]:
        said.append(f"{len(found['gaps'])} thing{'' if len(found['gaps']) == 1 else 's'} cannot be read now: hexameter sources")
    return said
