"""Workspaces, memberships, invitations, shares and the log of them. Whoever has an account keeps the role, in the first workspace.

SQLite makes the table of people anew, which ends every session: each person logs in once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
_KNOWN = "role IN ('owner', 'manager', 'analyst', 'client')"


def _person() -> sa.Column[int]:
    return sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    """Make the tables and move the roles."""
    connection = op.get_bind()
    roles = connection.execute(sa.text("SELECT id, role FROM person")).all()
    with op.batch_alter_table("person") as person:
        person.drop_constraint(op.f("ck_person_role"), type_="check")
        person.drop_column("role")
        for name in ("language", "tz", "theme"):
            person.add_column(sa.Column(name, sa.Text))
    op.add_column("person_session", sa.Column("workspace", sa.Text))
    op.create_table(
        "workspace",
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_workspace"),
    )
    membership = op.create_table(
        "membership",
        _person(),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "workspace", name="pk_membership"),
        sa.CheckConstraint(_KNOWN, name="ck_membership_role"),
    )
    for person_id, role in roles:
        connection.execute(membership.insert().values(person_id=person_id, workspace="main", role=role))
    op.create_table(
        "shared_campaign",
        _person(),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("costs", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "workspace", "slug", name="pk_shared_campaign"),
    )
    _links()
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_workspace_id", "audit", ["workspace", "id"])


def _links() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("login", sa.Text),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("digest", name="uq_invitation_digest"),
        sa.CheckConstraint(_KNOWN, name="ck_invitation_role"),
    )
    op.create_table(
        "password_reset",
        sa.Column("digest", sa.Text, nullable=False),
        _person(),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_password_reset"),
    )
