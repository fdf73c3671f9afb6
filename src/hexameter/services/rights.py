"""The ledger of ad rights for views. A code is given out only when asked for by name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.rights.ledger import Right
from hexameter.contracts.spelling import instant_of, instant_text

if TYPE_CHECKING:
    from datetime import datetime

    from hexameter.services.house import House

BY = "manager"


class RightsOf:
    """Every verb over ad rights.

    Raises  BadValue, NotFound  as the desk does
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def expiring(self, days: int = 14) -> list[dict[str, Any]]:
        """Granted rights that end within so many days, and ended ones whose post still runs."""
        return [self._shown(r) for r in self._house.desk.rights.expiring(timedelta(days=days))]

    def list(self, slug: str | None = None) -> list[dict[str, Any]]:
        """The ledger, what ends first on top.

        Out  campaign, post_id, creator, state, has_code, valid_from, valid_until, days_left, usable, in_use
        """
        return [self._shown(r) for r in self._house.desk.rights.list(slug)]

    def ask(self, slug: str, post: str, by: str = BY, creator: str | None = None, note: str | None = None) -> dict[str, Any]:
        """Note that the creator was asked."""
        return self._shown(self._house.desk.rights.ask(slug, post, by, creator, note))

    def grant(
        self,
        slug: str,
        post: str,
        by: str = BY,
        *,
        code: str | None = None,
        valid_from: str | None = None,
        until: str | None = None,
        days: int | None = None,
        creator: str | None = None,
        note: str | None = None,
    ) -> dict[str, Any]:
        """Note that the creator agreed, with the Spark Ads code and its days."""
        zone = self._house.desk.campaign(slug).period.tz

        def at(text: str | None, field: str) -> datetime | None:
            return None if text is None else instant_of(text, field, zone)

        when = {"valid_from": at(valid_from, "from"), "valid_until": at(until, "until"), "days": days}
        right = self._house.desk.rights.grant(slug, post, by, code=code, creator=creator, note=note, **when)  # type: ignore[arg-type]
        return self._shown(right)

    def refuse(self, slug: str, post: str, by: str = BY, ended: bool = False) -> dict[str, Any]:
        """Note a no, or the end of a right."""
        return self._shown(self._house.desk.rights.refuse(slug, post, by, ended=ended))

    def use(self, slug: str, post: str, by: str = BY, in_use: bool = True) -> dict[str, Any]:
        """Note whether it runs as an ad."""
        return self._shown(self._house.desk.rights.use(slug, post, by, in_use))

    def code(self, slug: str, post: str) -> dict[str, Any]:
        """The Spark Ads code itself."""
        return {"campaign": slug, "post": post, "code": self._house.desk.rights.code(slug, post)}

    def _shown(self, right: Right) -> dict[str, Any]:
        now = self._house.clock.now()
        times = {
            name: None if (at := getattr(right, name)) is None else instant_text(at)
            for name in ("asked_at", "granted_at", "valid_from", "valid_until", "changed_at")
        }
        plain = {name: getattr(right, name) for name in ("campaign", "post_id", "state", "has_code", "in_use", "note", "changed_by")}
        return {**plain, "creator": right.handle, **times, "days_left": right.days_left(now), "usable": right.usable(now)}
