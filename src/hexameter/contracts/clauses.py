"""Clauses of a brief that a machine can check, and what a check found. It checks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ClauseKind = Literal["hashtag", "mention", "disclosure", "duration", "window", "music", "forbidden"]
CLAUSE_KINDS: tuple[ClauseKind, ...] = ("hashtag", "mention", "disclosure", "duration", "window", "music", "forbidden")
Operator = Literal["has", "has_any", "between", "is", "lacks"]
Result = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True)
class Clause:
    """One checkable sentence of a brief.

    kind · operator · value
        hashtag · has · (tag,)             mention · has · (handle,)         disclosure · has_any · (tags that disclose)
        duration · between · (low, high)   window · between · (from, to)     music · is · (music id,)     forbidden · lacks · (words)
    A bound left open is "".
    """

    kind: ClauseKind
    operator: Operator
    value: tuple[str, ...]

    @property
    def id(self) -> str:
        """A stable name: the kind, with the word where a brief may have several of the kind."""
        return f"{self.kind}:{self.value[0]}" if self.kind in ("hashtag", "mention") else self.kind


@dataclass(frozen=True)
class Finding:
    """What a check of one clause on one post came to, with what was looked at; `near`: the misspelt word that was found instead."""

    clause: str
    result: Result
    evidence: str
    near: str | None = None
