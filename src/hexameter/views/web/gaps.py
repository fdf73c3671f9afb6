"""What could not be read, in the reader's words: what happened, since when, of whom, what to do. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts

_NAMED = 4
_PASSING = ("quota", "rate")  # nothing is lost by them, so they are no alarm


@dataclass(frozen=True)
class GapTold:
    """Gaps of one kind that go on: `tone` bad or warn, what happened since when, whom it concerns and what to do; the platform's words."""

    tone: str
    title: str
    detail: str
    link: str
    platform: str


def going_on(gaps: Sequence[Mapping[str, Any]], t: Texts, num: Numbers) -> Iterator[GapTold]:
    """Open gaps, one a reason, what needs somebody first. Posts that are gone are no gap: see `attention`."""
    by_reason: dict[str, list[Mapping[str, Any]]] = {}
    for gap in gaps:
        if gap["to_at"] is None and gap["reason"] != "gone":
            by_reason.setdefault(gap["reason"], []).append(gap)
    for reason, there in sorted(by_reason.items(), key=lambda found: found[0] in _PASSING):
        since = num.instant(min(str(gap["from_at"]) for gap in there))
        detail = " ".join(part for part in (_concerned(there, t), _advice(reason, t)) if part)
        link = "/connections" if reason in ("revoked", "scope", "refused") else ""
        tone = "warn" if reason in _PASSING else "bad"
        yield GapTold(tone, t("{what} since {when}", what=happened(reason, t), when=since), detail, link, str(there[-1]["sentence"]))


def happened(reason: str, t: Texts) -> str:
    """What a reason means, in a few words."""
    return {
        "outage": t("TikTok gives no usable answer"),
        "quota": t("The limit of requests is used up"),
        "rate": t("TikTok asks for patience"),
        "revoked": t("A consent has ended"),
        "scope": t("A permission was not granted"),
        "refused": t("TikTok refuses to answer"),
        "offline": t("Nobody was reading"),
    }.get(reason, t("Not read"))


def _advice(reason: str, t: Texts) -> str:
    return {
        "outage": t("Nothing to do: it is asked again by itself. What was read before stays, with its date."),
        "quota": t("Nothing to do: reading goes on by itself."),
        "rate": t("Nothing to do: reading goes on by itself."),
        "revoked": t("Ask the creator to connect again."),
        "scope": t("Ask the creator to connect again, with every permission ticked."),
        "refused": t("What it says stands under Connections."),
    }.get(reason, "")


def _concerned(gaps: Sequence[Mapping[str, Any]], t: Texts) -> str:
    """Whom they concern, the first few by name; "" when they concern everything."""
    who = list(dict.fromkeys(str(gap["who"]) for gap in gaps if gap["who"]))
    if not who:
        return ""
    named = ", ".join(who[:_NAMED])
    if len(who) > _NAMED:
        named += " " + t("and {n} more", n=len(who) - _NAMED)
    return t("Not read: {who}.", who=named)
