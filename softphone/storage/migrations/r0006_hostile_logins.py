"""What one login writes cannot stop the softphones of the others, nor take an entry's place in the call log.

On a server, checks say what everybody can read; rows that break them are mended or go. The call log's texts are cut
and its times and counts brought into their range: no entry goes. Held calls, tokens and presence rows that break the
checks go: their softphone, where there is one, writes them anew or ends the call. A time of change that nobody can
read becomes none. Entries are numbered by the database alone, and are the same entry only for the same agent.

A token goes with its claim by itself, so that nobody needs the right to delete, with which a table could be locked.

A migration is history: its literals stay as they are, whatever the schema of today says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_EARLIEST, _LATEST = "'2000-01-01 00:00:00+00'::timestamptz", "'2100-01-01 00:00:00+00'::timestamptz"
_COUNTS = "waited_seconds >= 0 AND waited_seconds < 1000000000 AND times > 0"
_CALL_TEXTS = (
    *("entry_key", "call", "sip_call_id", "direction", "agent", "remote_name", "remote_uri", "tracking_number"),
    *("label", "outcome", "explanation", "held_call", "continued_by", "continues", "rule"),
)
_CALL_TIMES = ("arrived", "answered", "ended")
_HELD_TEXTS = (
    *("id", "holder", "station", "call", "remote_name", "remote_uri", "tracking_number", "label", "sip_call_id"),
    *("local_tag", "remote_tag", "remote_target", "holder_address", "orbit", "note", "claimed_by"),
    *("claimed_station", "last_claimed_by", "claim_gone", "how", "ended_by"),
)
_HELD_TIMES = ("arrived", "held_since", "entered_at", "claimed_at", "ended_at")


def _sizes(longest: int, *columns: str) -> str:
    return " AND ".join(f"char_length({column}) <= {longest}" for column in columns)


def _times(*columns: str) -> str:
    return " AND ".join(f"{column} BETWEEN {_EARLIEST} AND {_LATEST}" for column in columns)


_HELD = " AND ".join((_sizes(4096, *_HELD_TEXTS), _sizes(49152, "history"), _times(*_HELD_TIMES)))
_PRESENCE_TEXTS = ("login", "station", "host", "availability")
_PRESENCE = f"{_sizes(255, *_PRESENCE_TEXTS)} AND {_times('since', 'seen')}"
_TOKENS = _sizes(4096, "token", "address", "claimer", "holder")

_FORGET = """
CREATE FUNCTION softphone_forget_token() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
BEGIN
  DELETE FROM pickup_tokens WHERE held_call = NEW.id;
  RETURN NULL;
