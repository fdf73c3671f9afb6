"""The desk's verbs for views: text in, a campaign as a JSON-ready object out, with warnings beside it. It keeps nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.campaign import Campaign, Draft
from hexameter.campaigns.desk import Belonging
from hexameter.contracts.spelling import instant_of, instant_text
from hexameter.errors import BadValue
from hexameter.services.advancing import advance

if TYPE_CHECKING:
    from hexameter.services.house import House


class Campaigns:
    """Every verb over campaigns; each gives back the campaign as it is afterwards.

    Raises  BadValue, NotFound, Conflict  as the desk does
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def create(
        self,
        name: str,
        *,
        from_day: str | date,
        to_day: str | date,
        hashtags: Sequence[str] = (),
        mentions: Sequence[str] = (),
        creators: Sequence[str] = (),
        cost: str | None = None,
        currency: str | None = None,
        tz: str | None = None,
        goals: Iterable[tuple[str, str]] = (),
    ) -> dict[str, Any]:
        """Open a campaign; `created` is false when the very same one is already there."""
        zone = tz or self._house.settings["timezone"]
        draft = Draft(name, from_day, to_day, zone, tuple(hashtags), tuple(mentions), tuple(creators), cost, currency, tuple(goals))
        campaign, created = self._house.desk.create(draft)
        return {**self._shown(campaign), "created": created}

    def show(self, slug: str) -> dict[str, Any]:
        """One campaign."""
        return self._shown(self._house.desk.campaign(slug))

    def list(self, archived: bool = False) -> list[dict[str, Any]]:
        """Every campaign, by first day."""
        return [shown(c) for c in self._house.desk.campaigns(archived)]

    def add(self, slug: str, what: Belonging, words: Iterable[str]) -> dict[str, Any]:
        """Add creators, hashtags or mentions."""
        return self._shown(self._house.desk.add(slug, what, words))

    def remove(self, slug: str, what: Belonging, words: Iterable[str]) -> dict[str, Any]:
        """Take creators, hashtags or mentions out."""
        return self._shown(self._house.desk.remove(slug, what, words))

    def include(self, slug: str, posts: Iterable[str], why: str | None = None) -> dict[str, Any]:
        """Put posts in by hand, by id or address."""
        decided = self._house.desk.decide(slug, posts, "include", why)
        advance(self._house, slug)
        return self._shown(decided)

    def exclude(self, slug: str, posts: Iterable[str], why: str | None = None) -> dict[str, Any]:
        """Leave posts out by hand, by id or address."""
        return self._shown(self._house.desk.decide(slug, posts, "exclude", why))

    def undecide(self, slug: str, posts: Iterable[str]) -> dict[str, Any]:
        """Let the rules decide about posts again."""
        return self._shown(self._house.desk.decide(slug, posts, "rules"))

    def add_cost(
        self, slug: str, amount: str, *, currency: str | None = None, kind: str = "fee", creator: str | None = None, note: str | None = None
    ) -> dict[str, Any]:
        """Record money spent."""
        return self._shown(self._house.desk.add_cost(slug, amount, currency, kind=kind, creator=creator, note=note))

    def remove_cost(self, slug: str, number: str | int) -> dict[str, Any]:
        """Take a cost out, by the `id` that `show` lists."""
        try:
            key = int(number)
        except ValueError:
            raise BadValue(
                f"'{number}' is not a cost's number.", field="cost", value=str(number), hint=f"See: hexameter campaign show {slug}."
            ) from None
        return self._shown(self._house.desk.remove_cost(slug, key))

    def add_order(
        self,
        slug: str,
        order_id: str,
        amount: str,
        *,
        currency: str | None = None,
        creator: str | None = None,
        code: str | None = None,
        ordered_at: str | None = None,
    ) -> dict[str, Any]:
        """Record revenue; a refund is an order of its own with a negative amount."""
        zone = self._house.desk.campaign(slug).period.tz
        when = None if ordered_at is None else instant_of(ordered_at, "ordered_at", zone)
        return self._shown(self._house.desk.add_order(slug, order_id, amount, currency, creator=creator, code=code, ordered_at=when))

    def set_rate(self, from_currency: str, to_currency: str, dated: str, rate: str, source: str | None = None) -> dict[str, Any]:
        """Say what one unit of a currency was worth in another on a day."""
        try:
            number = float(rate)
        except ValueError:
            raise BadValue(f"rate is '{rate}'; expected a number, like 0.92.", field="rate", value=rate) from None
        self._house.desk.set_rate(from_currency, to_currency, dated, number, source)
        return {"from": from_currency.upper(), "to": to_currency.upper(), "dated": str(dated), "rate": number, "source": source}

    def rates(self) -> tuple[dict[str, Any], ...]:
        """Every exchange rate, newest first: from, to, dated, rate, source."""
        kept = sorted(self._house.desk.rates(), key=lambda r: r.dated, reverse=True)
        names = ("rate", "source")
        return tuple(
            {"from": r.from_currency, "to": r.to_currency, "dated": r.dated.isoformat(), **{n: getattr(r, n) for n in names}} for r in kept
        )

    def change(self, slug: str, *, name: str, from_day: str | date, to_day: str | date, tz: str, **parts: Any) -> dict[str, Any]:
        """Everything about a campaign but its money and decisions becomes what is said here: name, window, zone, currency, lists, goals."""
        lists: dict[str, Any] = {key: tuple(value) for key, value in parts.items() if key != "currency"}
        draft = Draft(name, from_day, to_day, tz, currency=parts.get("currency"), **lists)
        return self._shown(self._house.desk.editing.change(slug, draft))

    def set_goal(self, slug: str, figure: str, target: str) -> dict[str, Any]:
        """Give a figure a target."""
        return self._shown(self._house.desk.editing.set_goal(slug, figure, target))

    def remove_goal(self, slug: str, figure: str) -> dict[str, Any]:
        """Take a goal away."""
        return self._shown(self._house.desk.editing.remove_goal(slug, figure))

    def archive(self, slug: str, archived: bool = True) -> dict[str, Any]:
        """Put a campaign away, or take it out again. Its numbers stay."""
        return self._shown(self._house.desk.archive(slug, archived))

    def _shown(self, campaign: Campaign) -> dict[str, Any]:
        return {**shown(campaign), "warnings": _warnings(campaign, self._house.desk.campaigns())}


