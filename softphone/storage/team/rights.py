"""Who may do what in a team's PostgreSQL: one table of rights, and the trigger for what a policy cannot compare.

The database login's name is the softphone login. A right without a condition holds for every row; what is not in
the table nobody but the tables' owner may do.
"""

from __future__ import annotations

from dataclasses import dataclass

AGENT = "softphone_agent"
ADMIN = "softphone_admin"  # a member of AGENT: everything an agent may in their own name, admins may in theirs

_ME = "session_user::text"
_CHANGEABLE = (
    "note",
    "claimed_by",
    "claimed_station",
    "claimed_at",
    "claims",
    "last_claimed_by",
    "claim_gone",
    "wants_bridge",
    "ended_at",
    "how",
    "ended_by",
)


@dataclass(frozen=True, slots=True)
class Right:
    """*role* may *verb* rows of *table*; *rows* limits which are there for it, *check* what they may become."""

    role: str
    table: str
    verb: str
    rows: str = ""
    check: str = ""
    columns: tuple[str, ...] = ()

    def grant(self) -> str:
        """The privilege."""
        columns = f" ({', '.join(self.columns)})" if self.columns else ""
        return f"GRANT {self.verb}{columns} ON {self.table} TO {self.role}"

    def policy(self) -> str:
        """The limits to it, for a table with row-level security."""
        rows = "" if self.verb == "INSERT" else f" USING ({self.rows or 'true'})"
        check = f" WITH CHECK ({self.check or self.rows or 'true'})" if self.verb in ("INSERT", "UPDATE") else ""
        return f"CREATE POLICY {self.name} ON {self.table} FOR {self.verb} TO {self.role}{rows}{check}"

    @property
    def name(self) -> str:
        """What its policy is called."""
        return f"{self.role}_{self.verb.lower()}"


_OF_MY_CLAIM = (
    f"claimer = {_ME} AND EXISTS (SELECT FROM held_calls AS h WHERE h.id = pickup_tokens.held_call"
    f" AND h.claimed_by = {_ME} AND h.holder = pickup_tokens.holder AND h.ended_at IS NULL)"
)
_MINE_OR_HELD = f"agent = {_ME} OR held_for_anyone OR continued_by = {_ME}"
_NEW_AND_MINE = f"holder = {_ME} AND claimed_by IS NULL AND claims = 0 AND ended_at IS NULL"

RIGHTS = (
    Right(AGENT, "alembic_version", "SELECT"),
    Right(AGENT, "users", "SELECT"),
    Right(AGENT, "tracking_numbers", "SELECT"),
    Right(AGENT, "team_changes", "SELECT"),
    Right(AGENT, "calls", "SELECT", _MINE_OR_HELD),
    Right(AGENT, "calls", "INSERT", check=f"agent = {_ME}"),
    Right(AGENT, "held_calls", "SELECT"),
    Right(AGENT, "held_calls", "INSERT", check=_NEW_AND_MINE),
    Right(AGENT, "held_calls", "UPDATE", "ended_at IS NULL", "true", _CHANGEABLE),  # see GUARD
    Right(AGENT, "pickup_tokens", "SELECT", f"claimer = {_ME} OR holder = {_ME}"),
    Right(AGENT, "pickup_tokens", "INSERT", check=_OF_MY_CLAIM),
    Right(AGENT, "pickup_tokens", "DELETE", f"claimer = {_ME} OR holder = {_ME}"),
    Right(AGENT, "presence", "SELECT"),
    Right(AGENT, "presence", "INSERT", check=f"login = {_ME}"),
    Right(AGENT, "presence", "UPDATE", f"login = {_ME}"),
    Right(AGENT, "presence", "DELETE", f"login = {_ME}"),
    Right(ADMIN, "users", "INSERT"),
    Right(ADMIN, "users", "UPDATE"),
    Right(ADMIN, "users", "DELETE"),
    Right(ADMIN, "tracking_numbers", "INSERT"),
    Right(ADMIN, "tracking_numbers", "UPDATE"),
    Right(ADMIN, "tracking_numbers", "DELETE"),
    Right(ADMIN, "team_changes", "UPDATE", columns=("count",)),
    Right(ADMIN, "calls", "SELECT", "true"),
)

