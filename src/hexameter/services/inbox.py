"""The inbox for views: found posts, addresses handed in, and the rule by which a campaign finds posts. It reads nothing from TikTok."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexameter.campaigns.tracking.inbox import STATES, HandedIn, InboxPost
from hexameter.contracts.spelling import instant_text
from hexameter.errors import BadValue, did_you_mean

if TYPE_CHECKING:
    from hexameter.services.house import House


class InboxOf:
    """Every verb over found posts; decisions are `services.campaign`'s include, exclude and undecide.

    Raises  BadValue, NotFound  as the desk does
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def list(self, slug: str, state: str | None = None) -> dict[str, Any]:
        """A campaign's found posts, newest first.

        Out  campaign, rule, counts {state: n}, posts [{post_id, handle, found_at, via, matched, state, why}],
             to_open [{number, address, by, at}]
        """
        if state is not None and state not in STATES:
            raise BadValue(f"unknown state '{state}'.", field="state", value=state, hint=did_you_mean(state, STATES))
        inbox = self._house.desk.inbox
        every = inbox.list(slug)
        return {
            "campaign": slug,
            "rule": str(self._house.desk.rules.of(slug)),
            "counts": {name: sum(1 for p in every if p.state == name) for name in STATES},
            "posts": [_post(p) for p in every if state in (None, p.state)],
            "to_open": [_handed(h) for h in inbox.handed_in(slug, to_open=True)],
        }

    def hand_in(self, slug: str, address: str, by: str = "manager", instead_of: int | None = None) -> dict[str, Any]:
        """Take a post's address or id; it waits for review, and the tracker reads it. A short link waits to be opened by hand."""
        return _handed(self._house.desk.inbox.hand_in(slug, address, by, instead_of))

    def rule(self, slug: str, text: str | None = None) -> dict[str, Any]:
        """Show a campaign's finding rule, or give it another; "" takes its own away again."""
        rules = self._house.desk.rules
        if text is None:
            rule = rules.of(slug)
        else:
            rule = rules.set(slug, text) if text.strip() else rules.unset(slug)
        return {"campaign": slug, "rule": str(rule)}

    def link(self, slug: str, tiktok_one_id: str, remove: bool = False) -> dict[str, Any]:
        """Say which campaign of TikTok One a campaign is, so that its report is read."""
        (self._house.desk.links.remove if remove else self._house.desk.links.add)(slug, tiktok_one_id)
        return {"campaign": slug, "tiktok_one": list(self._house.desk.links.all().get(slug, ()))}


def _post(post: InboxPost) -> dict[str, Any]:
    return {**vars(post), "found_at": instant_text(post.found_at)}


def _handed(handed: HandedIn) -> dict[str, Any]:
    return {"number": handed.id, "address": handed.address, "post_id": handed.post_id, "by": handed.by, "at": instant_text(handed.at)}
