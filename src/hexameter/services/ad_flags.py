"""What the desk knows of a campaign's posts before money goes behind them: clause checks, sound, ad rights. It ranks nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from hexameter.services.clauses import clauses
from hexameter.services.rights import RightsOf

if TYPE_CHECKING:
    from hexameter.services.house import House

_KEPT = ("state", "has_code", "valid_until", "days_left", "usable", "in_use")


def flags_of(house: House, slug: str, at: datetime) -> dict[str, dict[str, Any]]:
    """Of each post of a campaign what insights.ad_reuse asks about, and what a person wants beside it.

    Out     by post id: clauses_failed (names), clauses (pass, fail, unknown; None: no brief), music (pass: the brief's own sound; fail:
            another; None: not told), rights (granted, asked, refused, expired; None: never asked), ledger (the rights as kept; None)
    Null    music that no brief names is nobody's word: it is to be looked at in the app
    Raises  NotFound
    """
    found: dict[str, dict[str, Any]] = {}
    checked = clauses(house, slug, at)
    for post in checked["posts"]:
        results = {finding["clause"]: finding["result"] for finding in post["findings"]}
        sound = results.get("music")
        found[post["post_id"]] = {
            "clauses_failed": [name for name, result in results.items() if result == "fail"],
            "clauses": post["result"] if checked["brief"] else None,
            "music": sound if sound in ("pass", "fail") else None,
            "rights": None,
            "ledger": None,
        }
    for right in RightsOf(house).list(slug):
        kept = {name: right[name] for name in _KEPT}
        found.setdefault(right["post_id"], {}).update(rights=_word(right), ledger=kept)
    return found


def _word(right: dict[str, Any]) -> str:
    """A right that was granted and has run out is expired, as one that was ended is."""
    over = right["state"] == "granted" and right["days_left"] is not None and right["days_left"] < 0
    return "expired" if over or right["state"] == "ended" else str(right["state"])
