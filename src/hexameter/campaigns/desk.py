"""The desk: create, change and show campaigns. Every change is one transaction; text is checked before it is opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns import drafting, goals
from hexameter.campaigns.campaign import Campaign, Draft, Rate
from hexameter.campaigns.database import HEAD, open_database, reading, writing
from hexameter.campaigns.drawers import Drawers
from hexameter.campaigns.forgetting import forget
from hexameter.campaigns.money import currency_of, minor_units
from hexameter.campaigns.rows import hold, load, load_rates, one
from hexameter.campaigns.tables import CAMPAIGN, COST, CREATOR, HASHTAG, MENTION, ORDER, POST, RATE
from hexameter.campaigns.tracking.vault import Vault
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import day_of, handle_of, hashtag_of, post_id_of
from hexameter.errors import BadValue, Conflict, NotFound, did_you_mean

Belonging = Literal["creators", "hashtags", "mentions"]
_BELONGINGS: dict[str, tuple[sa.Table, str]] = {
    "creators": (CREATOR, "handle"),
    "hashtags": (HASHTAG, "hashtag"),
    "mentions": (MENTION, "handle"),
}


class Desk(Drawers):
    """What people decided, at one database."""

    version = HEAD

    def __init__(self, home: Path, clock: Clock, url: str = "", secret_key: str = "") -> None:
        """Open the database, made or migrated when needed.

        In      secret_key  seals what is secret; "": a key made once and kept in the home
        Raises  Unusable, BadValue  see campaigns.database.open_database
        """
        super().__init__(open_database(home, url), clock, Vault(home, secret_key))

    def close(self) -> None:
        """Let go of the database."""
        self.pulse.close()
        self._engine.dispose()

    @property
    def where(self) -> str:
        """The database's address, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    def campaigns(self, archived: bool = False) -> list[Campaign]:
        """Every campaign by first day; archived ones only when asked for."""
        conditions = () if archived else (CAMPAIGN.c.archived_at.is_(None),)
        with reading(self._engine) as connection:
            return load(connection, *conditions)

    def campaign(self, slug: str) -> Campaign:
        """One campaign.

        Raises  NotFound  with the nearest name
        """
        with reading(self._engine) as connection:
            return one(connection, slug)

    def create(self, draft: Draft) -> tuple[Campaign, bool]:
        """Open a campaign. Asked again for the very same one, hand it over as it is.

        Out     the campaign, and whether it was made now
        Raises  BadValue; Conflict when another campaign has the name
        """
        asked = drafting.check(draft)
        try:
            return self._create(asked)
        except Conflict:  # PostgreSQL: another process was faster, perhaps with the very same campaign
            return self._create(asked)

    def _create(self, asked: drafting.Checked) -> tuple[Campaign, bool]:
        with writing(self._engine) as connection:
            there = load(connection, CAMPAIGN.c.slug == asked.slug)
            if there:
                return _same_or_conflict(there[0], asked), False
            try:
                self._insert(connection, asked)
            except sa.exc.IntegrityError as problem:
                raise _taken(asked.slug) from problem
            return one(connection, asked.slug), True

    def archive(self, slug: str, archived: bool = True) -> Campaign:
        """Put a campaign away, or take it out again. Its numbers stay."""
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            moment = self._clock.now() if archived else None
            connection.execute(sa.update(CAMPAIGN).where(CAMPAIGN.c.id == key).values(archived_at=moment))
            return one(connection, slug)

    def add(self, slug: str, what: Belonging, words: Iterable[str]) -> Campaign:
        """Add creators, hashtags or mentions; those already there stay as they are.

        Raises  BadValue, NotFound
        """
        table, column = _BELONGINGS[what]
        wanted = drafting.each(words, _form(what))
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            there = set(connection.execute(sa.select(table.c[column]).where(table.c.campaign_id == key)).scalars())
            new = [{"campaign_id": key, column: word} for word in wanted if word not in there]
            if new:
                connection.execute(sa.insert(table), new)
            return one(connection, slug)

    def remove(self, slug: str, what: Belonging, words: Iterable[str]) -> Campaign:
        """Take creators, hashtags or mentions out.

        Raises  BadValue; NotFound when one of them is not there
        """
        table, column = _BELONGINGS[what]
        wanted = drafting.each(words, _form(what))
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            there = list(connection.execute(sa.select(table.c[column]).where(table.c.campaign_id == key)).scalars())
            for word in wanted:
                if word not in there:
                    raise NotFound(
                        f"campaign '{slug}' has no '{word}' among its {what}.", field=what, value=word, hint=did_you_mean(word, there)
                    )
            connection.execute(sa.delete(table).where(table.c.campaign_id == key, table.c[column].in_(wanted)))
            return one(connection, slug)

    def decide(self, slug: str, posts: Iterable[str], decision: Literal["include", "exclude", "rules"], why: str | None = None) -> Campaign:
        """Put posts in or leave them out by hand, whatever the rules say; `rules` lets the rules decide again.

        In      posts  ids or addresses
        Raises  BadValue  a short link, or no post at all; NotFound
        """
        wanted = drafting.each(posts, post_id_of)
        reason = None if why is None else drafting.clean_text(why)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            connection.execute(sa.delete(POST).where(POST.c.campaign_id == key, POST.c.post_id.in_(wanted)))
            if decision != "rules" and wanted:
                common = {"campaign_id": key, "decision": decision, "why": reason, "decided_at": self._clock.now()}
                connection.execute(sa.insert(POST), [{**common, "post_id": post} for post in wanted])
            return one(connection, slug)

    def add_cost(
        self, slug: str, amount: str, currency: str | None = None, *, kind: str = "fee", creator: str | None = None, note: str | None = None
    ) -> Campaign:
        """Record money spent, on one creator or the whole campaign.

        Raises  BadValue, NotFound
        """
        kind = drafting.cost_kind(kind)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            known = one(connection, slug)
            code = _currency(known, currency)
            line = {"amount_minor": drafting.cost_minor(amount, code), "currency": code, "kind": kind, "handle": _member(known, creator)}
            clean = None if note is None else drafting.clean_text(note)
            connection.execute(sa.insert(COST).values(campaign_id=key, note=clean, added_at=self._clock.now(), **line))
            _adopt_currency(connection, key, known, code)
            return one(connection, slug)

    def remove_cost(self, slug: str, cost_id: int) -> Campaign:
        """Take a cost out, by its number.

        Raises  NotFound
        """
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            gone = connection.execute(sa.delete(COST).where(COST.c.campaign_id == key, COST.c.id == cost_id))
            if not gone.rowcount:
                raise NotFound(f"campaign '{slug}' has no cost number {cost_id}.", field="cost", value=str(cost_id))
            return one(connection, slug)

    def add_order(
        self,
        slug: str,
        order_id: str,
        amount: str,
        currency: str | None = None,
        *,
        creator: str | None = None,
        code: str | None = None,
        ordered_at: datetime | None = None,
    ) -> Campaign:
        """Record revenue; a refund is an order of its own with a negative amount. The same order twice changes nothing.

        Raises  BadValue, NotFound; Conflict when the order is known with another amount
        """
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            known = one(connection, slug)
            unit = _currency(known, currency)
            amount_minor = minor_units(amount, unit, "revenue")
            there = next((o for o in known.orders if o.order_id == order_id), None)
            if there:
                if (there.amount_minor, there.currency) != (amount_minor, unit):
                    raise Conflict(f"order '{order_id}' is already recorded with another amount.", field="order", value=order_id)
                return known
            line: dict[str, Any] = {"amount_minor": amount_minor, "currency": unit, "handle": _member(known, creator), "code": code}
            when = ordered_at or self._clock.now()
            connection.execute(sa.insert(ORDER).values(campaign_id=key, order_id=order_id, ordered_at=when, **line))
            _adopt_currency(connection, key, known, unit)
            return one(connection, slug)

    def set_rate(self, from_currency: str, to_currency: str, dated: str | date, rate: float, source: str | None = None) -> None:
        """Say what one unit of a currency was worth in another on a day.

        Raises  BadValue
        """
        pair = {"from_currency": currency_of(from_currency), "to_currency": currency_of(to_currency), "dated": day_of(dated, "dated")}
        if not 0 < rate < float("inf"):
            raise BadValue(f"rate is {rate}; expected a number above 0.", field="rate", value=str(rate))
        with writing(self._engine) as connection:
            connection.execute(sa.delete(RATE).where(*(RATE.c[name] == value for name, value in pair.items())))
            connection.execute(sa.insert(RATE).values(rate=rate, source=source, **pair))

    def rates(self) -> tuple[Rate, ...]:
        """Every exchange rate, oldest first."""
        with reading(self._engine) as connection:
            return load_rates(connection)

    def forget(self, handles: Iterable[str], post_ids: Iterable[str] = ()) -> dict[str, int]:
        """Erase creators and their posts from the desk; sums of money stay, without the name.

        Out  rows changed or removed, by table
        """
        return forget(self._engine, self._clock.now(), sorted(handles), sorted(post_ids))

    def _insert(self, connection: sa.Connection, asked: drafting.Checked) -> None:
        now, period = self._clock.now(), asked.period
        made = connection.execute(
            sa.insert(CAMPAIGN).values(
                slug=asked.slug,
                name=asked.name,
                from_day=period.from_day,
                to_day=period.to_day,
                tz=period.tz,
                currency=asked.currency,
                created_at=now,
            )
        )
        assert made.inserted_primary_key is not None
        key = made.inserted_primary_key[0]
        for what, (table, column) in _BELONGINGS.items():
            words = getattr(asked, what)
            if words:
                connection.execute(sa.insert(table), [{"campaign_id": key, column: word} for word in words])
        if asked.cost_minor is not None:
            line = {"amount_minor": asked.cost_minor, "currency": asked.currency, "kind": "fee", "added_at": now}
            connection.execute(sa.insert(COST).values(campaign_id=key, **line))
        for goal in asked.goals:
            goals.keep(connection, key, goal)


