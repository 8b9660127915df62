"""Who changed a user or a tracking number last, and a count of changes that versions are taken from.

A migration is history: its literals stay as they are, whatever the schema of today says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; the count goes on where the versions so far end."""
    for table in ("users", "tracking_numbers"):
        op.add_column(table, sa.Column("changed_by", sa.Text, nullable=True))
        op.add_column(table, sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "team_changes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team_changes"),
        sa.CheckConstraint("id = 1", name="ck_team_changes_id"),
    )
    op.execute(
        "INSERT INTO team_changes (id, count) SELECT 1, coalesce(max(version), 0)"
        " FROM (SELECT version FROM users UNION ALL SELECT version FROM tracking_numbers) AS versions"
    )
