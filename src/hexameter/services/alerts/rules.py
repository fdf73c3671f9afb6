"""What is worth telling, one rule a kind. A rule looks and names what it sees under a stable key; it tells nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from hexameter.campaigns.alerts.raised import Raised
from hexameter.contracts.spelling import instant_of, instant_text
from hexameter.services.alerts.kind import Kind, told
from hexameter.services.alerts.work_rules import ENDING, LATE, UNDISCLOSED, ending_codes, late_deliverables, undisclosed

if TYPE_CHECKING:
    from hexameter.campaigns.campaign import Campaign
    from hexameter.services.house import House

_LOOK_BACK = timedelta(days=3)  # how old a jump may be and still be news
_PATIENCE = timedelta(hours=1)  # an outage shorter than this is nobody's business
_LISTED = 20
_GROWN, _SHARE, _LEAST = 3.0, 0.2, 1_000


_NEW_POSTS = "{campaign}: {n} new post(s) found, by {creators}. {review} wait for review."


def new_posts(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """Posts found since the last alert of this kind, together; an alert holds how far it reaches, so that none is told twice."""
    if campaign is None:
        return
    before = [a for a in house.desk.alerts.list(campaign=campaign.slug, limit=10_000) if a.kind == "new_post"]
    since = max((instant_of(a.facts["until"], "until") for a in before), default=None)
    posts = [p for p in house.desk.inbox.list(campaign.slug) if p.via != "hand" and (since is None or p.found_at > since)]
    if not posts:
        return
    until = instant_text(max(p.found_at for p in posts))
    names = sorted({f"@{p.handle}" for p in posts if p.handle})
    facts = {
        "campaign": campaign.name,
        "n": len(posts),
        "creators": _listed(names),
        "review": sum(1 for p in posts if p.state == "review"),
        "posts": [p.post_id for p in posts[:_LISTED]],
        "until": until,
    }
    yield told("new_post", f"{campaign.slug}:{until}", campaign.slug, posts[0].post_id, _NEW_POSTS, facts)


_JUMP_FOLLOWERS = "{campaign}: @{creator} has {net:+,} followers on {day}, far from the days before: unexplained so far."


def follower_jumps(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """Days on which a creator's followers moved far from their usual."""
    if campaign is None:
        return
    from hexameter.services.asking import Ask
    from hexameter.services.measure import measure

    now = house.clock.now()
    document = measure(Ask(campaign=campaign.slug), house)
    for jump in document["followers"].get("anomalies") or ():
        if str(jump["day"])[:10] >= (now - _LOOK_BACK).date().isoformat():
            facts = {"campaign": campaign.name, "creator": jump["creator"], "net": jump["net"], "day": str(jump["day"])[:10]}
            key = f"{jump['creator']}:{facts['day']}"
            yield told("jump_followers", key, campaign.slug, jump["creator"], _JUMP_FOLLOWERS, facts)


_JUMP_VIEWS = "{campaign}: @{creator}'s post {post} gained {gained:,} views in a day; it had gained {before:,} the day before."


def view_jumps(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """Posts whose last day brought at least three times the views of the day before, 1,000 of them, and a fifth of all they had."""
    if campaign is None:
        return
    from hexameter.services.asking import Ask
    from hexameter.services.measure import measure

    now = house.clock.now()
    days = [measure(Ask(campaign=campaign.slug, as_of=now - timedelta(days=d), posts=True), house)["posts"] for d in (2, 1, 0)]
    two, one, last = ({p["post_id"]: p["views"] for p in posts} for posts in days)
    names = {p["post_id"]: p.get("creator") for p in days[2]}
    for post, views in last.items():
        if views is None or one.get(post) is None or two.get(post) is None:
            continue
        gained, before = views - one[post], one[post] - two[post]
        if gained >= max(_LEAST, _GROWN * before, _SHARE * one[post]):
            facts = {"campaign": campaign.name, "creator": names[post], "post": post, "gained": gained, "before": before}
            yield told("jump_views", f"{post}:{now.date().isoformat()}", campaign.slug, post, _JUMP_VIEWS, facts)


_SOURCE_DOWN = "{sentence}"


def sources_down(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """What cannot be read: a consent that is gone at once, an outage once it lasts."""
    if campaign is not None:
        return
    now = house.clock.now()
    for gap in house.desk.gaps.list(only_open=True):
        lasting = gap.last_at - gap.from_at >= _PATIENCE or now - gap.from_at >= _PATIENCE
        if gap.reason in ("revoked", "scope", "refused") or (gap.reason in ("outage", "offline") and lasting):
            facts = {"sentence": gap.sentence, "reason": gap.reason, "api": gap.api, "from_at": instant_text(gap.from_at)}
            yield told("source_down", str(gap.id), None, gap.subject or gap.api, _SOURCE_DOWN, facts)


_GOAL = "{campaign}: the goal for {title} is at risk: {value:,.10g} of {target:,.10g}."


def goals_at_risk(house: House, campaign: Campaign | None) -> Iterator[Raised]:
    """Goals that will not be reached at this pace, once a week."""
    if campaign is None:
        return
    from hexameter.services.goals import standing

    week = f"{house.clock.now():%G-W%V}"
    for goal in standing(campaign.slug, house)["goals"]:
        if goal["pace"] == "at_risk":
            facts = {"campaign": campaign.name, **{name: goal[name] for name in ("figure", "title", "value", "target", "expected")}}
            yield told("goal_at_risk", f"{campaign.slug}:{goal['figure']}:{week}", campaign.slug, goal["figure"], _GOAL, facts)


KINDS: tuple[Kind, ...] = (
    Kind("new_post", "New posts", "Posts were found for a campaign.", _NEW_POSTS, new_posts),
    Kind("jump_followers", "Jump in followers", "A creator's followers moved far from their usual.", _JUMP_FOLLOWERS, follower_jumps),
    Kind("jump_views", "Jump in views", "A post gained far more views than the day before.", _JUMP_VIEWS, view_jumps),
    Kind("goal_at_risk", "Goal at risk", "A goal will not be reached at this pace.", _GOAL, goals_at_risk),
    Kind("missing_disclosure", "Missing disclosure", "A found post does not say that it is an advertisement.", UNDISCLOSED, undisclosed),
    Kind("late_deliverable", "Late deliverable", "Something a creator owes was due and is not done.", LATE, late_deliverables),
    Kind("code_expiring", "Code expiring", "A Spark Ads code or promo code ends within a week.", ENDING, ending_codes, outlives=True),
    Kind("source_down", "Source down", "A source or a creator's account cannot be read.", _SOURCE_DOWN, sources_down),
)
NAMES = tuple(kind.name for kind in KINDS)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:5]) or "somebody"
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
