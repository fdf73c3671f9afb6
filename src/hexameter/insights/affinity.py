"""Which creators fit a brief, and which are alike: words, hashtags and past results, each part shown. It reads no audience of a person.

Words are matched as words and as pieces of words (TF-IDF, any language, no download), tags by overlap weighted by rarity; the two lists are
fused by reciprocal rank. Only rows of sources that may be used for choosing creators come in: TikTok forbids ranking from its account APIs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hexameter.contracts.sentences import Sentence
from hexameter.insights.growth import Reals

METHOD, VERSION = "affinity", "1"
# TIKTOK.md C0: these readings were given for measuring one campaign; no creator may be found or ranked by them
FORBIDDEN_SOURCES = frozenset({"accounts", "display", "tiktok_one", "business", "tiktok_accounts", "tiktok_display"})
_FUSED = 60  # the usual constant of reciprocal rank fusion
_WEIGHTS = {"words": 1.0, "tags": 1.0, "results": 0.25, "activity": 0.15}
_SHOWN = 5


def allowed(source: str | None) -> bool:
    """Whether rows of a source may be used to choose creators; a row whose source is unknown may not.

    Example allowed("apify") -> True
    """
    name = (source or "").strip().lower()
    return bool(name) and name not in FORBIDDEN_SOURCES and not any(part in FORBIDDEN_SOURCES for part in name.replace(":", "_").split("_"))


@dataclass(frozen=True)
class Candidate:
    """What is known of one creator from allowed sources: captions and hashtags of posts, results, posts in the last 30 days."""

    creator: str
    captions: tuple[str, ...]
    hashtags: tuple[tuple[str, ...], ...]
    result: float | None = None  # mean log views over the tier's usual, of n posts
    result_n: int = 0
    recent_posts: int | None = None
    audience: Mapping[str, float] | None = None


class Corpus:
    """Candidates made ready to be asked about."""

    def __init__(self, candidates: Sequence[Candidate]):
        self.candidates = tuple(candidates)
        self._texts = [_text(c.captions, [t for tags in c.hashtags for t in tags]) for c in self.candidates]

    @cached_property
    def _tags(self) -> tuple[dict[str, int], Reals, Any]:
        """Of each tag its column and rarity; of each candidate how often each tag is carried, damped."""
        from scipy.sparse import csr_matrix

        column = {tag: at for at, tag in enumerate(sorted({t for c in self.candidates for tags in c.hashtags for t in tags}))}
        pairs = [(row, column[t]) for row, c in enumerate(self.candidates) for tags in c.hashtags for t in tags]
        rows, columns = (np.array(side, np.int64) for side in zip(*pairs, strict=True)) if pairs else (np.zeros(0, np.int64),) * 2
        counts = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(self.candidates), max(len(column), 1)))
        carriers = np.bincount(counts.indices, minlength=max(len(column), 1))
        rarity = np.log((1 + len(self.candidates)) / (1 + carriers)) + 0.1
        counts.data = 1 + np.log(counts.data)
        return column, np.asarray(rarity, np.float64), counts

    @cached_property
    def _words(self) -> list[tuple[Any, Any]]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        options = ({"analyzer": "word", "token_pattern": r"(?u)\b\w\w+\b"}, {"analyzer": "char_wb", "ngram_range": (3, 4)})
        made = []
        for option in options:
            maker = TfidfVectorizer(lowercase=True, strip_accents="unicode", sublinear_tf=True, max_features=50_000, **option)
            try:
                made.append((maker, maker.fit_transform(self._texts)))
            except ValueError:  # no text has a single word: the list then says nothing
                continue
        return made

    def by_words(self, text: str) -> Reals:
        """Likeness of each candidate's texts to a text, 0 to 1."""
        scores = [np.asarray((matrix @ maker.transform([text]).T).todense()).ravel() for maker, matrix in self._words]
        return np.asarray(np.mean(scores, axis=0) if scores else np.zeros(len(self.candidates)), np.float64)

    def by_tags(self, tags: Sequence[str]) -> Reals:
        """Overlap of each candidate's hashtags with some, weighted by rarity; in units of the whole."""
        column, rarity, counts = self._tags
        known = [column[t] for t in dict.fromkeys(tags) if t in column]
        if not known:
            return np.zeros(len(self.candidates))
        length = np.sqrt(np.asarray(counts.multiply(rarity).power(2).sum(axis=1)).ravel())
        total = np.asarray(counts[:, known] @ rarity[known] ** 2).ravel()
        return np.asarray(total / np.maximum(length * np.sqrt(np.sum(rarity[known] ** 2)), 1e-9))

    def shared(self, at: int, tags: Sequence[str]) -> list[str]:
        """The brief's tags a candidate used, rarest first."""
        column, rarity, _ = self._tags
        own = {t for used in self.candidates[at].hashtags for t in used}
        return sorted((t for t in dict.fromkeys(tags) if t in own), key=lambda t: (-rarity[column[t]], t))


