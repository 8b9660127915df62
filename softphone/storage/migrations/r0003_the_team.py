"""What becomes of a call that is held for anyone, and news: PostgreSQL tells every softphone what has changed.

A notification on the channel “softphone” reads “topic:key”. The function serves every table: its trigger names
the topic and the column the key is taken from.

A migration is history: its literals stay as they are, whatever the schema of today says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_FUNCTION = """
CREATE FUNCTION softphone_news() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed jsonb;
BEGIN
  IF TG_OP = 'DELETE' THEN
    changed := to_jsonb(OLD);
  ELSE
    changed := to_jsonb(NEW);
  END IF;
  PERFORM pg_notify('softphone', TG_ARGV[0] || ':' || left(coalesce(changed ->> TG_ARGV[1], ''), 1000));
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Add columns, indexes and triggers."""
    for column in ("held_call", "continued_by", "continues"):
        op.add_column("calls", sa.Column(column, sa.Text, nullable=False, server_default=""))
    _index("ix_calls_held_arrived", ["arrived"], held_for_anyone=True)
    _index("ix_calls_continued_by_arrived", ["continued_by", "arrived"], held_for_anyone=False)
    if op.get_context().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute(_trigger("calls", "INSERT", "calls", "agent"))
        op.execute(_trigger("team_changes", "UPDATE", "team", "count"))


def _index(name: str, columns: list[str], *, held_for_anyone: bool) -> None:
    if held_for_anyone:
        on_server, in_file = sa.text("held_for_anyone"), sa.text("held_for_anyone = 1")
    else:
        on_server = in_file = sa.text("continued_by <> ''")
    op.create_index(name, "calls", columns, postgresql_where=on_server, sqlite_where=in_file)


def _trigger(table: str, event: str, topic: str, key: str) -> str:
    return (
        f"CREATE TRIGGER softphone_news AFTER {event} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION softphone_news('{topic}', '{key}')"
    )
