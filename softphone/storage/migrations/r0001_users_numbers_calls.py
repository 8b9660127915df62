"""Users with their queue settings, tracking numbers, and the call log.

A migration is history: its literals stay as they are, whatever the schema of today says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    _users()
    _tracking_numbers()
    _calls()


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sip_uri", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("call_waiting", sa.Boolean, nullable=False),
        sa.Column("bypass_if_no_agents", sa.Boolean, nullable=False),
        sa.Column("ring_seconds", sa.Integer, nullable=False),
        sa.Column("no_answer", sa.Text, nullable=False),
        sa.Column("no_answer_agent", sa.Text, nullable=True),
        sa.Column("no_answer_uri", sa.Text, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_users"),
        sa.ForeignKeyConstraint(
            ["no_answer_agent"],
            ["users.login"],
            name="fk_users_no_answer_agent",
            onupdate="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint("login <> ''", name="ck_users_login"),
        sa.CheckConstraint("role IN ('agent', 'admin')", name="ck_users_role"),
        sa.CheckConstraint("ring_seconds BETWEEN 5 AND 3600", name="ck_users_ring_seconds"),
        sa.CheckConstraint(
            "(no_answer = 'hang_up' AND no_answer_agent IS NULL AND no_answer_uri IS NULL)"
            " OR (no_answer = 'agent' AND no_answer_agent <> login AND no_answer_uri IS NULL)"
            " OR (no_answer = 'voicemail' AND no_answer_uri <> '' AND no_answer_agent IS NULL)",
            name="ck_users_no_answer",
        ),
    )
    op.create_index("ix_users_no_answer_agent", "users", ["no_answer_agent"])


def _tracking_numbers() -> None:
    op.create_table(
        "tracking_numbers",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("route_kind", sa.Text, nullable=False),
        sa.Column("route_agent", sa.Text, nullable=True),
        sa.Column("route_target", sa.Text, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_tracking_numbers"),
        sa.ForeignKeyConstraint(
            ["route_agent"], ["users.login"], name="fk_tracking_numbers_route_agent", onupdate="CASCADE"
        ),
        sa.CheckConstraint("number LIKE '+%'", name="ck_tracking_numbers_number"),
        sa.CheckConstraint(
            "(route_kind = 'agent' AND route_agent IS NOT NULL AND route_target IS NULL)"
            " OR (route_kind IN ('queue', 'other') AND route_target <> '' AND route_agent IS NULL)",
            name="ck_tracking_numbers_route",
        ),
    )
    op.create_index("ix_tracking_numbers_route_agent", "tracking_numbers", ["route_agent"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry_key", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("sip_call_id", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("remote_name", sa.Text, nullable=False),
        sa.Column("remote_uri", sa.Text, nullable=False),
        sa.Column("tracking_number", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("direct", sa.Boolean, nullable=False),
        sa.Column("arrived", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waited_seconds", sa.Float, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("held_for_anyone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("entry_key", name="uq_calls_entry_key"),
    )
    op.create_index("ix_calls_arrived", "calls", ["arrived"])
    op.create_index("ix_calls_agent_arrived", "calls", ["agent", "arrived"])
    op.create_index("ix_calls_tracking_number_arrived", "calls", ["tracking_number", "arrived"])
