"""Records that cross rooms: options of an import, what a source hands over, scopes, periods, money. They do no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import pyarrow as pa

DEFINITIONS_VERSION = "1"

ScopeKind = Literal["campaign", "creator", "hashtag", "post", "all"]
SCOPE_KINDS: tuple[ScopeKind, ...] = ("campaign", "creator", "hashtag", "post", "all")


@dataclass(frozen=True)
class ImportOptions:
    """What the user said about a file.

    `columns` maps a canonical field to the file's column (`--map views=vid_nview`). `captured_at` is used where the file is silent.
    `creator` is a handle, for files that do not name their account. `tz` is the zone of times without an offset.
    `now` is the clock's instant: a capture time more than a day after it is refused; None: not checked.
    """

    captured_at: datetime | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    creator: str | None = None
    tz: str = "UTC"
    format: str | None = None
    now: datetime | None = None


@dataclass(frozen=True)
class Chunk:
    """A bounded piece of a file, as lake tables.

    read      rows (or items) of the file this chunk covers, rejected ones included
    readings  table name -> rows in that table's `source_schema` (text may be string_view, which a source need not copy): each is one row
              of the file and counts as stored or duplicate
    beside    the same, for rows that accompany a reading (a post's description, its creator's followers): stored, not counted as read
    rejects   row (int64, 1 = first data row) · field · value · why (text); a row with two bad fields has two entries
    rejected  how many of `read` were left out
    """

    read: int
    readings: Mapping[str, pa.Table]
    beside: Mapping[str, pa.Table]
    rejects: pa.Table
    rejected: int


@dataclass(frozen=True)
class BatchInfo:
    """Which batch is being stored: `batch_id` is derived from content and options, so a retry carries the same one."""

    batch_id: str
    source: str
    origin: str
    sha256: str
    keeps_repeats: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of a batch. `stored` counts rows per table; `duplicates`, `conflicts` and `rejected` count rows of the file."""

    batch_id: str
    read: int
    stored: Mapping[str, int]
    duplicates: int
    conflicts: int
    rejected: int


@dataclass(frozen=True)
class Period:
    """Whole local days, both ends included: [from 00:00 local, to + 1 day 00:00 local)."""

    from_day: date
    to_day: date
    tz: str

    @property
    def start_at(self) -> datetime:
        """The first instant of the period, UTC."""
        return local_midnight(self.from_day, self.tz)

    @property
    def end_at(self) -> datetime:
        """The first instant after the period, UTC."""
        return local_midnight(self.to_day + timedelta(days=1), self.tz)


def local_midnight(day: date, tz: str) -> datetime:
    """The UTC instant at which a local day begins.

    Example local_midnight(date(2025, 7, 1), "Europe/Paris") -> 2025-06-30T22:00Z
    """
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)).astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True)
class Scope:
    """Which posts a number is about (KPIS.md section 0.9).

    `handles` and `creator_ids` name the same creators: ids as the lake resolved them. None = any creator, empty = none.
    `window` is a campaign's own; posts in `included` belong whatever the rules say, those in `excluded` never.
    """

    kind: ScopeKind
    id: str
    handles: frozenset[str] | None = None
    creator_ids: frozenset[str] | None = None
    hashtags: frozenset[str] = frozenset()
    mentions: frozenset[str] = frozenset()
    window: Period | None = None
    included: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cost:
    """Money spent: `kind` fee, product or boost; for one creator (handle) or, with None, the whole campaign; `day` decides on the rate."""

    amount_minor: int
    currency: str
    kind: str = "fee"
    handle: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class Revenue:
    """Money earned by promo code or tracked link; negative for a refund; `day` decides on the rate."""

    amount_minor: int
    currency: str
    handle: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class RateCard:
    """A named, versioned price list for media value; prices in major units of `currency`."""

    name: str
    version: str
    currency: str
    per_1000_views: float
    per_like: float
    per_comment: float
    per_share: float
    source: str


@dataclass(frozen=True)
class Money:
    """A campaign's money. `rates` turns a currency into `currency`: (from) -> (rate, dated), the newest.

    `history` has every rate of a currency, oldest first: an entry with a day takes the newest of that day or before, else the first.
    """

    currency: str | None = None
    costs: tuple[Cost, ...] = ()
    revenues: tuple[Revenue, ...] = ()
    rates: Mapping[str, tuple[float, date]] = field(default_factory=dict)
    history: Mapping[str, tuple[tuple[float, date], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of a pinned lake version."""

    path: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Keep:
    """Hints for leaving files unread. Each is conservative: a file that may hold a matching row is kept.

    creator_ids, post_ids  keep files whose statistics overlap any of these (and, for post_ids, whose month partition matches)
    published              keep files of `post` whose published_at may lie in [start, end)
    """

    creator_ids: frozenset[str] | None = None
    post_ids: frozenset[str] | None = None
    published: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class FileSample:
    """What format detection sees of a file, whatever its container: never more than a bounded head.

    path     the file on disk (a member of a zip: the extracted copy), `name` its own name without folder
    kind     csv | tsv | ndjson | json | parquet | xlsx
    columns  the header of a tabular file, in order; dotted paths of the first items for JSON (authorMeta.name)
    head     the first decoded characters of a text file (at most 64 Ki), "" for binary kinds
    origin   the file as the user has it, folders included; a member of a zip: the zip's path, then the member's. Only for hints
    modified_at  when that file was last written, UTC (a member of a zip: the zip's entry), where known
    """

    path: Path
    name: str
    kind: str
    columns: tuple[str, ...]
    head: str
    origin: str = ""
    modified_at: datetime | None = None
