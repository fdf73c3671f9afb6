"""Briefs, candidates, deliverables, ad rights, links without account, codes, tracked links, sales, price lists. It fills in no data."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_STAGES = "'found', 'applied', 'short-listed', 'invited', 'accepted', 'briefed', 'posted', 'done', 'declined'"


def upgrade() -> None:
    """Make the tables."""
    _briefs()
    _candidates()
    _deliverables()
    _rights_and_doors()
    _selling()


def _campaign() -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _at(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _briefs() -> None:
    op.create_table(
        "brief_version",
        _campaign(),
        _text("handle"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("body"),
        _text("made_by"),
        _at("made_at"),
        _text("why", nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "handle", "version", name="pk_brief_version"),
        sa.CheckConstraint("version >= 1", name="ck_brief_version_version"),
    )
    op.create_table(
        "brief_template",
        _text("name"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("body"),
        _text("made_by"),
        _at("made_at"),
        sa.PrimaryKeyConstraint("name", "version", name="pk_brief_template"),
        sa.CheckConstraint("version >= 1", name="ck_brief_template_version"),
    )


def _candidates() -> None:
    op.create_table(
        "candidate",
        _campaign(),
        _text("handle"),
        _text("stage"),
        _at("since"),
        _at("added_at"),
        sa.PrimaryKeyConstraint("campaign_id", "handle", name="pk_candidate"),
        sa.CheckConstraint(f"stage IN ({_STAGES})", name="ck_candidate_stage"),
    )
    op.create_index("ix_candidate_handle", "candidate", ["handle"])
    op.create_table(
        "candidate_event",
        sa.Column("id", sa.Integer, primary_key=True),
        _campaign(),
        _text("handle"),
        _text("what"),
        _text("text"),
        _text("by"),
        _at("at"),
        sa.CheckConstraint("what IN ('stage', 'note', 'application')", name="ck_candidate_event_what"),
    )
    op.create_index("ix_candidate_event_campaign_id_handle", "candidate_event", ["campaign_id", "handle"])
    key = sa.PrimaryKeyConstraint("campaign_id", "handle", "tag", name="pk_candidate_tag")
    op.create_table("candidate_tag", _campaign(), _text("handle"), _text("tag"), key)


def _deliverables() -> None:
    op.create_table(
        "deliverable",
        sa.Column("id", sa.Integer, primary_key=True),
        _campaign(),
        _text("handle"),
        _text("what"),
        _at("due_at", nullable=True),
        _text("state"),
        _text("post_id", nullable=True),
        _at("made_at"),
        _at("done_at", nullable=True),
        sa.CheckConstraint("state IN ('owed', 'draft', 'changes', 'approved', 'done')", name="ck_deliverable_state"),
    )
    op.create_index("ix_deliverable_campaign_id_handle", "deliverable", ["campaign_id", "handle"])
    owed = sa.ForeignKey("deliverable.id", ondelete="CASCADE")
    op.create_table(
        "deliverable_draft",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("deliverable_id", sa.Integer, owed, nullable=False),
        _text("link", nullable=True),
        _text("file_name", nullable=True),
        _text("file_sha256", nullable=True),
        sa.Column("file_bytes", sa.BigInteger),
        _text("by"),
        _at("at"),
    )
    op.create_index("ix_deliverable_draft_deliverable_id", "deliverable_draft", ["deliverable_id"])
    op.create_table(
        "deliverable_comment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("deliverable_id", sa.Integer, sa.ForeignKey("deliverable.id", ondelete="CASCADE"), nullable=False),
        _text("text"),
        _text("by"),
        _at("at"),
    )
    op.create_index("ix_deliverable_comment_deliverable_id", "deliverable_comment", ["deliverable_id"])


def _rights_and_doors() -> None:
    op.create_table(
        "ad_right",
        _campaign(),
        _text("post_id"),
        _text("handle", nullable=True),
        _text("state"),
        _at("asked_at", nullable=True),
        _at("granted_at", nullable=True),
        _text("sealed_code", nullable=True),
        _at("valid_from", nullable=True),
        _at("valid_until", nullable=True),
        sa.Column("in_use", sa.Boolean, nullable=False),
        _text("note", nullable=True),
        _text("changed_by"),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("campaign_id", "post_id", name="pk_ad_right"),
        sa.CheckConstraint("state IN ('asked', 'granted', 'refused', 'ended')", name="ck_ad_right_state"),
    )
    op.create_table(
        "door_link",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("digest"),
        _text("purpose"),
        _campaign(),
        _text("handle", nullable=True),
        _text("made_by"),
        _at("made_at"),
        _at("expires_at"),
        _at("revoked_at", nullable=True),
        _at("opened_at", nullable=True),
        sa.UniqueConstraint("digest", name="uq_door_link_digest"),
        sa.CheckConstraint("purpose IN ('portal', 'apply')", name="ck_door_link_purpose"),
    )
    op.create_index("ix_door_link_campaign_id", "door_link", ["campaign_id"])
    op.create_table(
        "door_failure",
        _text("subject"),
        sa.Column("n", sa.Integer, nullable=False),
        _at("first_at"),
        sa.PrimaryKeyConstraint("subject", name="pk_door_failure"),
    )


def _selling() -> None:
    code = sa.PrimaryKeyConstraint("campaign_id", "code", name="pk_promo_code")
    op.create_table("promo_code", _campaign(), _text("code"), _text("handle", nullable=True), _at("made_at"), code)
    op.create_index("ix_promo_code_code", "promo_code", ["code"])
    op.create_table(
        "tracked_link",
        _text("code"),
        _campaign(),
        _text("handle", nullable=True),
        _text("destination"),
        _at("made_at"),
        _at("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_tracked_link"),
    )
    op.create_index("ix_tracked_link_campaign_id", "tracked_link", ["campaign_id"])
    op.create_table(
        "tracked_link_day",
        sa.Column("code", sa.Text, sa.ForeignKey("tracked_link.code", ondelete="CASCADE"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("clicks", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("code", "day", name="pk_tracked_link_day"),
    )
    op.create_table(
        "shop_sale",
        _text("order_id"),
        _campaign(),
        _text("by"),
        _text("word"),
        _at("touched_at", nullable=True),
        _text("refund_of", nullable=True),
        _at("recorded_at"),
        sa.PrimaryKeyConstraint("order_id", name="pk_shop_sale"),
        sa.CheckConstraint("by IN ('code', 'link')", name="ck_shop_sale_by"),
    )
    op.create_index("ix_shop_sale_campaign_id", "shop_sale", ["campaign_id"])
    prices = [sa.Column(name, sa.Float, nullable=False) for name in ("per_1000_views", "per_like", "per_comment", "per_share")]
    op.create_table(
        "rate_card",
        _text("name"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("currency"),
        *prices,
        _text("source"),
        _text("made_by"),
        _at("made_at"),
        sa.PrimaryKeyConstraint("name", "version", name="pk_rate_card"),
    )
