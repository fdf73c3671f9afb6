"""Counts every request against every documented limit, by the driven clock. It trusts nobody's own count."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """So many requests in a sliding window of `seconds`, or in a UTC day (`seconds` = 0)."""

    name: str
    requests: int
    seconds: int = 0


@dataclass(frozen=True)
class Quotas:
    """The documented limits; 0 switches one off. The business app's are those of the Basic tier."""

    display_minute: int = 600
    research_day: int = 1_000
    followers_day: int = 20_000
    commercial_day: int = 1_000
    accounts_minute: int = 40
    app_second: int = 10
    app_minute: int = 600
    app_day: int = 864_000


@dataclass
class _Bucket:
    rule: Rule
    recent: deque[float] = field(default_factory=deque)
    day: int = -1
    today: int = 0
    total: int = 0
    worst: int = 0

    def add(self, now: float) -> int:
        self.total += 1
        if int(now // 86_400) != self.day:
            self.day, self.today = int(now // 86_400), 0
        self.today += 1
        if self.rule.seconds:
            while self.recent and self.recent[0] <= now - self.rule.seconds:
                self.recent.popleft()
            self.recent.append(now)
        inside = len(self.recent) if self.rule.seconds else self.today
        self.worst = max(self.worst, inside)
        return inside


@dataclass
class Ledger:
    """What was asked. A refused request counts too: asking again does not help."""

    buckets: dict[str, _Bucket] = field(default_factory=dict)
    spent_until: dict[str, float] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def spend(self, rules: Iterable[tuple[Rule, str]], now: float) -> Rule | None:
        """Count one request.

        In      rules  each with whose bucket it is ("" for the whole app's)
                now    Unix seconds
        Out     the first limit that it breaks, or None
        """
        broken = None
        for rule, whose in rules:
            if not rule.requests:
                continue
            name = f"{rule.name}:{whose}" if whose else rule.name
            inside = self.buckets.setdefault(name, _Bucket(rule)).add(now)
            if broken is None and (inside > rule.requests or now < self.spent_until.get(name, 0.0)):
                broken = rule
        return broken

    def exhaust(self, rule: Rule, now: float) -> None:
        """Somebody else spent the rest of the day: refused until 00:00 UTC."""
        self.spent_until[rule.name] = (now // 86_400 + 1) * 86_400

    def note(self, endpoint: str, outcome: str) -> None:
        """Remember how a request ended."""
        self.outcomes[endpoint, outcome] += 1

    def counts(self) -> dict[str, int]:
        """Requests a bucket has seen, ever."""
        return {name: bucket.total for name, bucket in self.buckets.items()}

    def worst(self) -> dict[str, tuple[int, int]]:
        """The most requests any window of a bucket has seen, and how many are allowed."""
        return {name: (bucket.worst, bucket.rule.requests) for name, bucket in self.buckets.items()}

    def exceeded(self) -> dict[str, tuple[int, int]]:
        """The buckets in which somebody asked too often."""
        return {name: pair for name, pair in self.worst().items() if pair[0] > pair[1]}
