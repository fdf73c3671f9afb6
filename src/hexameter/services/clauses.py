"""Clause checks of a campaign's posts: which brief each was made under, what it keeps, and how many keep all. It decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.briefs.brief import clauses_of
from hexameter.campaigns.briefs.shelf import EVERYONE, BriefVersion, in_force
from hexameter.contracts.clauses import Finding, Result
from hexameter.contracts.records import Keep
from hexameter.contracts.spelling import instant_text
from hexameter.errors import NotFound
from hexameter.insights.clauses import DescribedPost, by_clause, check, compliance, verdict
from hexameter.services.asking import Ask
from hexameter.services.measure import measure

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.services.house import House

_COLUMNS = ("handle", "published_at", "caption", "hashtags", "mentions", "duration_seconds", "music_id", "paid_partnership")
_WAITING = "review"


def clauses(house: House, campaign: str, as_of: str | datetime | None = None) -> dict[str, Any]:
    """Every found post against the clauses of its brief: its creator's own, else the campaign's, as it stood when the post was published.

    Out     campaign, as_of, brief (whether one was written), compliance_pct, n, n_excluded, clauses [one a clause],
            posts [{post_id, handle, published_at, counts, brief_version, brief_of, result, findings [{clause, result, evidence, near}]}];
            posts that wait for review are checked too and do not count
    Raises  NotFound, BadValue
    """
    counted = [row["post_id"] for row in _measured(house, campaign, as_of)]
    waiting = [p.post_id for p in house.desk.inbox.list(campaign) if p.state == _WAITING and p.post_id not in set(counted)]
    posts = described(house, [*counted, *waiting])
    briefs, tz = house.desk.briefs.all(campaign), house.desk.campaign(campaign).period.tz
    checked = [(post_id, posts[post_id]) for post_id in (*counted, *waiting) if post_id in posts]
    rows = [_row(post, briefs, tz, post_id in set(counted)) for post_id, post in checked]
    counting = [row for row in rows if row["counts"]]
    verdicts: list[Result] = [row["result"] for row in counting]
    told = compliance(verdicts) if briefs else {"compliance_pct": None, "n": 0, "n_excluded": len(counting)}
    return {
        "campaign": campaign,
        "as_of": instant_text(house.clock.now()) if as_of is None else str(as_of),
        "brief": bool(briefs),
        **told,
        "clauses": by_clause([[Finding(**f) for f in row["findings"]] for row in counting]),
        "posts": rows,
    }


def described(house: House, post_ids: list[str]) -> dict[str, DescribedPost]:
    """Posts as the lake describes them: of each attribute the newest that was read."""
    snapshot, engine = house.lake.snapshot(), house.engine()
    if "post" not in snapshot.versions or not post_ids:
        return {}
    try:
        table: ir.Table = engine.table(snapshot, "post", Keep(post_ids=frozenset(post_ids)))
        wanted = table.filter(table.post_id.isin(sorted(set(post_ids)))).select("post_id", *_COLUMNS, "first_seen_at", "ingested_at", "seq")
        rows = engine.fetch(wanted).to_pylist()
    finally:
        engine.release()
    rows.sort(key=lambda row: (row["first_seen_at"] or row["ingested_at"], row["ingested_at"], row["seq"]))
    newest: dict[str, dict[str, Any]] = {}
    for row in rows:
        newest.setdefault(row["post_id"], dict.fromkeys(_COLUMNS)).update({n: row[n] for n in _COLUMNS if row[n] is not None})
    return {post_id: _post(post_id, told) for post_id, told in newest.items()}


def _measured(house: House, campaign: str, as_of: str | datetime | None) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = measure(Ask(campaign=campaign, as_of=as_of, posts=True), house)["posts"]
    except NotFound as problem:
        if problem.field == "campaign":
            raise
        return []
    return rows


def _row(post: DescribedPost, briefs: dict[str, list[BriefVersion]], tz: str, counts: bool) -> dict[str, Any]:
    own = briefs.get(post.handle or "", []) or briefs.get(EVERYONE, [])
    version = in_force(own, post.published_at) if own else None
    findings = check(clauses_of(version.brief), post, tz) if version else []
    return {
        "post_id": post.post_id,
        "handle": post.handle,
        "published_at": None if post.published_at is None else instant_text(post.published_at),
        "counts": counts,
        "brief_of": None if version is None else version.handle or None,
        "brief_version": None if version is None else version.version,
        "result": verdict(findings) if findings else "pass" if version else "unknown",
        "findings": [vars(finding) for finding in findings],
    }


def _post(post_id: str, told: dict[str, Any]) -> DescribedPost:
    published = told["published_at"]
    return DescribedPost(
        post_id=post_id,
        handle=told["handle"],
        published_at=None if published is None else published.replace(tzinfo=UTC) if published.tzinfo is None else published,
        caption=told["caption"],
        hashtags=None if told["hashtags"] is None else tuple(told["hashtags"]),
        mentions=None if told["mentions"] is None else tuple(told["mentions"]),
        duration_seconds=told["duration_seconds"],
        music_id=told["music_id"],
        paid_partnership=told["paid_partnership"],
    )
