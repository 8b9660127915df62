"""Who may do what in a team's PostgreSQL, as one table of rights; what a policy cannot compare is in ``guards``.

The database login's name is the softphone login. A right without a condition holds for every row; what is not in
the table nobody but the tables' owner may do. Nobody has the right to change or delete a whole table's rows where
others have theirs, because it comes with the right to lock the table (LOCK), for as long as one likes.
"""

from __future__ import annotations

from dataclasses import dataclass

from softphone.storage.schema import calls

AGENT = "softphone_agent"
ADMIN = "softphone_admin"  # a member of AGENT: everything an agent may in their own name, admins may in theirs

_ME = "session_user::text"
_BUT_THE_NUMBER = tuple(column.name for column in calls.c if column.name != "id")
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
    Right(AGENT, "calls", "INSERT", check=f"agent = {_ME}", columns=_BUT_THE_NUMBER),
    Right(AGENT, "held_calls", "SELECT"),
    Right(AGENT, "held_calls", "INSERT", check=_NEW_AND_MINE),
    Right(AGENT, "held_calls", "UPDATE", "ended_at IS NULL", "true", _CHANGEABLE),
    Right(AGENT, "pickup_tokens", "SELECT", f"claimer = {_ME} OR holder = {_ME}"),
    Right(AGENT, "pickup_tokens", "INSERT", check=_OF_MY_CLAIM),
    Right(AGENT, "presence", "SELECT"),
    Right(AGENT, "presence", "INSERT", check=f"login = {_ME}"),
    Right(AGENT, "presence", "UPDATE", f"login = {_ME}", columns=("host", "availability", "since", "seen")),
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
