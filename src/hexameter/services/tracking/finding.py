"""Which posts belong to which campaign: by its scope rule at once, by its finding rule for review. It reads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from hexameter.contracts.records import Period

State = Literal["auto", "review"]


class Rule(Protocol):
    """A campaign's finding rule: words, tags and handles with AND, OR, NOT."""

    def matches(self, caption: str, hashtags: Iterable[str], mentions: Iterable[str]) -> tuple[bool, tuple[str, ...]]:
        """Whether a post matches, and the words that did."""
        ...


@dataclass(frozen=True)
class Hunt:
    """What one campaign looks for. `creator_ids` and `handles` None: any creator; `rule` None: only the scope rule of KPIS.md 0.9."""

    campaign: str
    window: Period
    creator_ids: frozenset[str] | None
    handles: frozenset[str] | None
    hashtags: frozenset[str]
    mentions: frozenset[str]
    rule: Rule | None = None

    def own(self, creator_id: str | None, handle: str | None) -> bool:
        """Whether the post is by one of the campaign's creators."""
        return self.creator_ids is None or creator_id in self.creator_ids or (self.handles is not None and handle in self.handles)


@dataclass(frozen=True)
class Find:
    """One post found for one campaign: `auto` counts by itself, `review` waits for a person. `why` is shown to them."""

    campaign: str
    post_id: str
    creator_id: str
    handle: str | None
    published_at: datetime
    state: State
    why: str


def find(hunts: Iterable[Hunt], posts: pa.Table) -> Iterator[Find]:
    """Every (campaign, post) that belongs together.

    In      posts  rows of the lake's table `post`; without publication time a post belongs to no window
    """
    looked = list(hunts)
    for row in posts.to_pylist():
        if row["published_at"] is not None:
            for hunt in looked:
                found = _judge(hunt, row)
                if found is not None:
                    state, why = found
                    known = {name: row[name] for name in ("post_id", "creator_id", "handle", "published_at")}
                    yield Find(campaign=hunt.campaign, state=state, why=why, **known)


def _judge(hunt: Hunt, row: Mapping[str, Any]) -> tuple[State, str] | None:
    if not hunt.window.start_at <= row["published_at"] < hunt.window.end_at:
        return None
    tags = sorted(set(row["hashtags"] or ()) & hunt.hashtags)
    called = sorted(set(row["mentions"] or ()) & hunt.mentions)
    own = hunt.own(row["creator_id"], row["handle"])
    if own and (tags or called):
        return "auto", ", ".join([*(f"#{t}" for t in tags), *(f"@{m}" for m in called)])
    if own and hunt.creator_ids is not None and not (hunt.hashtags or hunt.mentions):
        return "auto", "by a creator of the campaign, in its window"
    if hunt.rule is not None:
        matched, words = hunt.rule.matches(row["caption"] or "", row["hashtags"] or (), row["mentions"] or ())
        if matched:
            return "review", "the rule's " + (", ".join(words) or "conditions")
    return None
