"""What a creator sees and does through a link, without an account: brief, deliverables, posts, connection, Spark code, own numbers.

A link opens one creator's page of one campaign and nothing else; money and other creators are never part of it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.doors.links import Closed, DoorLink, Pass, TooMany
from hexameter.contracts.spelling import instant_text, post_id_of
from hexameter.errors import BadValue, NotFound
from hexameter.services.asking import Ask
from hexameter.services.briefs import BriefsOf
from hexameter.services.candidates import CandidatesOf
from hexameter.services.deliverables import DeliverablesOf, owed_by
from hexameter.services.measure import measure
from hexameter.services.rights import RightsOf

if TYPE_CHECKING:
    from hexameter.services.house import House

__all__ = ["Closed", "DoorsOf", "TooMany"]

BY = "manager"
PORTAL, APPLY = "/c/", "/apply/"
_SHOWN = ("post_id", "published_at", "views", "likes", "comments", "shares", "interactions")


class DoorsOf:
    """Every verb over links, and what they open.

    Raises  BadValue, NotFound  as the desk does; Closed, TooMany  a link that opens nothing
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def make(self, slug: str, creator: str | None = None, days: int = 90, by: str = BY) -> dict[str, Any]:
        """A link to a creator's own page, or (no creator) to the application form. Its address is shown only now."""
        purpose: Any = "apply" if creator is None else "portal"
        token = self._house.desk.doors.make(slug, purpose, by, creator, timedelta(days=days))
        path = (APPLY if creator is None else PORTAL) + token
        newest = self.list(slug)[0]
        return {**newest, "url": self._house.settings["public_url"].rstrip("/") + path, "path": path}

    def knows(self, token: str) -> bool:
        """Whether a link was made here, open or not."""
        return self._house.desk.doors.knows(token)

    def invite(self, slug: str, creator: str, days: int = 90, by: str = BY) -> dict[str, Any]:
        """A link for a candidate, who is moved to `invited` unless further along."""
        desk = self._house.desk.candidates
        desk.add(slug, [creator], by)
        if desk.one(slug, creator).stage in ("found", "applied", "short-listed"):
            desk.move(slug, [creator], "invited", by)
        return self.make(slug, creator, days, by)

    def list(self, slug: str) -> list[dict[str, Any]]:
        """A campaign's links, newest first: number, purpose, creator, made_by, made_at, expires_at, revoked_at, opened_at, state."""
        return [self._shown(link) for link in self._house.desk.doors.list(slug)]

    def revoke(self, slug: str, number: int | None = None, creator: str | None = None) -> dict[str, Any]:
        """Close one link by its number, or every link of a creator."""
        return {"revoked": self._house.desk.doors.revoke(slug, number, creator), "links": self.list(slug)}

    def portal(self, token: str, address: str) -> dict[str, Any]:
        """A creator's own page; who accepted and opens it with a brief on it is briefed.

        Out  campaign, title, creator, from, to, brief (None: not written), deliverables, connected, rights, numbers, posts, handed_in
        """
        found = self._enter(token, address)
        slug, handle = found.campaign, _handle(found)
        campaign, brief = self._house.desk.campaign(slug), self._brief(slug, handle)
        if brief is not None:
            self._house.desk.candidates.lead(slug, "opened", {handle: ""})
        return {
            "campaign": slug,
            "title": campaign.name,
            "creator": handle,
            "from": campaign.period.from_day.isoformat(),
            "to": campaign.period.to_day.isoformat(),
            "expires_at": instant_text(found.expires_at),
            "brief": brief,
            "deliverables": owed_by(self._house, slug, handle),
            "connected": any(c.status == "active" and c.account.handle == handle for c in self._house.desk.accounts.all()),
            "rights": [r for r in RightsOf(self._house).list(slug) if r["creator"] == handle],
            "handed_in": [h.address for h in self._house.desk.inbox.handed_in(slug) if h.by == f"@{handle}"],
            **self._numbers(slug, handle),
        }

    def brief_pdf(self, token: str, address: str, language: str = "en") -> bytes:
        """The brief of a creator's own page as a PDF.

        Raises  NotFound  none is written yet
        """
        found = self._enter(token, address)
        return BriefsOf(self._house).pdf(found.campaign, _handle(found), language=language)

    def accept(self, token: str, address: str, yes: bool = True) -> dict[str, Any]:
        """An invited creator says yes or no; whoever is further along stays there."""
        found = self._enter(token, address)
        handle, desk = _handle(found), self._house.desk.candidates
        desk.add(found.campaign, [handle], f"@{handle}", "invited")
        stage = desk.one(found.campaign, handle).stage
        if stage in ("found", "applied", "short-listed", "invited", "declined"):
            desk.move(found.campaign, [handle], "accepted" if yes else "declined", f"@{handle}")
        return {"stage": desk.one(found.campaign, handle).stage}

    def hand_in_post(self, token: str, address: str, post: str) -> dict[str, Any]:
        """A post's address; it goes to the inbox."""
        found = self._enter(token, address)
        if "/@" in post and f"/@{_handle(found)}/" not in post.lower():
            raise BadValue(
                f"This is not a post of @{_handle(found)}.", field="post", value=post[:80], hint="Give the address of your own post."
            )
        handed = self._house.desk.inbox.hand_in(found.campaign, post, by=f"@{_handle(found)}")
        return {"post_id": handed.post_id}

    def check(self, token: str, address: str) -> None:
        """Nothing, when a creator's link opens their page: asked before a large file is read.

        Raises  Closed, TooMany
        """
        self._enter(token, address)

    def hand_in_draft(
        self, token: str, address: str, number: int, link: str | None = None, file: str | Path | None = None
    ) -> dict[str, Any]:
        """A draft for one deliverable of their own: its link, or a file."""
        found = self._enter(token, address)
        handle = _handle(found)
        given = {"link": link, "file": file} if file is None else {"file": file}
        DeliverablesOf(self._house).hand_in(number, by=f"@{handle}", creator=handle, slug=found.campaign, **given)
        return {"number": number}

    def comment(self, token: str, address: str, number: int, text: str) -> dict[str, Any]:
        """A remark about one deliverable of their own."""
        found = self._enter(token, address)
        handle = _handle(found)
        mine = {d.id for d in self._house.desk.deliverables.list(found.campaign, handle)}
        if number not in mine:
            raise NotFound(f"there is no deliverable number {number}.", field="number", value=str(number))
        self._house.desk.deliverables.comment(number, text, f"@{handle}", creator=handle)
        return {"number": number}

    def give_code(self, token: str, address: str, post: str, code: str, days: int = 30) -> dict[str, Any]:
        """A Spark Ads code for a post of their own."""
        found = self._enter(token, address)
        handle, post_id = _handle(found), post_id_of(post)
        if post_id not in self._own_posts(found.campaign, handle):
            hint = "Hand in the post first, then give its code."
            raise NotFound("This is not one of your posts in this campaign.", field="post", value=post_id, hint=hint)
        granted = RightsOf(self._house).grant(found.campaign, post_id, f"@{handle}", code=code, days=days, creator=handle)
        return {"post_id": post_id, "days_left": granted["days_left"]}

    def connect(self, token: str, address: str) -> dict[str, Any]:
        """The address of TikTok's own page of consent."""
        found = self._enter(token, address)
        from hexameter.services.connecting import Connections

        return {"url": Connections(self._house).begin(_handle(found), campaign=found.campaign)["url"]}

    def application(self, token: str, address: str) -> dict[str, Any]:
        """What the application form says: campaign, title, goal, from, to."""
        found = self._house.desk.doors.enter(token, "apply", address)
        campaign = self._house.desk.campaign(found.campaign)
        brief = self._brief(found.campaign, None)
        goal: list[str] = next((p["lines"] for p in (brief["parts"] if brief else ()) if p["title"] == "goal"), [])
        period = campaign.period
        return {"title": campaign.name, "goal": goal, "from": period.from_day.isoformat(), "to": period.to_day.isoformat()}

    def apply(self, token: str, address: str, handle: str, message: str = "") -> dict[str, Any]:
        """Somebody applies."""
        found = self._house.desk.doors.enter(token, "apply", address)
        stage = CandidatesOf(self._house).apply(found.campaign, handle, message)["stage"]
        return {"applied": stage == "applied"}

    def _enter(self, token: str, address: str) -> Pass:
        return self._house.desk.doors.enter(token, "portal", address)

    def _brief(self, slug: str, handle: str | None) -> dict[str, Any] | None:
        try:
            return BriefsOf(self._house).preview(slug, handle)
        except NotFound:
            return None

    def _own_posts(self, slug: str, handle: str) -> set[str]:
        counted = {row["post_id"] for row in self._numbers(slug, handle)["posts"]}
        return (
            counted
            | {p.post_id for p in self._house.desk.inbox.list(slug) if p.handle == handle}
            | {h.post_id for h in self._house.desk.inbox.handed_in(slug) if h.by == f"@{handle}" and h.post_id}
        )

    def _numbers(self, slug: str, handle: str) -> dict[str, Any]:
        try:
            found = measure(Ask(campaign=slug, posts=True, creators=True), self._house)
        except NotFound:
            return {"numbers": None, "posts": [], "as_of": None}
        posts = [{name: row.get(name) for name in _SHOWN} for row in found["posts"] if row.get("creator") == handle]
        own = next((c for c in found["creators"] if c["creator"] == handle), None)
        numbers = None if own is None else {name: own[name] for name in ("views", "engagement_rate", "interactions")}
        return {"numbers": numbers, "posts": posts, "as_of": found["as_of"]}

    def _shown(self, link: DoorLink) -> dict[str, Any]:
        now = self._house.clock.now()
        times = ("made_at", "expires_at", "revoked_at", "opened_at")
        told = {name: None if (at := getattr(link, name)) is None else instant_text(at) for name in times}
        state = "revoked" if link.revoked_at else "ended" if link.expires_at <= now else "open"
        return {"number": link.id, "purpose": link.purpose, "creator": link.handle, "made_by": link.made_by, **told, "state": state}


def _handle(found: Pass) -> str:
    assert found.handle is not None  # a portal's link always has one
    return found.handle
