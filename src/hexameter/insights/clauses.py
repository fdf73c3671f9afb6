"""Whether posts keep the clauses of their brief: pass, fail or unknown, with what was looked at. It reads no lake and no desk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hexameter.contracts.clauses import Clause, Finding, Result
from hexameter.contracts.sentences import Sentence

_TAG = re.compile(r"[#＃]([^\s#＃@,.;:!?\"'()\[\]{}<>]+)")
_MENTION = re.compile(r"@([\w.\-]{1,64})")
_CUT = 150  # signs after which the Display API cuts a caption (docs/sources.md)


@dataclass(frozen=True)
class DescribedPost:
    """A post as the lake describes it; None: not read. `paid_partnership` is the platform's own label."""

    post_id: str
    handle: str | None
    published_at: datetime | None
    caption: str | None
    hashtags: tuple[str, ...] | None
    mentions: tuple[str, ...] | None
    duration_seconds: float | None
    music_id: str | None
    paid_partnership: bool | None


def check(clauses: Iterable[Clause], post: DescribedPost, tz: str) -> list[Finding]:
    """Every clause on one post.

    In      tz  the zone in which the clause's days begin
    """
    return [_CHECKS[clause.kind](clause, post, tz) for clause in clauses]


def verdict(findings: Iterable[Finding]) -> Result:
    """One word for a post: fail when any clause fails, unknown when one cannot be told, else pass.

    Example verdict([Finding("music", "pass", "")]) -> "pass"
    """
    results = {finding.result for finding in findings}
    return "fail" if "fail" in results else "unknown" if "unknown" in results or not results else "pass"


def compliance(verdicts: Sequence[Result]) -> dict[str, Any]:
    """The share of posts that keep every clause, of those of which it can be told.

    Out     compliance_pct, n, n_excluded (posts of which it cannot be told)
    Null    no post can be judged
    Example compliance(["pass", "fail", "unknown"]) -> {"compliance_pct": 50.0, "n": 2, "n_excluded": 1}
    """
    judged = [v for v in verdicts if v != "unknown"]
    kept = sum(1 for v in judged if v == "pass")
    return {"compliance_pct": kept / len(judged) * 100 if judged else None, "n": len(judged), "n_excluded": len(verdicts) - len(judged)}


def by_clause(checked: Iterable[Sequence[Finding]]) -> list[dict[str, Any]]:
    """Of every clause how often it was kept.

    Out     clause, passed, failed, unknown, compliance_pct (of those told), n, n_excluded
    """
    counts: dict[str, list[Result]] = {}
    for findings in checked:
        for finding in findings:
            counts.setdefault(finding.clause, []).append(finding.result)
    return [
        {"clause": name, "passed": r.count("pass"), "failed": r.count("fail"), "unknown": r.count("unknown"), **compliance(r)}
        for name, r in counts.items()
    ]


def _hashtag(clause: Clause, post: DescribedPost, tz: str) -> Finding:
    wanted, there = clause.value[0], _tags(post)
    if there is None:
        return Finding(clause.id, "unknown", Sentence("The caption was not read."))
    if wanted in there:
        return Finding(clause.id, "pass", Sentence("{word} is there.", word=f"#{wanted}"))
    near = min((t for t in there if _close(t, wanted)), key=lambda t: (_distance(t, wanted), t), default=None)
    if near is not None:
        return Finding(clause.id, "fail", _instead(f"#{near}", f"#{wanted}"), near)
    return _missing(clause, post, f"#{wanted}", there, "#")


def _mention(clause: Clause, post: DescribedPost, tz: str) -> Finding:
    wanted, there = clause.value[0], _mentions(post)
    if there is None:
        return Finding(clause.id, "unknown", Sentence("The caption was not read."))
    if wanted in there:
        return Finding(clause.id, "pass", Sentence("{word} is there.", word=f"@{wanted}"))
    near = min((t for t in there if _close(t, wanted)), key=lambda t: (_distance(t, wanted), t), default=None)
    if near is not None:
        return Finding(clause.id, "fail", _instead(f"@{near}", f"@{wanted}"), near)
    return _missing(clause, post, f"@{wanted}", there, "@")


def _disclosure(clause: Clause, post: DescribedPost, tz: str) -> Finding:
    if post.paid_partnership:
        return Finding(clause.id, "pass", Sentence("TikTok's own label for paid partnerships is on."))
    there = _tags(post)
    said = sorted((there or set()) & {_folded(word) for word in clause.value})
    if said:
        return Finding(clause.id, "pass", Sentence("#{tag} says so.", tag=said[0]))
    if there is None or _was_cut(post):
        return Finding(clause.id, "unknown", Sentence("The caption was not read to its end, and the label is not known to be on."))
    if post.paid_partnership is None:  # what a reader of the caption sees decides; the label may still be on
        said_by_none = Sentence("No hashtag discloses it; whether TikTok's label is on was not read: look at the post.")
        return Finding(clause.id, "fail", said_by_none)
    return Finding(clause.id, "fail", Sentence("No hashtag discloses it, and TikTok's label is off."))


