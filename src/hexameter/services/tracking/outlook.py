"""What could be read now, and what the planner makes of it, over one home. It changes nothing but adopting posts named by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.campaigns.tracking.watched import Watched
from hexameter.contracts.tracking import Account, Job
from hexameter.services.tracking import errands
from hexameter.services.tracking.agenda import Agenda, agenda, buckets, jobs, weight_of
from hexameter.services.tracking.columns import Plan, Posts, Rules
from hexameter.services.tracking.errands import Errand
from hexameter.services.tracking.fields import Watch, by_handle, route_of, watches
from hexameter.services.tracking.planning import plan
from hexameter.services.tracking.settled import daily_cap, retention

if TYPE_CHECKING:
    from hexameter.services.house import House

_LEAST = timedelta(hours=1)  # between two readings of a post that nobody promised
_SHARE = 0.005  # of all counted views may stay unseen
_MISSED_AGAIN, _GONE_AGAIN = timedelta(hours=6), timedelta(days=7)
_IDS_HAVE_TIME = 1_400_000_000  # ids whose upper half is an earlier second carry none


@dataclass(frozen=True)
class Outlook:
    """The campaigns under watch, the planner's input and answer, and the errands, at one instant."""

    now: datetime
    watched: Sequence[Watch]
    made: Agenda
    plan: Plan
    errands: Sequence[Errand]
    done_at: Mapping[str, datetime]

    def jobs(self) -> list[Job]:
        """What to read now, errands first: they find posts."""
        starts = [w.hunt.window.start_at for w in self.watched]
        wanted = [e.job for e in errands.due(self.errands, self.done_at, self.now)]
        return wanted + jobs(self.plan, self.made, min(starts) if starts else None, self.now)

    def next_due(self) -> datetime | None:
        """When the next reading is due; None: nothing is under watch."""
        planned = [datetime.fromtimestamp(s, UTC) for s in self.plan.next_due.tolist() if math.isfinite(s)]
        errand = errands.next_due(self.errands, self.done_at, self.now)
        return min([*planned, *([errand] if errand else [])], default=None)

    @property
    def unconnected(self) -> dict[str, list[str]]:
        """By campaign: creators that no API can read."""
        found = {w.campaign.slug: sorted(h for h, route in w.routes.items() if route is None) for w in self.watched}
        return {slug: handles for slug, handles in found.items() if handles}


def look(house: House, now: datetime, until_next: timedelta) -> Outlook:
    """The outlook of a home."""
    desk = house.desk
    watched = watches(desk, house.sources, now, retention(house.settings))
    rows = desk.watched.table(gone=True)
    counted, adopted = _counted(house, watched, rows, now)
    if adopted:
        desk.watched.upsert(adopted)
        rows = desk.watched.table(gone=True)
    done_at = desk.chores.all()
    made = agenda(watched, _to_be_had(house, rows, now), counted, done_at)
    routes = [made.by_key[key] for key in made.routes.key.tolist()]
    limits = buckets(routes, house.sources, desk.quota.state(now), daily_cap(house.settings), now, until_next.total_seconds())
    rules = Rules(least_seconds=_LEAST.total_seconds(), least_views=worthwhile(made.posts, len(made.routes.key)))
    planned = plan(made.posts, made.routes, made.profiles, limits, now=now.timestamp(), until_next=until_next.total_seconds(), rules=rules)
    accounts = [c.account for c in desk.accounts.all("active")]
    return Outlook(now, watched, made, planned, list(errands.errands(watched, accounts, desk.links.all(), house.sources, now)), done_at)


def worthwhile(posts: Posts, routes: int) -> float:
    """Expected unseen views below which a request is not worth sending: all that is left out is so small a share of the counted views
    that nobody misses it.
    """
    counted = posts.weight > 0
    return max(1.0, _SHARE / max(routes, 1) * float(np.nansum(np.where(counted, posts.last_views, 0.0))))


def _to_be_had(house: House, rows: pa.Table, now: datetime) -> pa.Table:
    """The watched posts, less those that were lately not handed over: they are asked for again after hours, or weeks once they are gone."""
    gone = rows.filter(pc.is_valid(rows["gone_at"]))
    gone_at = dict(zip(gone["post_id"].to_pylist(), gone["gone_at"].to_pylist(), strict=True))
    missed = {g.kind.removeprefix("post "): g.last_at for g in house.desk.gaps.list(only_open=True) if g.reason == "gone"}
    last = gone_at | missed
    resting = [i for i, at in last.items() if now - at < (_GONE_AGAIN if i in gone_at else _MISSED_AGAIN)]
    return rows.filter(pc.invert(pc.is_in(rows["post_id"], value_set=pa.array(resting, pa.string())))) if resting else rows


def _counted(house: House, watched: Sequence[Watch], rows: pa.Table, now: datetime) -> tuple[dict[str, dict[str, float]], list[Watched]]:
    """What each found post weighs, by campaign; and posts named by hand that nothing has read yet."""
    found: dict[str, dict[str, float]] = {}
    known = set(rows["post_id"].to_pylist())
    ways = by_handle(house.desk.accounts.all("active"))
    adopted = []
    for watch in watched:
        states = house.desk.inbox.states(watch.campaign.slug)
        found[watch.campaign.slug] = {post_id: weight_of(state) for post_id, (state, _) in states.items()}
        for post_id, (_, handle) in states.items():
            if post_id not in known and post_id.isdecimal():
                adopted += _adopted(post_id, handle, watch, ways, house, now)
    return found, adopted


def _adopted(
    post_id: str, handle: str | None, watch: Watch, ways: Mapping[str, Sequence[Account]], house: House, now: datetime
) -> list[Watched]:
    """A post named by hand, under watch through its creator's route, or the route to anyone's posts."""
    route = (route_of(ways.get(handle, ()), house.sources) if handle else None) or watch.anyone
    route = route or next((r for r in watch.routes.values() if r is not None and r.account is None), None)
    second = int(post_id) >> 32
    if route is None or second <= _IDS_HAVE_TIME:
        return []
    owner = route.account.creator_id if route.account else f"@{handle}" if handle else ""
    key = route.account.id if route.account else None
    return [Watched(post_id, owner, route.api, now, account_id=key, published_at=datetime.fromtimestamp(second, UTC))]
