"""What to do about the numbers: best time, forecast, posts worth boosting, missed posts, creators for a brief. It reads the lake for them;
the mathematics is in the room `insights`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hexameter.contracts.spelling import handle_of, hashtag_of, instant_of, instant_text, zone_of
from hexameter.errors import BadValue
from hexameter.insights import ad_reuse, affinity, best_time, capture_audit, clock, forecast, growth, own_level
from hexameter.services.ad_flags import flags_of
from hexameter.services.clause_effects import clause_effects_of
from hexameter.services.crowd import Crowd, active_hours, campaign_posts, candidates, read_crowd, routes_of, vicinity
from hexameter.services.portfolio import back_test_of, portfolio_of

if TYPE_CHECKING:
    from hexameter.services.house import House


class Insights:
    """The verbs over one home; every answer is JSON-ready and says as_of, n, n_excluded, method and version."""

    def __init__(self, house: House) -> None:
        self._house = house

    def best_time(
        self, campaign: str | None = None, creator: str | None = None, tz: str | None = None, as_of: str | None = None
    ) -> dict[str, Any]:
        """The week's map and its best windows, for a campaign's creators, one creator, or all; hours are of `tz`.

        Raises  BadValue, NotFound
        """
        if campaign and creator:
            raise BadValue("Both campaign and creator are given.", field="scope", hint="Give one of them.")
        zone, at = zone_of(tz or self._house.settings["timezone"]), self._instant(as_of)
        handles = None if campaign is None else {p["creator"] for p in campaign_posts(self._house, campaign, at)}
        crowd = read_crowd(self._house, at, handles)
        who = None if creator is None else crowd.number_of(handle_of(creator))
        if creator is not None and who is None:
            raise BadValue(f"No imported file mentions @{handle_of(creator)}.", field="creator", value=creator, hint="Import their posts.")
        found = best_time.best_time(_posted(crowd, zone), who)
        for window in found["windows"]:
            starts = [day * 24 + window["cell"] % 24 for day in window["days"]]
            coming = min((clock.coming(start, at, zone) for start in starts), key=lambda found: found["at"][0])
            window["next"] = {
                "at": [instant_text(moment) for moment in coming["at"]],
                "local_day": coming["local_day"].isoformat(),
                "skipped": [day.isoformat() for day in coming["skipped"]],
            }
        scope = {"campaign": campaign, "creator": creator, "tz": zone}
        hours = active_hours(self._house, at, creator and handle_of(creator))
        return {"as_of": instant_text(at), "scope": scope, **found, "active_followers_by_hour": hours}

    def forecast(self, campaign: str, as_of: str | None = None) -> dict[str, Any]:
        """Views on day 30 of each of a campaign's posts, with the middle 80 percent."""
        at = self._instant(as_of)
        posts, crowd, matrix = self._grown(campaign, at)
        said = forecast.forecast(matrix, forecast.newest_age(matrix))
        rows = [
            {
                "post_id": p["post_id"],
                "creator": p["creator"],
                "views_now": p["views"],
                **{name: _number(said[name][row]) for name in ("views", "low", "high")},
                "rests_on": int(said["n"][row]),
            }
            for p in posts
            if (row := crowd.row.get(p["post_id"])) is not None
        ]
        n = sum(row["views"] is not None for row in rows)
        head = _head(at, n, len(posts) - n, forecast.METHOD, forecast.VERSION)
        return {**head, "campaign": campaign, "day": 30, "coverage_pct": 80, "posts": rows}

    def reuse(self, campaign: str, as_of: str | None = None, flags: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
        """A campaign's posts worth boosting, best first.

        In      flags  by post id: rights, clauses_failed, music_cleared; None: as the desk knows them (services.ad_flags)
        Out     posts as insights.ad_reuse ranks them, each with clauses, music and ledger where the desk knows them
        """
        at = self._instant(as_of)
        posts, crowd, matrix = self._grown(campaign, at)
        told = flags_of(self._house, campaign, at) if flags is None else flags
        lifted = forecast.lift(matrix, crowd.creator, forecast.newest_age(matrix))
        rows = []
        for p in posts:
            row = crowd.row.get(p["post_id"])
            measured = {name: None if row is None else _number(lifted[name][row]) for name in ("lift", "low", "n")}
            published = None if p["published_at"] is None else instant_of(p["published_at"], "published_at")
            age = None if published is None else (at - published) / timedelta(hours=1)
            rows.append({**p, **measured, "age_hours": age, **told.get(p["post_id"], {})})
        queue = [{**row, **_beside(told.get(row["post_id"], {}))} for row in ad_reuse.ranked(rows)]
        n = sum(row["state"] == "ready" for row in queue)
        return {**_head(at, n, len(queue) - n, ad_reuse.METHOD, ad_reuse.VERSION), "campaign": campaign, "posts": queue}

    def audit(self, campaign: str, as_of: str | None = None) -> dict[str, Any]:
        """What a campaign probably missed, and how many of its posts no route has seen.

        Raises  BadValue  a campaign without a window
        """
        at, scope = self._instant(as_of), self._house.desk.campaign(campaign).scope
        if scope.window is None:
            raise BadValue(
                f"Campaign '{campaign}' has no window.", field="campaign", value=campaign, hint="Give it a first and a last day."
            )
        counted = frozenset(p["post_id"] for p in campaign_posts(self._house, campaign, at))
        people = (scope.handles or frozenset()) | (scope.creator_ids or frozenset())
        wanted = capture_audit.Wanted(
            scope.hashtags, scope.mentions, people, scope.window.start_at, scope.window.end_at, counted, scope.excluded
        )
        near = vicinity(self._house, at, (wanted.start_at - capture_audit.EDGE, wanted.end_at + capture_audit.EDGE), scope.handles)
        found = capture_audit.findings(near, wanted)
        head = _head(at, len(near), 0, capture_audit.METHOD, capture_audit.VERSION)
        return {**head, "campaign": campaign, "findings": found, "unseen": capture_audit.unseen(routes_of(self._house, at, counted))}

    def affinity(self, text: str = "", hashtags: list[str] | None = None, like: str | None = None, limit: int = 20) -> dict[str, Any]:
        """Creators for a brief, or those like one, from sources that may be used for it."""
        if not (text.strip() or hashtags or like):
            raise BadValue("There is no brief.", field="text", hint="Give words, --hashtag or --like HANDLE.")
        at = self._house.clock.now()
        people, left_out = candidates(self._house, at)
        corpus = affinity.Corpus(people)
        if like is not None:
            who = handle_of(like)
            if who not in {p.creator for p in people}:
                hint = "Import a file with their posts; readings from TikTok's account APIs may not be used to find creators."
                raise BadValue(f"Nothing that may be used for this is known of @{who}.", field="like", value=like, hint=hint)
            rows = affinity.look_alikes(corpus, who)
        else:
            rows = affinity.rank(corpus, text, [hashtag_of(tag) for tag in hashtags or ()])
        head = _head(at, len(people), left_out, affinity.METHOD, affinity.VERSION)
        return {**head, "creators": [row for row in rows if row["score"] > 0][: max(limit, 1)]}

    def portfolio(self, campaign: str, budget: str, as_of: str | None = None, **wishes: Any) -> dict[str, Any]:
        """Whom to book for a budget: outcome, currency, fees, fee, least, most of services.portfolio."""
        return portfolio_of(self._house, campaign, budget, self._instant(as_of), **wishes)

    def portfolio_test(self, campaigns: Iterable[str] = (), as_of: str | None = None, **wishes: Any) -> dict[str, Any]:
        """How such choices would have done in past campaigns: outcome, share_pct, fees of services.portfolio."""
        return back_test_of(self._house, self._instant(as_of), campaigns=campaigns, **wishes)

    def clause_effects(self, campaign: str | None = None, as_of: str | None = None) -> dict[str, Any]:
        """Which clauses of the briefs went with better or worse views, of one campaign or of all: services.clause_effects."""
        return clause_effects_of(self._house, self._instant(as_of), campaign)

    def _grown(self, campaign: str, at: datetime) -> tuple[list[dict[str, Any]], Crowd, growth.Reals]:
        posts = campaign_posts(self._house, campaign, at)
        crowd = read_crowd(self._house, at, None)
        return posts, crowd, growth.matrix_of(crowd.curves, len(crowd.published))

    def _instant(self, as_of: str | None) -> datetime:
        return self._house.clock.now() if as_of is None else instant_of(as_of, "as_of")


def _posted(crowd: Crowd, zone: str) -> own_level.Posted:
    posts = len(crowd.published)
    profile = growth.profile_of(growth.matrix_of(crowd.curves, posts))
    level = growth.comparable(crowd.curves, posts, profile, best_time.AGE_HOURS)
    level = np.where(crowd.published >= 0, level, np.nan)
    cell = clock.cells_of(np.maximum(crowd.published, 0), zone) if posts else np.zeros(0, np.int64)
    return own_level.Posted(cell, crowd.creator, crowd.published / 86_400e6, level)


def _head(at: datetime, n: int, n_excluded: int, method: str, version: str) -> dict[str, Any]:
    return {"as_of": instant_text(at), "n": n, "n_excluded": n_excluded, "method": method, "version": version}


def _beside(flags: dict[str, Any]) -> dict[str, Any]:
    return {name: flags.get(name) for name in ("clauses", "music", "ledger")}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
