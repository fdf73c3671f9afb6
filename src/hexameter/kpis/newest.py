"""From all readings of posts to one row a post: which reading counts for a counter and for a rate. It computes no rate.

Pure functions over whole posts, so an engine may hand them the posts of a question in parts, wherever the part's rows are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa

from hexameter.kpis.arrays import Flags, Numbers, Places, firsts, flags, numbers, valid, whole
from hexameter.kpis.calendar import local_days
from hexameter.kpis.reading import COUNTERS, FORMULAS, ROUNDED, in_order

_WEEK = 7 * 86_400_000_000
RUNNING = ("likes", "comments", "shares")


@dataclass(frozen=True)
class Moments:
    """The instants readings are looked at from, in microseconds of UTC; the trust in sources; the zone of days."""

    start_at: int
    until: int
    as_of: int
    sources: tuple[str, ...]
    tz: str
    last_year: int


class Readings:
    """Readings of whole posts as arrays, each post's together, from the one that counts least to the one that wins."""

    def __init__(self, rows: pa.Table, sources: tuple[str, ...]):
        self._rows = rows
        self._order, post = in_order(rows, "post_id", sources)
        self.places = np.arange(rows.num_rows)
        self._as_read = np.array_equal(self._order, self.places)  # the lake keeps a post's readings together and in order
        self._columns: dict[str, Numbers] = {}
        self.starts = firsts(post)
        self._ends = np.append(self.starts[1:], rows.num_rows)[: len(self.starts)] - 1

    def __getitem__(self, name: str) -> Numbers:
        if name not in self._columns:
            read = numbers(self._rows, name)
            self._columns[name] = read if self._as_read else read.ordered(self._order)
        return self._columns[name]

    @cached_property
    def _always(self) -> Flags:
        return np.ones(len(self.places), np.bool_)

    @cached_property
    def first(self) -> Places:
        """Of each row, the first row of its post."""
        return self.spread(self.starts)

    def spread(self, by_post: Places) -> Places:
        """A value of each post beside every reading of it."""
        return np.repeat(by_post, np.diff(self.starts, append=len(self.places)))

    def last(self, which: Flags) -> Places:
        """Of each post, the winning row among those; -1 for none."""
        if which.all():
            return self._ends
        return np.maximum.reduceat(np.where(which, self.places, -1), self.starts)

    def so_far(self, which: Flags) -> Places:
        """Of each row, the newest row of its post up to itself among those; -1 for none."""
        if which.all():
            return self.places
        found = np.maximum.accumulate(np.where(which, self.places, -1))
        return np.where(found >= self.first, found, -1)

    def read(self, *names: str) -> Flags:
        """Where all of some counters were read."""
        found = self[names[0]].there
        for name in names[1:]:
            found = found & self[name].there
        return found

    def words(self, name: str, rows: Places) -> pa.Array:
        """Texts of some rows; null for row -1."""
        wanted = pa.array(self._order[rows], mask=rows < 0)
        return whole(self._rows[name]).take(wanted)

    def has(self, name: str) -> Flags:
        """Where a text was read."""
        return valid(self._rows[name])[self._order]

    def is_true(self, name: str) -> Flags:
        """Where a truth is one."""
        return flags(self._rows[name])[self._order]

    def rounding(self, name: str) -> Numbers:
        """Half-widths, 0 where exact; reach is never shown rounded."""
        widths = self[f"{name}_rounding"].or_zero() if name in ROUNDED else np.zeros(len(self.places), np.int64)
        return Numbers(widths, self._always)


def newest(rows: pa.Table, moments: Moments) -> pa.Table:
    """Everything about a post that its own readings say.

    In      rows  reading.READ, whole posts
    Out     one row a post: post_id, read_before (any reading by the period's start) and the frame `post_readings`' columns of
            readings; instants as microseconds
    """
    if not rows.num_rows:
        return _none()
    r = Readings(rows, moments.sources)
    everything = np.ones(rows.num_rows, np.bool_)
    last, seen = r.last(everything), r.read("views")
    at, of_views = r["captured_at"], r.last(seen)
    out: dict[str, pa.Array] = {
        "post_id": r.words("post_id", last),
        "read_before": pa.array(r.last(at.values <= moments.start_at) >= 0),
        "captured_at": at.at(last).arrow(),
        "source": r.words("source", last),
        "precision": r.words("precision", r.last(r.has("precision"))),
    }
    for name in COUNTERS:
        row = r.last(r.read(name))
        out[name] = r[name].at(row).arrow()
        if name in ROUNDED:
            out[f"{name}_rounding"] = r.rounding(name).at(row).arrow()
    for rate, (ups, down) in FORMULAS.items():
        out |= _rate(r, rate, ups, down)
    older = seen & (at.values < r.spread(at.at(of_views).values))
    before = r.last(older)
    moment = {
        "views_start": r.last(seen & (at.values <= moments.start_at)),
        "views_end": r.last(seen & (at.values <= moments.until)),
        "views_7d": r.last(seen & _young(r, moments)),
        "views_before_last": before,
    }
    out |= {name: r["views"].at(row).arrow() for name, row in moment.items()}
    out |= {"views_last_at": at.at(of_views).arrow(), "views_before_last_at": at.at(before).arrow()}
    return pa.table(out).select(_none().column_names)


