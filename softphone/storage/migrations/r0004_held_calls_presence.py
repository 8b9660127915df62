"""Callers held for anyone, claims on them, and presence; on PostgreSQL their news and the sweep of what is over.

The sweep runs with its owner's rights, because an agent may take back nobody else's claim: it takes back those that
are older than 30 seconds and ends holds of softphones that have not been seen for 90. Whoever calls it says which of
the two: a client that has only just found the server again leaves both alone, because what the others had to say
meanwhile is still on its way.

A migration is history: its literals stay as they are, whatever the schema of today says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SWEEP = """
CREATE FUNCTION softphone_sweep(claims boolean, lost boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  IF softphone_sweep.claims THEN
    UPDATE held_calls SET claimed_by = NULL, claimed_station = NULL, claimed_at = NULL, wants_bridge = false,
      claim_gone = 'The caller did not arrive in time.'
      WHERE id IN (SELECT id FROM held_calls WHERE ended_at IS NULL AND claimed_at < now() - interval '30 seconds'
        FOR UPDATE SKIP LOCKED);
  END IF;
  IF softphone_sweep.lost THEN
    UPDATE held_calls SET ended_at = now(), how = 'lost'
      WHERE id IN (SELECT id FROM held_calls AS h WHERE ended_at IS NULL AND claimed_by IS NULL
        AND coalesce((SELECT seen FROM presence AS p WHERE p.station = h.station), entered_at)
          < now() - CASE WHEN orbit = '' THEN interval '90 seconds' ELSE interval '1 hour' END
        FOR UPDATE SKIP LOCKED);
  END IF;
  DELETE FROM pickup_tokens AS t WHERE NOT EXISTS (
    SELECT FROM held_calls AS h WHERE h.id = t.held_call AND h.claimed_by IS NOT NULL AND h.ended_at IS NULL);
  DELETE FROM presence WHERE seen < now() - interval '1 day';
END
$$
"""


def upgrade() -> None:
    """Make the tables, and on a server the triggers and the function."""
    _held_calls()
    _pickup_tokens()
    _presence()
    if op.get_context().dialect.name == "postgresql":
        op.execute(_trigger("held_calls", "INSERT OR UPDATE", "held", "id"))
        op.execute(_trigger("presence", "INSERT OR DELETE", "presence", "station"))
        op.execute(
            "CREATE TRIGGER softphone_news_changed AFTER UPDATE ON presence FOR EACH ROW"
            " WHEN ((OLD.availability, OLD.login, OLD.host) IS DISTINCT FROM (NEW.availability, NEW.login, NEW.host))"
            " EXECUTE FUNCTION softphone_news('presence', 'station')"
        )
        schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
        op.execute(_SWEEP.format(schema=schema))


def _trigger(table: str, event: str, topic: str, key: str) -> str:
    return (
        f"CREATE TRIGGER softphone_news AFTER {event} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION softphone_news('{topic}', '{key}')"
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names]


def _held_calls() -> None:
    op.create_table(
        "held_calls",
        *_texts("id", "holder", "station", "call", "remote_name", "remote_uri", "tracking_number", "label"),
        sa.Column("direct", sa.Boolean, nullable=False),
        *_times("arrived", "held_since", "entered_at"),
        *_texts("sip_call_id", "local_tag", "remote_tag", "remote_target"),
        sa.Column("replaces", sa.Boolean, nullable=False),
        *_texts("holder_address", "orbit", "history", "note"),
        sa.Column("claimed_by", sa.Text, nullable=True),
        sa.Column("claimed_station", sa.Text, nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("last_claimed_by", sa.Text, nullable=True),
        *_texts("claim_gone"),
        sa.Column("wants_bridge", sa.Boolean, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.Text, nullable=True),
        *_texts("ended_by"),
        sa.PrimaryKeyConstraint("id", name="pk_held_calls"),
        sa.CheckConstraint("(ended_at IS NULL) = (how IS NULL)", name="ck_held_calls_end"),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_at IS NULL) AND (claimed_by IS NULL) = (claimed_station IS NULL)",
            name="ck_held_calls_claim",
        ),
    )
    live = sa.text("ended_at IS NULL")
    op.create_index("ix_held_calls_live", "held_calls", ["held_since", "id"], postgresql_where=live, sqlite_where=live)


def _pickup_tokens() -> None:
    op.create_table(
        "pickup_tokens",
        *_texts("held_call", "token", "address", "claimer", "holder"),
        sa.PrimaryKeyConstraint("held_call", name="pk_pickup_tokens"),
        sa.ForeignKeyConstraint(
            ["held_call"], ["held_calls.id"], name="fk_pickup_tokens_held_call", ondelete="CASCADE"
        ),
    )


def _presence() -> None:
    op.create_table(
        "presence",
        *_texts("station", "login", "host", "availability"),
        *_times("since", "seen"),
        sa.PrimaryKeyConstraint("station", name="pk_presence"),
    )
