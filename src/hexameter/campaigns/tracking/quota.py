"""The ledger of requests: leave is written down before a request is sent, so that a crash never overspends. It sends nothing.

Sliding windows are counted in slots of one second. A spend may lie anywhere in its slot, so a window of `seconds` counts the whole slot
that its closed start touches: never more than `requests` in any window, its ends included.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from hexameter.campaigns.database import insert_for, reading, upsert, writing
from hexameter.campaigns.tracking.tables import QUOTA, QUOTA_SPENT
from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tracking import Limit
from hexameter.errors import QuotaSpent

_DAY = 86_400
_KEPT = 3_600  # seconds for which slots are kept beyond their window, should a clock be put back
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class QuotaState:
    """How far a limit is used up.

    used      requests that count against it now; allowed: None when only the platform's own refusal is known
    free_at   from when there is leave for one request; None: now
    """

    bucket: str
    used: int
    allowed: int | None
    seconds: int | None
    daily: bool
    limited_until: datetime | None
    free_at: datetime | None


class Quota:
    """What was spent of each limit, shared by every process at this desk.

    A spend does not wait for the disk: the death of any process forgets nothing; a power cut may forget the spends that the system had
    not written out yet, those of the last seconds, and only those.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def spend(self, pairs: Sequence[tuple[str, Limit]], now: datetime) -> None:
        """Leave for one request of each pair; all of them or none.

        In      pairs  (bucket, limit) as `Limit.bucket` names it; the same bucket twice spends two of it
                now    the house's instant
        Raises  QuotaSpent  `until` is the first instant from which there is leave; None when the limit allows none at all
        """
        if not pairs:
            return
        wanted = Counter(bucket for bucket, _ in pairs)
        limits = dict(sorted(dict(pairs).items()))
        with writing(self._engine, quickly=True) as connection:
            limited = _hold(connection, limits)
            used = {b: connection.execute(_USED, _asked(b, limit, now)).scalar() or 0 for b, limit in limits.items()}
            over = [b for b, limit in limits.items() if used[b] + wanted[b] > limit.requests or limited.get(b, now) > now]
            if over:
                raise _spent(connection, over, limits, wanted, limited, now)
            _write(connection, limits, wanted, now)

    def limited(self, bucket: str, until: datetime) -> None:
        """The platform says the limit is spent: nobody has leave before `until`. A later instant said before stands."""
        with writing(self._engine) as connection:
            insert = upsert(connection, QUOTA).values(bucket=bucket, limited_until=until)
            later = sa.or_(QUOTA.c.limited_until.is_(None), QUOTA.c.limited_until < insert.excluded.limited_until)
            said = {"limited_until": insert.excluded.limited_until}
            connection.execute(insert.on_conflict_do_update(index_elements=["bucket"], set_=said, where=later))

    def state(self, now: datetime) -> list[QuotaState]:
        """Every bucket ever spent from, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(QUOTA).order_by(QUOTA.c.bucket)).all()
            limits = {r.bucket: Limit(r.bucket, r.requests, r.seconds, bool(r.daily)) for r in rows if r.requests is not None}
            slots = _slots(connection, limits, now)
        return [_state(row, limits.get(row.bucket), slots.get(row.bucket, []), now) for row in rows]


# Made once: to build a statement takes longer than to run it, and this is asked before every request.
_HELD = sa.select(QUOTA).where(QUOTA.c.bucket.in_(sa.bindparam("buckets", expanding=True))).order_by(QUOTA.c.bucket).with_for_update()
_OF = QUOTA_SPENT.c.bucket == sa.bindparam("of")
_COUNTS = sa.and_(_OF, QUOTA_SPENT.c.slot.between(sa.bindparam("first"), sa.bindparam("last")))
_USED = sa.select(sa.func.sum(QUOTA_SPENT.c.n)).where(_COUNTS)
_SLOTS = sa.select(QUOTA_SPENT.c.slot, QUOTA_SPENT.c.n).where(_COUNTS).order_by(QUOTA_SPENT.c.slot)
_PRUNE = sa.delete(QUOTA_SPENT).where(_OF, QUOTA_SPENT.c.slot < sa.bindparam("before"))


def _hold(connection: sa.Connection, limits: dict[str, Limit]) -> dict[str, datetime]:
    """Hold the buckets' rows, in one order everywhere, until the transaction ends; out: until when the platform limits them."""
    rows = {row.bucket: row for row in connection.execute(_HELD, {"buckets": list(limits)})}
    news = [b for b, limit in limits.items() if b not in rows or _rule(rows[b]) != (limit.requests, limit.seconds, limit.daily)]
    for bucket in news:
        limit = limits[bucket]
        rule = {"requests": limit.requests, "seconds": limit.seconds, "daily": limit.daily}
        insert = upsert(connection, QUOTA).values(bucket=bucket, **rule)
        connection.execute(insert.on_conflict_do_update(index_elements=["bucket"], set_=rule))
    if news:
        rows = {row.bucket: row for row in connection.execute(_HELD, {"buckets": list(limits)})}
    return {bucket: row.limited_until for bucket, row in rows.items() if row.limited_until is not None}