def _duration(clause: Clause, post: DescribedPost, tz: str) -> Finding:
    low, high = (float(bound) if bound else None for bound in clause.value)
    length = post.duration_seconds
    if length is None:
        return Finding(clause.id, "unknown", Sentence("The length was not read."))
    within = (low is None or length >= low) and (high is None or length <= high)
    said = Sentence("{length:g} seconds; asked for {wanted}.", length=length, wanted=_range(low, high))
    return Finding(clause.id, "pass" if within else "fail", said)


def _window(clause: Clause, post: DescribedPost, tz: str) -> Finding:
    first, last = clause.value
    if post.published_at is None:
        return Finding(clause.id, "unknown", Sentence("When it was published is not known."))
    day = post.published_at.astimezone(ZoneInfo(tz)).date().isoformat()
    within = (not first or first <= day) and (not last or day <= last)
    asked = {"first": first or "...", "last": last or "..."}
    said = Sentence("Published on {day} ({tz}); asked for {first} to {last}.", day=day, tz=tz, **asked)
    return Finding(clause.id, "pass" if within else "fail", said)


def _music(clause: Clause, post: DescribedPost, tz: str) -> Finding:
    if post.music_id is None:
        return Finding(clause.id, "unknown", Sentence("The sound was not read."))
    same = post.music_id == clause.value[0]
    said = Sentence("Sound {sound}; asked for {wanted}.", sound=post.music_id, wanted=clause.value[0])
    return Finding(clause.id, "pass" if same else "fail", said)


def _forbidden(clause: Clause, post: DescribedPost, tz: str) -> Finding:
    if post.caption is None:
        return Finding(clause.id, "unknown", Sentence("The caption was not read."))
    text = _folded(post.caption)
    found = next((word for word in clause.value if _holds(text, _folded(word))), None)
    if found is not None:
        return Finding(clause.id, "fail", Sentence("The caption says '{word}'.", word=found))
    if _was_cut(post):
        return Finding(clause.id, "unknown", Sentence("The caption was not read to its end."))
    return Finding(clause.id, "pass", Sentence("None of the words is in the caption."))


_CHECKS = {
    "hashtag": _hashtag,
    "mention": _mention,
    "disclosure": _disclosure,
    "duration": _duration,
    "window": _window,
    "music": _music,
    "forbidden": _forbidden,
}


def _missing(clause: Clause, post: DescribedPost, wanted: str, there: Iterable[str], mark: str) -> Finding:
    if _was_cut(post):
        return Finding(clause.id, "unknown", Sentence("{word} is not in the part of the caption that was read.", word=wanted))
    seen = ", ".join(f"{mark}{word}" for word in sorted(there)[:8]) or Sentence("none")
    return Finding(clause.id, "fail", Sentence("{word} is missing; there: {seen}.", word=wanted, seen=seen))


def _instead(near: str, wanted: str) -> Sentence:
    return Sentence("{word} is there instead of {wanted}.", word=near, wanted=wanted)


def _was_cut(post: DescribedPost) -> bool:
    """Whether the caption may go on: its length is exactly where an API cuts."""
    return post.caption is not None and len(post.caption) == _CUT


def _tags(post: DescribedPost) -> set[str] | None:
    if post.hashtags is None and post.caption is None:
        return None
    return {_folded(tag.strip().lstrip("#＃")) for tag in (*(post.hashtags or ()), *_TAG.findall(post.caption or ""))} - {""}


def _mentions(post: DescribedPost) -> set[str] | None:
    if post.mentions is None and post.caption is None:
        return None
    return {*(post.mentions or ()), *(name.lower().strip(".") for name in _MENTION.findall(post.caption or ""))}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _holds(text: str, word: str) -> bool:
    """A whole word or phrase, wherever it stands."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return Sentence("{low:g} to {high:g}", low=low, high=high)
    return Sentence("at least {low:g}", low=low) if low is not None else Sentence("at most {high:g}", high=high)


def _close(word: str, wanted: str) -> bool:
    """A slip of the hand: one letter wrong in a short word, two in a longer one; or the same once accents and look-alikes are gone."""
    allowed = 0 if len(wanted) < 4 else 1 if len(wanted) < 7 else 2
    return _skeleton(word) == _skeleton(wanted) or (abs(len(word) - len(wanted)) <= allowed and _distance(word, wanted) <= allowed)


def _skeleton(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return plain.translate(_LOOKALIKE)


# Cyrillic letters and digits that look like Latin ones; underscores and hyphens fall out
_LOOKALIKE = str.maketrans("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u045501", "aeopcyxijsol", "_-")


def _distance(one: str, other: str) -> int:
    """Letters to put in, take out, exchange, or swap with their neighbour."""
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        now = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