def _form(what: Belonging) -> Any:
    return {"creators": handle_of, "hashtags": hashtag_of, "mentions": lambda text: handle_of(text, "mention")}[what]


def _same_or_conflict(there: Campaign, asked: drafting.Checked) -> Campaign:
    parts = ("name", "period", "currency", "hashtags", "mentions", "creators", "goals")
    costs = () if asked.cost_minor is None else ((asked.cost_minor, "fee", None),)
    if (
        all(getattr(there, p) == getattr(asked, p) for p in parts)
        and tuple((c.amount_minor, c.kind, c.handle) for c in there.costs) == costs
    ):
        return there
    raise _taken(asked.slug)


def _taken(slug: str) -> Conflict:
    return Conflict(
        f"a campaign '{slug}' is already there.",
        field="name",
        value=slug,
        hint=f"Choose another name, or change it: hexameter campaign show {slug}.",
    )


def _currency(campaign: Campaign, asked: str | None) -> str:
    if asked is not None:
        return currency_of(asked)
    if campaign.currency is None:
        raise BadValue(f"campaign '{campaign.slug}' has no currency yet.", field="currency", hint="Add it, like --currency EUR.")
    return campaign.currency


def _adopt_currency(connection: sa.Connection, key: int, campaign: Campaign, code: str) -> None:
    if campaign.currency is None:
        connection.execute(sa.update(CAMPAIGN).where(CAMPAIGN.c.id == key).values(currency=code))


def _member(campaign: Campaign, creator: str | None) -> str | None:
    if creator is None:
        return None
    handle = handle_of(creator)
    if campaign.creators and handle not in campaign.creators:
        hint = did_you_mean(handle, campaign.creators)
        raise NotFound(f"'{handle}' is not a creator of campaign '{campaign.slug}'.", field="creator", value=creator, hint=hint)
    return handle
