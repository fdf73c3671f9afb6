"""The tables about people. They are live in the desk of the first workspace, the home's own; other workspaces' desks leave them empty."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.tables import METADATA, Instant

ROLES = ("client", "analyst", "manager", "owner")  # each may do what those before it may
_KNOWN = "role IN ('owner', 'manager', 'analyst', 'client')"


def _person() -> sa.Column[int]:
    return sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False)


PERSON = sa.Table(
    "person",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),  # "": comes in by single sign-on only
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("tz", sa.Text),
    sa.Column("theme", sa.Text),
)
SESSION = sa.Table(
    "person_session",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    _person(),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("workspace", sa.Text),
    sa.Index(None, "person_id"),
)
FAILURE = sa.Table(
    "login_failure",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("first_at", Instant, nullable=False),
)
WORKSPACE = sa.Table(
    "workspace",
    METADATA,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)
MEMBERSHIP = sa.Table(
    "membership",
    METADATA,
    _person(),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("person_id", "workspace"),
    sa.CheckConstraint(_KNOWN, name="role"),
)
SHARED = sa.Table(
    "shared_campaign",
    METADATA,
    _person(),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("costs", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("person_id", "workspace", "slug"),
)
INVITATION = sa.Table(
    "invitation",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("login", sa.Text),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.CheckConstraint(_KNOWN, name="role"),
)
RESET = sa.Table(
    "password_reset",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    _person(),
    sa.Column("expires_at", Instant, nullable=False),
)
TOKEN = sa.Table(
    "api_token",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    _person(),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("begins", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.CheckConstraint("scope IN ('read', 'write')", name="scope"),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("workspace", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Index(None, "workspace", "id"),
)
