"""What is worth telling about the work of a campaign: a missing disclosure, a late deliverable, a code that ends. It tells nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hexameter.campaigns.alerts.raised import Raised
from hexameter.campaigns.selling.attribution import WITHIN
from hexameter.contracts.spelling import instant_text
from hexameter.services.alerts.kind import told

if TYPE_CHECKING:
    from hexameter.campaigns.campaign import Campaign
    from hexameter.services.house import House

ENDS_SOON = timedelta(days=7)
UNDISCLOSED = "{campaign}: {creator}'s post {post} does not say that it is an advertisement; the brief asks for {asked}."
LATE = "{campaign}: @{creator} is late with '{what}': it was due on {day}."
ENDING = "{campaign}: {what} ends in {days} day(s), on {day}."
_ENDED = "{campaign}: {what} ended on {day}, and the post still runs as an ad."


def undisclosed(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """Found posts whose disclosure was looked for and is not there, each once; what cannot be told is not told."""
    if campaign is None or not house.desk.briefs.all(campaign.slug):
        return
    from hexameter.services.clauses import clauses

    for post in clauses(house, campaign.slug)["posts"]:
        missing = next((f for f in post["findings"] if f["clause"] == "disclosure" and f["result"] == "fail"), None)
        if missing is not None:
            who = f"@{post['handle']}" if post["handle"] else "somebody"
            asked = "a mark like #ad, or TikTok's paid-partnership label"
            facts = {"campaign": campaign.name, "creator": who, "post": post["post_id"], "asked": asked, "evidence": missing["evidence"]}
            yield told("missing_disclosure", f"{campaign.slug}:{post['post_id']}", campaign.slug, post["post_id"], UNDISCLOSED, facts)


def late_deliverables(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """What was due and is not done, each once; a new due day is a new promise."""
    if campaign is None:
        return
    now = house.clock.now()
    for owed in house.desk.deliverables.list(campaign.slug):
        if owed.due_at is not None and owed.timing(now) == "late":
            day = owed.due_at.astimezone(ZoneInfo(campaign.period.tz)).date().isoformat()
            facts = {"campaign": campaign.name, "creator": owed.handle, "what": owed.what, "day": day, "number": owed.id}
            yield told("late_deliverable", f"{owed.id}:{instant_text(owed.due_at)}", campaign.slug, owed.handle, LATE, facts)


def ending_codes(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """Spark Ads codes and promo codes in their last week, each once; and Spark Ads codes that ended under a running ad."""
    if campaign is None:
        return
    yield from _spark_codes(house, campaign)
    now, end = house.clock.now(), campaign.period.end_at + WITHIN
    if not now < end <= now + ENDS_SOON:
        return
    for code in house.desk.shop.codes(campaign.slug):
        what = f"the promo code {code.code}{f' of @{code.handle}' if code.handle else ''}"
        day = (end - timedelta(seconds=1)).astimezone(ZoneInfo(campaign.period.tz)).date().isoformat()
        facts = {"campaign": campaign.name, "what": what, "days": (end - now) // timedelta(days=1), "day": day, "code": code.code}
        yield told("code_expiring", f"promo:{campaign.slug}:{code.code}:{day}", campaign.slug, code.code, ENDING, facts)


def _spark_codes(house: House, campaign: Campaign) -> Iterator[Raised]:
    now = house.clock.now()
    for right in house.desk.rights.list(campaign.slug):
        if right.state != "granted" or right.valid_until is None or right.valid_until > now + ENDS_SOON:
            continue
        over = right.valid_until <= now
        if over and not right.in_use:
            continue
        what = f"the Spark Ads code for post {right.post_id}{f' of @{right.handle}' if right.handle else ''}"
        day = right.valid_until.astimezone(ZoneInfo(campaign.period.tz)).date().isoformat()
        facts = {"campaign": campaign.name, "what": what, "days": max((right.valid_until - now) // timedelta(days=1), 0), "day": day}
        key = f"spark:{campaign.slug}:{right.post_id}:{instant_text(right.valid_until)}:{'over' if over else 'soon'}"
        yield told("code_expiring", key, campaign.slug, right.post_id, _ENDED if over else ENDING, {**facts, "post": right.post_id})
