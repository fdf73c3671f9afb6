"""The tracker's tables on the desk, as SQLAlchemy describes them. The second migration makes them; a test checks that both agree."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.tables import METADATA, Instant


def _campaign() -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False)


ACCOUNT = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("open_id", sa.Text, nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("creator_id", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("also", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("since", Instant, nullable=False),
    sa.Column("consented_at", Instant, nullable=False),
    sa.Column("sealed_grant", sa.Text),
    sa.UniqueConstraint("login", "open_id"),
    sa.CheckConstraint("status IN ('active', 'expired', 'revoked')", name="status"),
    sqlite_autoincrement=True,  # the number of an erased account is never given to somebody else
)

ACCOUNT_HANDLE = sa.Table(
    "account_handle",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Index(None, "account_id"),
)

CONSENT = sa.Table(
    "consent",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.Integer),
    sa.Column("who", sa.Text),
    sa.Column("login", sa.Text),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("campaign", sa.Text),
    sa.Column("why", sa.Text),
    sa.CheckConstraint("what IN ('granted', 'changed', 'revoked', 'erased')", name="what"),
)

CONNECT_REQUEST = sa.Table(
    "connect_request",
    METADATA,
    sa.Column("state_digest", sa.Text, primary_key=True),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("campaign", sa.Text),
    sa.Column("redirect_uri", sa.Text, nullable=False),
    sa.Column("sealed_verifier", sa.Text),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)

LEASE = sa.Table(
    "lease",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", Instant, nullable=False),
)

QUOTA = sa.Table(
    "quota",
    METADATA,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("requests", sa.Integer),  # null: the platform refused before anything was counted here
    sa.Column("seconds", sa.Integer),
    sa.Column("daily", sa.Boolean),
    sa.Column("limited_until", Instant),
)

QUOTA_SPENT = sa.Table(
    "quota_spent",
    METADATA,
    sa.Column("bucket", sa.Text, nullable=False),
    sa.Column("slot", sa.BigInteger, nullable=False),  # Unix second; of a daily limit, the day's first
    sa.Column("n", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("bucket", "slot"),
)

JOB_PASS = sa.Table(
    "job_pass",
    METADATA,
    sa.Column("pass_at", Instant, primary_key=True),
    sa.Column("planned", sa.Integer, nullable=False),
)

JOB = sa.Table(
    "job",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("pass_at", Instant, sa.ForeignKey("job_pass.pass_at", ondelete="CASCADE"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE")),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("resume", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("lease_until", Instant),
    sa.Column("why", sa.Text),
    sa.Column("finished_at", Instant),
    sa.UniqueConstraint("pass_at", "key"),
    sa.CheckConstraint("state IN ('waiting', 'leased', 'done', 'failed')", name="state"),
    sa.Index(None, "state", "pass_at", "place"),
    sa.Index(None, "account_id"),
    sqlite_autoincrement=True,  # a runner that comes back late must not end another job that got the number of its own
)

GAP = sa.Table(
    "gap",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("api", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("to_at", Instant),
    sa.CheckConstraint("reason IN ('outage', 'quota', 'rate', 'revoked', 'scope', 'refused', 'offline', 'gone')", name="reason"),
    sa.Index(
        "uq_gap_open",
        "api",
        "kind",
        "subject",
        "reason",
        unique=True,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    ),
    sa.Index(None, "subject"),
)

RULE = sa.Table(
    "campaign_rule",
    METADATA,
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("set_at", Instant, nullable=False),
)

FOUND = sa.Table(
    "found_post",
    METADATA,
    _campaign(),
    sa.Column("post_id", sa.Text, nullable=False),
    sa.Column("handle", sa.Text),
    sa.Column("found_at", Instant, nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    sa.Column("matched", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "post_id"),
    sa.CheckConstraint("state IN ('auto', 'review')", name="state"),
)

HANDED_IN = sa.Table(
    "handed_in",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _campaign(),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("post_id", sa.Text),  # null: a short link, to open by hand
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("campaign_id", "address"),
    sqlite_autoincrement=True,
)

# Instants as microseconds since 1970: sixty thousand rows are read at once, and SQLite would keep text to be parsed.
WATCHED = sa.Table(
    "watched_post",
    METADATA,
    sa.Column("post_id", sa.Text, primary_key=True),
    sa.Column("creator_id", sa.Text, nullable=False),
    sa.Column("account_id", sa.Integer),
    sa.Column("api", sa.Text, nullable=False),
    sa.Column("published_at", sa.BigInteger),
    sa.Column("first_seen_at", sa.BigInteger, nullable=False),
    sa.Column("last_read_at", sa.BigInteger),
    sa.Column("last_views", sa.BigInteger),
    sa.Column("before_at", sa.BigInteger),
    sa.Column("before_views", sa.BigInteger),
    sa.Column("gone_at", sa.BigInteger),
    sa.Column("why", sa.Text),
)