TABLES = tuple(dict.fromkeys(right.table for right in RIGHTS))
LIMITED = tuple(table for table in TABLES if any(r.table == table and (r.rows or r.check) for r in RIGHTS))
"""The tables with row-level security."""

GUARD = """
CREATE OR REPLACE FUNCTION softphone_guard_held() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me text := session_user;
  holds boolean := OLD.holder = me;
  has_claim boolean := OLD.claimed_by IS NOT NULL AND OLD.claimed_by = me;
  claiming boolean := OLD.claimed_by IS NULL AND NEW.claimed_by IS NOT NULL;
  withdrawing boolean := OLD.claimed_by IS NOT NULL AND NEW.claimed_by IS NULL;
  may_end boolean := CASE NEW.how
    WHEN 'picked-up' THEN (holds OR NEW.ended_by = me) AND NEW.ended_by IN (OLD.claimed_by, OLD.last_claimed_by)
    WHEN 'abandoned' THEN (holds OR has_claim) AND NEW.ended_by = ''
    ELSE holds AND NEW.ended_by = '' END;
  problem text;
BEGIN
  IF NOT row_security_active(TG_RELID) THEN
    RETURN NEW;  -- the owner, and the sweep that runs with the owner's rights
  END IF;
  IF claiming AND (NEW.claimed_by, NEW.last_claimed_by, NEW.claims) IS DISTINCT FROM (me, me, OLD.claims + 1) THEN
    problem := 'a claim is made in one''s own name';
  ELSIF withdrawing AND NOT (holds OR has_claim) THEN
    problem := 'a claim is withdrawn by the claimer or the holder';
  ELSIF NOT claiming AND (NEW.last_claimed_by, NEW.claims) IS DISTINCT FROM (OLD.last_claimed_by, OLD.claims) THEN
    problem := 'claims are counted as they are made';
  ELSIF NOT (claiming OR withdrawing) AND (NEW.claimed_by, NEW.claimed_station, NEW.claimed_at)
      IS DISTINCT FROM (OLD.claimed_by, OLD.claimed_station, OLD.claimed_at) THEN
    problem := 'somebody else''s claim stays as it is';
  ELSIF NOT withdrawing AND NEW.claim_gone IS DISTINCT FROM OLD.claim_gone THEN
    problem := 'the end of a claim is told with it';
  ELSIF NEW.note IS DISTINCT FROM OLD.note AND NOT (holds OR has_claim) THEN
    problem := 'a note is the holder''s or the claimer''s';
  ELSIF NEW.wants_bridge AND NOT OLD.wants_bridge AND NOT holds THEN
    problem := 'only the holder asks for a bridge';
  ELSIF OLD.wants_bridge AND NOT NEW.wants_bridge AND NOT (claiming OR withdrawing OR holds) THEN
    problem := 'only the holder takes the wish for a bridge back';
  ELSIF NEW.ended_at IS NULL AND NEW.ended_by IS DISTINCT FROM OLD.ended_by THEN
    problem := 'the hold has not ended';
  ELSIF NEW.ended_at IS NOT NULL AND may_end IS NOT TRUE THEN
    problem := 'a hold is ended by its holder, or by whoever picks the caller up';
  END IF;
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION '%', problem USING ERRCODE = 'insufficient_privilege';
  END IF;
  NEW.claimed_at := CASE WHEN claiming THEN now() WHEN NEW.claimed_by IS NOT NULL THEN OLD.claimed_at END;
  NEW.ended_at := CASE WHEN NEW.ended_at IS NOT NULL THEN now() END;
  RETURN NEW;
END
$$
"""