@lru_cache(maxsize=1)
def _none() -> pa.Table:
    """Nothing, in the columns of `newest`."""
    words = ("post_id", "source", "precision")
    names = ["post_id", "read_before", "captured_at", "source", "precision", *COUNTERS, *(f"{name}_rounding" for name in ROUNDED)]
    for rate, (_, down) in FORMULAS.items():
        names += [f"{rate}_{part}" for part in ("up", "up_rounding", *(("down", "down_rounding") if down else ()))]
    names += ["views_start", "views_end", "views_7d", "views_before_last", "views_last_at", "views_before_last_at"]
    kinds = {**dict.fromkeys(names, pa.int64()), **dict.fromkeys(words, pa.string()), "read_before": pa.bool_()}
    return pa.schema(list(kinds.items())).empty_table()


def _rate(r: Readings, rate: str, ups: tuple[str, ...], down: str | None) -> Mapping[str, pa.Array]:
    """Numerator and denominator of the newest reading that has all of them."""
    row = r.last(r.read(*ups, *([down] if down else [])))
    up, width = (sum_of([part(name) for name in ups]) for part in (r.__getitem__, r.rounding))
    out = {f"{rate}_up": up.at(row).arrow(), f"{rate}_up_rounding": width.at(row).arrow()}
    if down:
        out |= {f"{rate}_down": r[down].at(row).arrow(), f"{rate}_down_rounding": r.rounding(down).at(row).arrow()}
    return out


def sum_of(parts: list[Numbers]) -> Numbers:
    """Row by row; not there where one part is not."""
    out = parts[0]
    for part in parts[1:]:
        out = out + part
    return out


def _young(r: Readings, moments: Moments) -> Flags:
    # a post younger than seven days is taken as it is
    week = r["published_at"].values + _WEEK
    return np.asarray(r["published_at"].there & ((week > moments.as_of) | (r["captured_at"].values <= week)), dtype=np.bool_)


def changes(rows: pa.Table, moments: Moments) -> pa.Table:
    """How much each running total of the period's posts moved on each local day.

    Differences of every post's last known values; their sum counts a post from the first reading at which all three are known.

    In      rows  reading.READ, whole posts
    Out     day (days since 1970), likes, comments, shares, interactions: null where nothing was known yet
    """
    if not rows.num_rows:
        return pa.schema([(name, pa.int64()) for name in ("day", *RUNNING, "interactions")]).empty_table()
    r = Readings(rows, moments.sources)
    now = {name: r[name].at(r.so_far(r[name].there)) for name in RUNNING}
    now["interactions"] = sum_of(list(now.values()))
    day = local_days(r["captured_at"], moments.tz, moments.last_year)
    kept = np.flatnonzero(day.there & r.is_true("in_period"))
    kept = kept[np.argsort(day.values[kept], kind="stable")]
    days = day.values[kept]
    opens = r.first == r.places
    return _by_day(days, {name: _steps(known, opens).at(kept) for name, known in now.items()})


def _steps(known: Numbers, opens: Flags) -> Numbers:
    """What each reading adds to what its post's earlier ones said."""
    value = known.or_zero()
    return Numbers(value - np.where(opens, 0, np.concatenate(([0], value[:-1]))), known.there)


def _by_day(days: Places, moved: Mapping[str, Numbers]) -> pa.Table:
    starts = firsts(days)
    if not len(starts):
        return pa.schema([(name, pa.int64()) for name in ("day", *moved)]).empty_table()
    sums = {n: Numbers(np.add.reduceat(m.or_zero(), starts), np.logical_or.reduceat(m.there, starts)).arrow() for n, m in moved.items()}
    return pa.table({"day": pa.array(days[starts]), **sums})


def curves(rows: pa.Table, moments: Moments) -> pa.Table:
    """Growth curves: views of each post at each instant they were read.

    In      rows  reading.READ, whole posts
    Out     post_id, captured_at (microseconds), views; in that order
    """
    if not rows.num_rows:
        return pa.schema([("post_id", pa.string()), ("captured_at", pa.int64()), ("views", pa.int64())]).empty_table()
    r = Readings(rows, moments.sources)
    seen = np.flatnonzero(r.read("views"))
    post, at = r.first[seen], r["captured_at"].values[seen]
    winners = seen[np.append(firsts(post, at)[1:], len(seen)) - 1] if len(seen) else seen
    found = {"post_id": r.words("post_id", winners), "captured_at": r["captured_at"].at(winners).arrow()}
    return pa.table(found | {"views": r["views"].at(winners).arrow()}).sort_by([("post_id", "ascending"), ("captured_at", "ascending")])
