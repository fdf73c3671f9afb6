"""What a pass did, as one JSON-ready object and one sentence. It reads nothing from TikTok."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.tracking.gaps import of_account
from hexameter.contracts.spelling import instant_text
from hexameter.services.tracking.settling import Tally

if TYPE_CHECKING:
    from hexameter.campaigns.desk import Desk
    from hexameter.campaigns.tracking.gaps import Gap
    from hexameter.services.house import House

_COUNTED = ("post_snapshot", "creator_snapshot", "account_day", "paid_day", "hashtag_snapshot", "audience", "retention")


def told(
    house: House, tally: Tally, files: list[dict[str, Any]], unconnected: Mapping[str, list[str]], next_due: datetime | None
) -> dict[str, Any]:
    """A pass in figures; see `runner.Tracker.once`."""
    gaps = gaps_shown(house.desk, only_open=True)
    stored = sum(tally.stored[name] for name in _COUNTED)
    document = {
        "at": instant_text(house.clock.now()),
        "requests": sum(tally.requests.values()),
        "requests_by_api": dict(sorted(tally.requests.items())),
        "readings_stored": stored,
        "stored": dict(sorted(tally.stored.items())),
        "duplicates": tally.duplicates,
        "rejected": tally.rejected,
        "rejects": tally.rejects,
        "found": dict(sorted(tally.found.items())),
        "files": files,
        "jobs": dict(sorted(tally.jobs.items())),
        "gaps": gaps,
        "unconnected": dict(unconnected),
        "notices": list(dict.fromkeys(tally.notices)),
        "next_due": None if next_due is None else instant_text(next_due),
    }
    return {**document, "summary": _sentence(document)}


def gaps_shown(desk: Desk, **about: Any) -> list[dict[str, Any]]:
    """Gaps as the JSON shows them, oldest first.

    In      about  as `campaigns.tracking.gaps.Gaps.list` takes it
    Out     the columns of a gap, and who: @handle, or "" when it concerns no single creator
    """
    gaps = desk.gaps.list(**about)
    owners = {of_account(c.account.id): c.account.handle for c in desk.accounts.all()} if gaps else {}
    return [_gap_shown(gap, owners) for gap in gaps]


def _gap_shown(gap: Gap, owners: Mapping[str, str]) -> dict[str, Any]:
    shown = vars(gap).copy()
    handle = owners.get(gap.subject, "")
    who = f"@{handle}" if handle else gap.subject if gap.subject.startswith("@") else ""
    moments = {k: None if shown[k] is None else instant_text(shown[k]) for k in ("from_at", "last_at", "to_at")}
    return {**shown, **moments, "who": who}


def _sentence(document: Mapping[str, Any]) -> str:
    parts = [f"{_plural(document['requests'], 'request')}, {_plural(document['readings_stored'], 'new reading')} stored"]
    found = sum(document["found"].values())
    if found:
        parts.append(f"{_plural(found, 'new post')} found")
    if document["files"]:
        parts.append(f"{_plural(len(document['files']), 'file')} taken in")
    missing = sorted({handle for handles in document["unconnected"].values() for handle in handles})
    said = f"{', '.join(parts)}."
    if document["gaps"]:
        said += f" {_plural(len(document['gaps']), 'thing')} could not be read; see gaps."
    if missing:
        names = _some(f"@{h}" for h in missing)
        said += f" Not connected, so not read: {names}. Send them a link: hexameter connect {missing[0]}"
    return said


def _plural(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def _some(words: Iterable[str], most: int = 5) -> str:
    every = list(words)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")