END
$$
"""
_FORGETS = """
CREATE TRIGGER softphone_forget_token AFTER UPDATE ON held_calls FOR EACH ROW
WHEN (OLD.claimed_by IS NOT NULL AND (NEW.claimed_by IS NULL OR NEW.ended_at IS NOT NULL))
EXECUTE FUNCTION softphone_forget_token()
"""
# It waits for nobody: rows somebody holds are left to the next sweep. While a server has just started no hold is lost,
# whoever says so: the softphones could not say meanwhile that they are there.
_SWEEP = """
CREATE OR REPLACE FUNCTION softphone_sweep(claims boolean, lost boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $$
DECLARE
  up interval := CASE WHEN pg_has_role(session_user, current_user, 'USAGE') THEN interval '1 day'
    ELSE now() - pg_postmaster_start_time() END;
BEGIN
  IF softphone_sweep.claims THEN
    UPDATE held_calls SET claimed_by = NULL, claimed_station = NULL, claimed_at = NULL, wants_bridge = false,
      claim_gone = 'The caller did not arrive in time.'
      WHERE id IN (SELECT id FROM held_calls WHERE ended_at IS NULL AND claimed_at < now() - interval '30 seconds'
        FOR UPDATE SKIP LOCKED);
  END IF;
  IF softphone_sweep.lost AND up > interval '90 seconds' THEN
    UPDATE held_calls SET ended_at = now(), how = 'lost'
      WHERE id IN (SELECT id FROM held_calls AS h WHERE ended_at IS NULL AND claimed_by IS NULL
        AND coalesce((SELECT seen FROM presence AS p WHERE p.login = h.holder AND p.station = h.station), entered_at)
          < now() - CASE WHEN orbit = '' THEN interval '90 seconds' ELSE interval '1 hour' END
        FOR UPDATE SKIP LOCKED);
  END IF;
  DELETE FROM presence WHERE (login, station) IN (
    SELECT login, station FROM presence WHERE seen < now() - interval '1 day' FOR UPDATE SKIP LOCKED);
END
$$
"""


def upgrade() -> None:
    """Change the keys, and on a server add the checks and the functions."""
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("times", sa.Integer, nullable=False, server_default="1"))
        calls.drop_constraint("uq_calls_entry_key", type_="unique")
        calls.create_unique_constraint("uq_calls_agent", ["agent", "entry_key"])
    if op.get_context().dialect.name == "postgresql":
        _number_by_the_database()
        op.execute(
            "ALTER TABLE presence DROP CONSTRAINT pk_presence, ADD CONSTRAINT pk_presence PRIMARY KEY (login, station)"
        )
        _mend()
        _check()
        _functions()
    else:
        op.drop_table("presence")
        _presence()


def _number_by_the_database() -> None:
    highest = op.get_bind().execute(sa.text("SELECT coalesce(max(id), 0) FROM calls")).scalar_one()
    op.execute("ALTER TABLE calls ALTER COLUMN id DROP DEFAULT, ALTER COLUMN id TYPE bigint")
    op.execute("DROP SEQUENCE calls_id_seq")
    op.execute(f"ALTER TABLE calls ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH {int(highest) + 1})")


def _presence() -> None:
    """Who is there writes it again within seconds."""
    op.create_table(
        "presence",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("station", "login", "host", "availability")),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("since", "seen")),
        sa.PrimaryKeyConstraint("login", "station", name="pk_presence"),
    )


def _mend() -> None:
    _set("calls", "entry_key", "md5(entry_key)", "char_length(entry_key) > 4096")  # it has to stay its own
    for column in _CALL_TEXTS:
        _set("calls", column, f"left({column}, 4096)", f"char_length({column}) > 4096")
    for column in _CALL_TIMES:
        _set("calls", column, f"greatest(least({column}, {_LATEST}), {_EARLIEST})", f"NOT ({_times(column)})")
    _set("calls", "waited_seconds", "0", f"NOT ({_COUNTS})")
    _drop("held_calls", _HELD)  # with their tokens
    _drop("pickup_tokens", _TOKENS)
    _drop("presence", _PRESENCE)
    for table in ("users", "tracking_numbers"):
        _set(table, "changed_at", "NULL", f"NOT ({_times('changed_at')})")


def _set(table: str, column: str, value: str, where: str) -> None:
    statement = sa.update(sa.table(table, sa.column(column))).values({column: sa.literal_column(value)})
    op.execute(statement.where(sa.text(where)))


def _drop(table: str, unless: str) -> None:
    op.execute(sa.delete(sa.table(table)).where(sa.text(f"NOT ({unless})")))


def _check() -> None:
    checks = {
        ("calls", "sizes"): _sizes(4096, *_CALL_TEXTS),
        ("calls", "times"): _times(*_CALL_TIMES),
        ("calls", "counts"): _COUNTS,
        ("held_calls", "sizes"): _sizes(4096, *_HELD_TEXTS),
        ("held_calls", "history"): _sizes(49152, "history"),
        ("held_calls", "times"): _times(*_HELD_TIMES),
        ("pickup_tokens", "sizes"): _TOKENS,
        ("presence", "sizes"): _sizes(255, *_PRESENCE_TEXTS),
        ("presence", "times"): _times("since", "seen"),
        ("users", "times"): _times("changed_at"),
        ("tracking_numbers", "times"): _times("changed_at"),
    }
    for (table, name), condition in checks.items():
        op.create_check_constraint(f"ck_{table}_{name}", table, condition)


def _functions() -> None:
    schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    op.execute(_FORGET.format(schema=schema))
    op.execute("REVOKE ALL ON FUNCTION softphone_forget_token(), softphone_sweep(boolean, boolean) FROM PUBLIC")
    op.execute(_FORGETS)
    op.execute(_SWEEP.format(schema=schema))