def _rule(row: sa.Row[tuple[object, ...]]) -> tuple[object, ...]:
    return (row.requests, row.seconds, row.daily)


def _window(limit: Limit, now: datetime) -> tuple[int, int]:
    """The slots that count against the limit now, first and last.

    Slots to come (of a clock ahead of this one) count where some window holds both them and now.
    """
    second = (now - _EPOCH) // timedelta(seconds=1)
    if limit.daily:
        day = second // _DAY * _DAY
        return day, day
    return second - limit.seconds, second + limit.seconds


def _slot(limit: Limit, now: datetime) -> int:
    second = (now - _EPOCH) // timedelta(seconds=1)
    return second // _DAY * _DAY if limit.daily else second


def _asked(bucket: str, limit: Limit, now: datetime) -> dict[str, str | int]:
    first, last = _window(limit, now)
    return {"of": bucket, "first": first, "last": last}


def _slots(connection: sa.Connection, limits: dict[str, Limit], now: datetime) -> dict[str, list[tuple[int, int]]]:
    """The slots that count, oldest first, by bucket."""
    return {b: [(r.slot, r.n) for r in connection.execute(_SLOTS, _asked(b, limit, now))] for b, limit in limits.items()}


def _write(connection: sa.Connection, limits: dict[str, Limit], wanted: Counter[str], now: datetime) -> None:
    rows = [{"bucket": b, "slot": _slot(limit, now), "n": wanted[b]} for b, limit in limits.items()]
    connection.execute(_more(connection.dialect.name), rows)
    connection.execute(_PRUNE, [{"of": b, "before": _window(limit, now)[0] - _KEPT} for b, limit in limits.items()])


@functools.cache
def _more(dialect: str) -> sa.Insert:
    insert = insert_for(dialect, QUOTA_SPENT)
    more: sa.Insert = insert.on_conflict_do_update(index_elements=["bucket", "slot"], set_={"n": QUOTA_SPENT.c.n + insert.excluded.n})
    return more


def _spent(
    connection: sa.Connection,
    over: Iterable[str],
    limits: dict[str, Limit],
    wanted: Counter[str],
    limited: dict[str, datetime],
    now: datetime,
) -> QuotaSpent:
    slots = _slots(connection, {bucket: limits[bucket] for bucket in over}, now)
    frees = [(_free_at(limits[b], slots.get(b, []), wanted[b], limited.get(b), now), b) for b in over]
    never = next((b for free, b in frees if free is None), None)
    if never is not None:
        allowed = f"limit {never} allows {limits[never].requests} requests; {wanted[never]} are needed."
        return QuotaSpent(allowed, until=None, field=never, hint="Nothing was sent. Raise daily_requests if you set it.")
    until, bucket = max((free, b) for free, b in frees if free is not None)
    return QuotaSpent(
        f"limit {bucket} is used up until {instant_text(until)}.",
        until=until,
        field=bucket,
        hint="Nothing was sent; reading goes on by itself then.",
    )


def _free_at(limit: Limit, slots: list[tuple[int, int]], wanted: int, limited: datetime | None, now: datetime) -> datetime | None:
    """The first instant with leave for `wanted` requests if nobody else spends; `now` when there is leave now; None: never."""
    if wanted > limit.requests:
        return None
    free, used = now, sum(n for _, n in slots)
    for slot, n in slots:
        if used + wanted <= limit.requests:
            break
        used -= n
        free = _EPOCH + timedelta(seconds=slot + (_DAY if limit.daily else limit.seconds + 1))
    return max(free, limited) if limited is not None else free


def _state(row: sa.Row[tuple[object, ...]], limit: Limit | None, slots: list[tuple[int, int]], now: datetime) -> QuotaState:
    until = row.limited_until if row.limited_until is not None and row.limited_until > now else None
    free = until if limit is None else _free_at(limit, slots, 1, until, now)
    return QuotaState(
        bucket=row.bucket,
        used=sum(n for _, n in slots),
        allowed=row.requests,
        seconds=row.seconds,
        daily=bool(row.daily),
        limited_until=until,
        free_at=None if free == now else free,
    )
