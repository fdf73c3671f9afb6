"""What the erasure of a creator takes out of the tracker's tables. It opens no transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from hexameter.campaigns.tracking import consent
from hexameter.campaigns.tracking.gaps import of_account
from hexameter.campaigns.tracking.ruling import parse_rule
from hexameter.campaigns.tracking.tables import (
    ACCOUNT,
    ACCOUNT_HANDLE,
    CONNECT_REQUEST,
    CONSENT,
    FOUND,
    GAP,
    HANDED_IN,
    JOB,
    LEASE,
    QUOTA,
    QUOTA_SPENT,
    RULE,
    WATCHED,
)

_Changes = Iterator[tuple[sa.Table, sa.Delete | sa.Update]]
_ERASED = "A creator erased since was concerned."
_PORTION = 500  # SQLite bounds the number of parameters


@dataclass(frozen=True)
class Person:
    """Who is erased: names, posts, and the accounts that are theirs."""

    handles: list[str]
    post_ids: list[str]
    creator_ids: list[str]
    accounts: list[int]
    buckets: list[str]  # how their limits' names end

    @cached_property
    def words(self) -> frozenset[str]:
        """Names and posts, to be looked for in texts."""
        return frozenset((*self.handles, *self.post_ids))

    def portions(self) -> Iterator[list[str]]:
        """The posts, some at a time."""
        return (self.post_ids[i : i + _PORTION] for i in range(0, len(self.post_ids), _PORTION))


def person(connection: sa.Connection, handles: list[str], post_ids: list[str]) -> Person:
    """Everything this desk knows the creators by: other logins of theirs, other names, posts that were found or watched."""
    creators = _creators(connection, handles)
    accounts = connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.creator_id.in_(creators))).all()
    keys = [a.id for a in accounts]
    names = {*handles, *(a.handle for a in accounts if a.handle)}
    past = set(connection.execute(sa.select(ACCOUNT_HANDLE.c.handle).where(ACCOUNT_HANDLE.c.account_id.in_(keys))).scalars()) - {""}
    others = sa.select(ACCOUNT.c.handle).where(ACCOUNT.c.handle.in_(past), ACCOUNT.c.id.not_in(keys))
    names |= past - set(connection.execute(others).scalars())  # a name somebody else has now is theirs
    lake_ids = {*creators, *(f"@{name}" for name in names)}
    watched = sa.select(WATCHED.c.post_id).where(sa.or_(WATCHED.c.creator_id.in_(lake_ids), WATCHED.c.account_id.in_(keys)))
    found = sa.select(FOUND.c.post_id).where(FOUND.c.handle.in_(names))
    posts = {*post_ids, *connection.execute(watched).scalars(), *connection.execute(found).scalars()}
    return Person(sorted(names), sorted(posts), sorted(lake_ids), keys, [f":{a.login}:{a.open_id}" for a in accounts])


def _creators(connection: sa.Connection, handles: list[str]) -> set[str]:
    now = sa.select(ACCOUNT.c.creator_id, ACCOUNT.c.handle).where(ACCOUNT.c.handle.in_(handles))
    present = connection.execute(now).all()
    left = [h for h in handles if h not in {row.handle for row in present}]
    once = sa.select(ACCOUNT.c.creator_id).join(ACCOUNT_HANDLE, ACCOUNT_HANDLE.c.account_id == ACCOUNT.c.id)
    former = connection.execute(once.where(ACCOUNT_HANDLE.c.handle.in_(left))).scalars()
    return {*(row.creator_id for row in present), *former}


def changes(connection: sa.Connection, who: Person) -> _Changes:
    """Every change that leaves nothing of the person in the tracker's tables."""
    yield CONSENT, sa.delete(CONSENT).where(sa.or_(CONSENT.c.account_id.in_(who.accounts), CONSENT.c.who.in_(who.handles)))
    yield CONNECT_REQUEST, sa.delete(CONNECT_REQUEST).where(CONNECT_REQUEST.c.handle.in_(who.handles))
    for end in who.buckets:
        for table in (QUOTA, QUOTA_SPENT):
            yield table, sa.delete(table).where(table.c.bucket.endswith(end, autoescape=True))
    yield from _jobs(connection, who)
    yield from _gaps(connection, who)
    yield from _posts(connection, who)
    yield from _rules(connection, who)
    leases = [f"refresh of account {key}" for key in who.accounts]
    yield LEASE, sa.delete(LEASE).where(LEASE.c.name.in_(leases))
    yield ACCOUNT_HANDLE, sa.delete(ACCOUNT_HANDLE).where(ACCOUNT_HANDLE.c.account_id.in_(who.accounts))
    yield ACCOUNT, sa.delete(ACCOUNT).where(ACCOUNT.c.id.in_(who.accounts))


