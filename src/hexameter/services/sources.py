"""TikTok's APIs as a manager sees them: what each gives, whether it can be used, which accounts are connected, how much is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexameter.contracts.spelling import instant_text
from hexameter.services.connecting import listed
from hexameter.services.tracking.keeping import reparse as read_again
from hexameter.services.tracking.telling import gaps_shown

if TYPE_CHECKING:
    from hexameter.services.house import House


def sources(house: House) -> dict[str, Any]:
    """Every API and every connected account.

    Out  sources [{name, title, help, limits, login, ready, why_not, kinds}], accounts [{handle, login, status, why, since, ...}],
         gaps: what cannot be read now, a sentence each
    """
    return {
        "sources": [
            {
                "name": source.name,
                "title": source.title,
                "help": source.help,
                "limits": source.limits_text,
                "login": source.login,
                "ready": not source.ready(),
                "why_not": source.ready() or None,
                "kinds": dict(source.kinds),
            }
            for source in house.sources.values()
        ],
        "accounts": listed(house),
        "gaps": gaps_shown(house.desk, only_open=True),
    }


def quota(house: House) -> list[dict[str, Any]]:
    """Every limit that was ever spent from: bucket, used, allowed, seconds, daily, limited_until, free_at, help."""
    helps = {limit.name: limit.help for source in house.sources.values() for limit in source.limits}
    found = []
    for state in house.desk.quota.state(house.clock.now()):
        moments = {k: None if getattr(state, k) is None else instant_text(getattr(state, k)) for k in ("limited_until", "free_at")}
        name = state.bucket.partition(":")[0]
        found.append({**vars(state), **moments, "left": _left(state.allowed, state.used), "help": helps.get(name, "")})
    return found


def reparse(house: House, batch: str | None = None) -> dict[str, Any]:
    """Read kept answers again, of one batch or of all, with today's parsers.

    Out     batches, answers, read, stored, changed, rejected
    Raises  NotFound  nothing is kept for that batch
    """
    wanted = [batch] if batch is not None else house.lake.raw.batches()
    house.progress.start("Reading kept answers again", len(wanted))
    total: dict[str, int] = {}
    try:
        for one in wanted:
            for name, n in read_again(house.lake, house.sources, [one]).items():
                total[name] = total.get(name, 0) + n
            house.progress.advance(1)
    finally:
        house.progress.finish()
    return total or read_again(house.lake, house.sources, [])


def _left(allowed: int | None, used: int) -> int | None:
    return None if allowed is None else max(0, allowed - used)