def shown(campaign: Campaign) -> dict[str, Any]:
    """A campaign as the JSON shows it."""
    period = campaign.period
    return {
        "slug": campaign.slug,
        "name": campaign.name,
        "from": period.from_day.isoformat(),
        "to": period.to_day.isoformat(),
        "tz": period.tz,
        "currency": campaign.currency,
        "hashtags": list(campaign.hashtags),
        "mentions": list(campaign.mentions),
        "creators": list(campaign.creators),
        "costs": [{name: value for name, value in vars(c).items() if name != "added_on"} for c in campaign.costs],
        "posts": [
            {"post_id": p.post_id, "decision": p.decision, "why": p.why, "decided_at": instant_text(p.decided_at)} for p in campaign.posts
        ],
        "orders": [{**vars(o), "ordered_at": instant_text(o.ordered_at)} for o in campaign.orders],
        "goals": [vars(g) for g in campaign.goals],
        "created_at": instant_text(campaign.created_at),
        "archived_at": None if campaign.archived_at is None else instant_text(campaign.archived_at),
    }


def _warnings(campaign: Campaign, others: Iterable[Campaign]) -> list[str]:
    """What is allowed but likely to mislead."""
    said = [
        f"#{tag} is also a hashtag of campaign '{other.slug}', {other.period.from_day} to {other.period.to_day}: "
        "a post in both windows counts in both."
        for other in others
        if other.slug != campaign.slug and _overlap(campaign, other)
        for tag in sorted(set(campaign.hashtags) & set(other.hashtags))
    ]
    if not (campaign.hashtags or campaign.mentions or campaign.creators):
        said.append("The campaign has no hashtag, mention or creator: only posts added by hand will count.")
    elif not campaign.creators and not campaign.hashtags:
        said.append("The campaign has no creator and no hashtag: posts of anyone that mention its handles will count.")
    return said


def _overlap(one: Campaign, other: Campaign) -> bool:
    return one.period.start_at < other.period.end_at and other.period.start_at < one.period.end_at
