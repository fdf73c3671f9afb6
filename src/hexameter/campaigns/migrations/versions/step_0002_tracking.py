"""Connected accounts and consent, limits spent, jobs and leases, gaps, rules, found and watched posts. It fills in no data."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tracker's tables."""
    _accounts()
    _limits()
    _jobs()
    _gaps()
    _posts()


def _instant(name: str, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _campaign() -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False)


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        *(_text(name) for name in ("login", "open_id", "handle", "creator_id", "scopes", "also", "status")),
        _text("why", nullable=True),
        _instant("since"),
        _instant("consented_at"),
        _text("sealed_grant", nullable=True),
        sa.UniqueConstraint("login", "open_id", name="uq_account_login_open_id"),
        sa.CheckConstraint("status IN ('active', 'expired', 'revoked')", name="ck_account_status"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account_handle",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        _text("handle"),
        _instant("since"),
    )
    op.create_index("ix_account_handle_account_id", "account_handle", ["account_id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer),
        _text("who", nullable=True),
        _text("login", nullable=True),
        _text("what"),
        _text("scopes"),
        _instant("at"),
        _text("campaign", nullable=True),
        _text("why", nullable=True),
        sa.CheckConstraint("what IN ('granted', 'changed', 'revoked', 'erased')", name="ck_consent_what"),
    )
    op.create_table(
        "connect_request",
        sa.Column("state_digest", sa.Text, primary_key=True),
        _text("login"),
        _text("handle"),
        _text("campaign", nullable=True),
        _text("redirect_uri"),
        _text("sealed_verifier", nullable=True),
        _instant("expires_at"),
        _instant("used_at", nullable=True),
    )


def _limits() -> None:
    op.create_table("lease", sa.Column("name", sa.Text, primary_key=True), _text("holder"), _instant("until"))
    op.create_table(
        "quota",
        sa.Column("bucket", sa.Text, primary_key=True),
        sa.Column("requests", sa.Integer),
        sa.Column("seconds", sa.Integer),
        sa.Column("daily", sa.Boolean),
        _instant("limited_until", nullable=True),
    )
    op.create_table(
        "quota_spent",
        _text("bucket"),
        sa.Column("slot", sa.BigInteger, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("bucket", "slot", name="pk_quota_spent"),
    )


def _jobs() -> None:
    op.create_table(
        "job_pass",
        sa.Column("pass_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("planned", sa.Integer, nullable=False),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("pass_at", sa.DateTime(timezone=True), sa.ForeignKey("job_pass.pass_at", ondelete="CASCADE"), nullable=False),
        _text("key"),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE")),
        _text("payload"),
        _text("resume", nullable=True),
        _text("state"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _instant("not_before"),
        _text("holder", nullable=True),
        _instant("lease_until", nullable=True),
        _text("why", nullable=True),
        _instant("finished_at", nullable=True),
        sa.UniqueConstraint("pass_at", "key", name="uq_job_pass_at_key"),
        sa.CheckConstraint("state IN ('waiting', 'leased', 'done', 'failed')", name="ck_job_state"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_state_pass_at_place", "job", ["state", "pass_at", "place"])
    op.create_index("ix_job_account_id", "job", ["account_id"])


def _gaps() -> None:
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer, primary_key=True),
        *(_text(name) for name in ("api", "kind", "subject", "reason", "sentence")),
        _instant("from_at"),
        _instant("last_at"),
        sa.Column("times", sa.Integer, nullable=False),
        _instant("to_at", nullable=True),
        sa.CheckConstraint("reason IN ('outage', 'quota', 'rate', 'revoked', 'scope', 'refused', 'offline', 'gone')", name="ck_gap_reason"),
    )
    is_open = sa.text("to_at IS NULL")
    op.create_index("uq_gap_open", "gap", ["api", "kind", "subject", "reason"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_gap_subject", "gap", ["subject"])


def _posts() -> None:
    op.create_table(
        "campaign_rule",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
        _text("text"),
        _instant("set_at"),
    )
    op.create_table(
        "found_post",
        _campaign(),
        _text("post_id"),
        _text("handle", nullable=True),
        _instant("found_at"),
        *(_text(name) for name in ("via", "matched", "state")),
        sa.PrimaryKeyConstraint("campaign_id", "post_id", name="pk_found_post"),
        sa.CheckConstraint("state IN ('auto', 'review')", name="ck_found_post_state"),
    )
    op.create_table(
        "handed_in",
        sa.Column("id", sa.Integer, primary_key=True),
        _campaign(),
        _text("address"),
        _text("post_id", nullable=True),
        _text("by"),
        _instant("at"),
        sa.UniqueConstraint("campaign_id", "address", name="uq_handed_in_campaign_id_address"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watched_post",
        sa.Column("post_id", sa.Text, primary_key=True),
        _text("creator_id"),
        sa.Column("account_id", sa.Integer),
        _text("api"),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("last_read_at", "last_views", "before_at", "before_views", "gone_at")),
        _text("why", nullable=True),
    )