def rank(corpus: Corpus, text: str, tags: Sequence[str], audience: Mapping[str, float] | None = None) -> list[dict[str, Any]]:
    """Candidates for a brief, best first.

    In      text, tags  of the brief; audience  wanted shares, like {"country:FR": 0.5}: a hint that is shown, never a filter
    Out     creator, rank, score (0 to 100), parts {words, tags, results, activity: share of the score}, matched (tags), why (sentences)
    Null    a part without data adds nothing and takes nothing
    Source  METHODS.md 3.9
    Example a brief with #dongy -> first who used #dongy often, "used #dongy"
    """
    people = corpus.candidates
    values = {"words": corpus.by_words(_text([text], tags)), "tags": corpus.by_tags(tags)}
    shrunk = shrunken([c.result for c in people], [c.result_n for c in people])
    active = np.array([np.nan if c.recent_posts is None else c.recent_posts for c in people], np.float64)
    matched = (values["words"] > 0) | (values["tags"] > 0)
    parts = {name: _fuse(value, value > 0) for name, value in values.items()}
    parts |= {"results": _fuse(shrunk, ~np.isnan(shrunk) & matched), "activity": _fuse(active, (active > 0) & matched)}
    score = np.sum([_WEIGHTS[name] * part for name, part in parts.items()], axis=0)
    best = sum(_WEIGHTS.values()) / (_FUSED + 1)
    out = []
    for place, at in enumerate(np.lexsort(([c.creator for c in people], -score)), 1):
        used = corpus.shared(int(at), tags)
        shares = {name: float(_WEIGHTS[name] * part[at] / score[at]) if score[at] else 0.0 for name, part in parts.items()}
        why = _why(people[at], used, float(values["words"][at]), float(shrunk[at])) + _audience(people[at], audience)
        row = {"creator": people[at].creator, "rank": place, "score": float(100 * score[at] / best), "parts": shares}
        out.append({**row, "matched": used, "why": why})
    return out


def look_alikes(corpus: Corpus, creator: str) -> list[dict[str, Any]]:
    """Other creators whose words and tags are most like one's, best first; the same columns as `rank`."""
    at = next(at for at, c in enumerate(corpus.candidates) if c.creator == creator)
    own = corpus.candidates[at]
    ranked = rank(corpus, " ".join(own.captions), [t for tags in own.hashtags for t in tags])
    others = [row for row in ranked if row["creator"] != creator]
    return [{**row, "rank": place} for place, row in enumerate(others, 1)]


def shrunken(means: Sequence[float | None], n: Sequence[int]) -> Reals:
    """Means drawn towards the common one, the more the fewer posts they rest on (empirical Bayes); NaN without any.

    Example two creators at twice what is usual: the one with 2 posts is drawn closer to the middle than the one with 8
    """
    value, size = np.array([np.nan if m is None else m for m in means], np.float64), np.array(n, np.float64)
    known = ~np.isnan(value) & (size > 0)
    if known.sum() < 2:
        return np.where(known, value, np.nan)
    middle = float(np.average(value[known], weights=size[known]))
    within = 1.0  # variance of log views within a creator; an assumption, not fitted
    between = max(float(np.var(value[known])) - within * float(np.mean(1 / size[known])), 0.02)
    return np.where(known, middle + (value - middle) * size / (size + within / between), np.nan)


def _text(captions: Sequence[str], tags: Sequence[str]) -> str:
    return " ".join([*captions, *tags])


def _fuse(value: Reals, there: np.ndarray[Any, np.dtype[np.bool_]]) -> Reals:
    """1 / (60 + rank), equal values the same rank; 0 where there is nothing."""
    out = np.zeros(len(value))
    rows = np.flatnonzero(there)
    ordered = np.sort(-value[rows])
    out[rows] = 1 / (_FUSED + 1 + np.searchsorted(ordered, -value[rows]))
    return out


def _why(who: Candidate, used: list[str], words: float, result: float) -> list[str]:
    said: list[str] = []
    if used:
        tags, more = " ".join("#" + t for t in used[:_SHOWN]), len(used) - _SHOWN
        said.append(Sentence("used {tags} and {more} more", tags=tags, more=more) if more > 0 else Sentence("used {tags}", tags=tags))
    if words > 0.02:
        said.append(Sentence("captions share words with the brief ({share:.0f} of 100)", share=100 * words))
    if not np.isnan(result):
        times = float(np.exp(result))
        said.append(Sentence("past posts about {times:.1f} times what is usual, held back for {n} posts", times=times, n=who.result_n))
    if who.recent_posts is not None:
        said.append(Sentence("{n} posts in the last 30 days", n=who.recent_posts))
    return said or [Sentence("nothing in common with the brief was found")]


def _audience(who: Candidate, wanted: Mapping[str, float] | None) -> list[str]:
    if not wanted or not who.audience:
        return []
    own = who.audience
    return [
        Sentence("audience {key}: {own:.0f} % ({wanted:.0f} % wanted)", key=key, own=100 * own[key], wanted=100 * share)
        for key, share in wanted.items()
        if key in own
    ]
