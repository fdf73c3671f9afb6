"""Which clauses of the briefs went with better or worse views, of one campaign or of all. The mathematics is in the room `insights`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from hexameter.contracts.spelling import instant_text
from hexameter.insights import clause_effects, growth
from hexameter.services.clauses import clauses
from hexameter.services.crowd import read_crowd

if TYPE_CHECKING:
    from hexameter.services.house import House

DAY = 7  # of a post's life, at which views are compared
_WORTH = {"pass": 1.0, "fail": 0.0, "unknown": np.nan}


def clause_effects_of(house: House, at: datetime, campaign: str | None = None) -> dict[str, Any]:
    """The effect of keeping each clause on views on day 7, each creator compared with itself.

    In      campaign  None: all campaigns, put-away ones too; clauses of one kind (like hashtag) are then one, kept when all of them are
    Out     clauses as insights.clause_effects gives them; n: counted posts with a level, n_excluded: without
    Null    effects: not enough data
    Raises  NotFound
    """
    slugs = [campaign] if campaign else [c.slug for c in house.desk.campaigns(archived=True)]
    kept: dict[str, dict[str, float]] = {}
    for slug in slugs:
        for post in clauses(house, slug, at)["posts"]:
            if post["counts"]:
                _judge(kept.setdefault(post["post_id"], {}), post["findings"], campaign is None)
    crowd = read_crowd(house, at, None)
    level = growth.level_at(crowd.curves, len(crowd.published), DAY * 24.0)
    level = np.where(crowd.creator < len(crowd.names), level, np.nan)  # of an unknown creator: nothing to compare with
    known = [(post, crowd.row[post]) for post in kept if post in crowd.row and not np.isnan(level[crowd.row[post]])]
    rows = np.array([row for _, row in known], np.int64)
    names = sorted({name for results in kept.values() for name in results})
    passed = {name: np.array([kept[post].get(name, np.nan) for post, _ in known], np.float64) for name in names}
    return {
        "as_of": instant_text(at),
        "n": len(known),
        "n_excluded": len(kept) - len(known),
        "method": clause_effects.METHOD,
        "version": clause_effects.VERSION,
        "campaign": campaign,
        "day": DAY,
        "coverage_pct": 95,
        "clauses": clause_effects.effects(level[rows], crowd.creator[rows], passed),
    }


def _judge(results: dict[str, float], findings: Iterable[dict[str, Any]], by_kind: bool) -> None:
    """Note what a post's findings say: of several for one clause, a failed one decides, then one that is unknown."""
    for finding in findings:
        name = finding["clause"].partition(":")[0] if by_kind else finding["clause"]
        worth, before = _WORTH[finding["result"]], results.get(name, 1.0)
        results[name] = 0.0 if 0.0 in (worth, before) else before * worth