def note_erasure(connection: sa.Connection, who: Person, now: datetime) -> None:
    """One entry in the log of consent when there was an account: that somebody was erased, not who."""
    if who.accounts:
        consent.log_erased(connection, now)


def _jobs(connection: sa.Connection, who: Person) -> _Changes:
    yield JOB, sa.delete(JOB).where(JOB.c.account_id.in_(who.accounts))
    posts, handles = set(who.post_ids), set(who.handles)
    others = connection.execute(sa.select(JOB.c.id, JOB.c.payload, JOB.c.state).where(JOB.c.account_id.is_(None))).all()
    for row in others:
        plain = json.loads(row.payload)
        kept = [p for p in plain["posts"] if p not in posts]
        if plain["handle"] in handles or handles & set(plain["words"]) or (plain["posts"] and not kept):
            yield JOB, sa.delete(JOB).where(JOB.c.id == row.id)
        elif len(kept) < len(plain["posts"]):
            text = json.dumps({**plain, "posts": kept}, sort_keys=True, ensure_ascii=False)
            yield JOB, sa.update(JOB).where(JOB.c.id == row.id).values(payload=text)
    whys = connection.execute(sa.select(JOB.c.id, JOB.c.why).where(JOB.c.why.is_not(None))).all()
    named = [key for key, why in whys if _names(why, who.words)]
    for start in range(0, len(named), _PORTION):
        yield JOB, sa.update(JOB).where(JOB.c.id.in_(named[start : start + _PORTION])).values(why=_ERASED)


def _gaps(connection: sa.Connection, who: Person) -> _Changes:
    subjects = [*(of_account(key) for key in who.accounts), *(f"@{name}" for name in who.handles)]
    yield GAP, sa.delete(GAP).where(GAP.c.subject.in_(subjects))
    for row in connection.execute(sa.select(GAP.c.id, GAP.c.kind, GAP.c.sentence).where(GAP.c.subject.not_in(subjects))).all():
        if _names(row.kind, who.words):
            yield GAP, sa.delete(GAP).where(GAP.c.id == row.id)
        elif _names(row.sentence, who.words):
            yield GAP, sa.update(GAP).where(GAP.c.id == row.id).values(sentence=_ERASED)


def _posts(connection: sa.Connection, who: Person) -> _Changes:
    for some in who.portions():
        yield WATCHED, sa.delete(WATCHED).where(WATCHED.c.post_id.in_(some))
        yield FOUND, sa.delete(FOUND).where(FOUND.c.post_id.in_(some))
        yield HANDED_IN, sa.delete(HANDED_IN).where(HANDED_IN.c.post_id.in_(some))
    rows = connection.execute(sa.select(HANDED_IN.c.id, HANDED_IN.c.address, HANDED_IN.c.by)).all()
    theirs = [row.id for row in rows if _names(row.address, who.handles) or _names(row.by, who.handles)]
    for start in range(0, len(theirs), _PORTION):
        yield HANDED_IN, sa.delete(HANDED_IN).where(HANDED_IN.c.id.in_(theirs[start : start + _PORTION]))
    for found in connection.execute(sa.select(FOUND.c.campaign_id, FOUND.c.post_id, FOUND.c.matched).distinct()).all():
        if _names(found.matched, who.handles):
            same = sa.and_(FOUND.c.campaign_id == found.campaign_id, FOUND.c.post_id == found.post_id)
            yield FOUND, sa.update(FOUND).where(same).values(matched="")


def _rules(connection: sa.Connection, who: Person) -> _Changes:
    for row in connection.execute(sa.select(RULE.c.campaign_id, RULE.c.text)).all():
        left = parse_rule(row.text).without(who.handles)
        if left is None:
            yield RULE, sa.delete(RULE).where(RULE.c.campaign_id == row.campaign_id)
        elif str(left) != row.text:
            yield RULE, sa.update(RULE).where(RULE.c.campaign_id == row.campaign_id).values(text=str(left))


def _names(text: str, words: Iterable[str]) -> bool:
    """Whether a text names one of the words, as a whole word."""
    told = re.findall(r"[\w.\-]+", text.lower())
    return not {*told, *(word.strip(".-") for word in told)}.isdisjoint(words)
