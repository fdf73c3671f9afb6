"""Sentences that remember their words and values, so that a view can say them in another language. It translates nothing."""

from __future__ import annotations

from typing import Any


class Sentence(str):
    """An English sentence, with its `words` ({named} gaps, format as Python's) and the `values` they are filled with.

    To everybody else it is the text itself: JSON, terminals and comparisons know no difference. A value may be a Sentence too.

    Example Sentence("{n:,} views; judged from {least:,}", n=12, least=1000) -> "12 views; judged from 1,000"
    """

    words: str
    values: dict[str, Any]

    def __new__(cls, words: str, **values: Any) -> Sentence:
        """Fill in the values; words without a value are taken as they are."""
        made = super().__new__(cls, words.format(**values) if values else words)
        made.words, made.values = words, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """For copies."""
        return (self.words,), self.values
