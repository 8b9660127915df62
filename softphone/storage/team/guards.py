"""What no policy can compare, checked by triggers of a team's PostgreSQL; and times that are the server's own.

They limit whom row-level security limits: not the owner of the tables, nor the sweep, which has the owner's rights.
"""

from __future__ import annotations

from collections.abc import Iterator

_HEAD = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
"""

# A call may have ended long ago: its times are the client's, but none of them is to come. Whoever goes on with a
# caller has claimed the hold; nobody else's call log is to show the entry. An entry stands for one call only, unless
# nobody answered.
_NEW_CALL = """
BEGIN
  IF NOT row_security_active(TG_RELID) THEN
    RETURN NEW;
  END IF;
  NEW.arrived := least(NEW.arrived, now());
  NEW.answered := CASE WHEN NEW.answered IS NOT NULL THEN least(NEW.answered, now()) END;
  NEW.ended := least(NEW.ended, now());
  IF NEW.continued_by NOT IN ('', NEW.agent) AND NOT EXISTS (
    SELECT FROM {schema}.held_calls AS h WHERE h.id = NEW.held_call AND h.holder = NEW.agent
      AND NEW.continued_by IN (h.ended_by, h.claimed_by, h.last_claimed_by))
  THEN
    NEW.continued_by := '';
  END IF;
  RETURN NEW;
END
$$
"""

# One softphone holds as many callers as it has lines; a list nobody can read helps nobody.
_NEW_HELD = """
BEGIN
  IF NOT row_security_active(TG_RELID) THEN
    RETURN NEW;
  END IF;
  IF (SELECT count(*) FROM {schema}.held_calls WHERE holder = NEW.holder AND ended_at IS NULL) >= 32 THEN
    RAISE EXCEPTION 'one agent holds 32 callers at most' USING ERRCODE = 'insufficient_privilege';
  END IF;
  NEW.entered_at := now();
  NEW.held_since := greatest(least(NEW.held_since, now()), now() - interval '1 day');
  NEW.arrived := least(NEW.arrived, NEW.held_since);
  RETURN NEW;
END
$$
"""

_CHANGED_HELD = """
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
    RETURN NEW;
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
  ELSIF NEW.note IS DISTINCT FROM OLD.note AND NOT holds THEN
    problem := 'a note is the holder''s';
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

_PRESENCE = """
BEGIN
  IF NOT row_security_active(TG_RELID) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' AND (SELECT count(*) FROM {schema}.presence
      WHERE login = NEW.login AND seen > now() - interval '15 seconds') >= 8 THEN
    RAISE EXCEPTION 'one agent has 8 softphones at most' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.availability = OLD.availability THEN
    NEW.since := OLD.since;
  ELSE
    NEW.since := now();
  END IF;
  NEW.seen := now();
  RETURN NEW;
END
$$
"""

_GUARDS = (
    ("calls", "softphone_guard_new", "INSERT", "softphone_guard_new_call", _NEW_CALL),
    ("held_calls", "softphone_guard_new", "INSERT", "softphone_guard_new_held", _NEW_HELD),
    ("held_calls", "softphone_guard", "UPDATE", "softphone_guard_held", _CHANGED_HELD),
    ("presence", "softphone_guard", "INSERT OR UPDATE", "softphone_guard_presence", _PRESENCE),
)


def guards(schema: str) -> Iterator[str]:
    """The statements that make them, in place of those that are there. *schema* is quoted where it has to be."""
    for table, trigger, event, function, body in _GUARDS:
        yield _HEAD.format(name=function) + body.replace("{schema}", schema)
        yield f"DROP TRIGGER IF EXISTS {trigger} ON {table}"
        yield f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
