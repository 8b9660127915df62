"""What a hostile login of the team says to the database: random statements, most of them within its rights."""

from __future__ import annotations

from random import Random

from tests.unit.storage.team.role_questions import CALL, CLAIM, END, FREE, HELD, LIVE, PRESENCE, WITHDRAW

ME = "mallory"
TEXTS = ("", "x", "x" * 300, "x" * 5000, "a word of a later version", "<b>", "'' OR true", "\\u0007", "агент1", "null")
TIMES = (
    "now()",
    "'infinity'",
    "'-infinity'",
    "'2999-01-01'",
    "'0044-03-15 BC'",
    "'290000-01-01'",
    "'1970-01-01'",
    "NULL",
)
HISTORIES = ("[]", "{}", "[1, 2]", "[null]", "broken", "[" * 20000, '["a", {"b": []}]', "")
LOCKS = ("FOR UPDATE", "FOR NO KEY UPDATE", "FOR SHARE", "FOR KEY SHARE")
MODES = ("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE", "EXCLUSIVE", "ACCESS EXCLUSIVE")
TABLES = ("alembic_version", "users", "calls", "held_calls", "pickup_tokens", "presence", "team_changes")
RENEW = "UPDATE presence SET availability = '{0}', seen = {1} WHERE login = '{2}'"
CHANGE = "UPDATE held_calls SET {0} = '{1}' WHERE ended_at IS NULL"
LOCK_ROWS = "SELECT * FROM {0} WHERE true {1}"
TOPICS = ("calls", "team", "held", "presence", "echo", "later", "")


class HostileLogin:
    """*others* are the logins it is after, *keys* what makes entries of theirs the same entries, to be guessed."""

    def __init__(self, random: Random, others: tuple[str, ...], keys: tuple[str, ...]) -> None:
        self._random = random
        self._others = others
        self._keys = keys
        self._made = 0
        lines = self._call, self._held, self._presence, self._renew, self._claim, self._withdraw, self._end, self._note
        self._sayings = (
            *lines,
            *lines,
            *(self._lock_rows, self._lock_table, self._news, self._sweep, self._sequence, self._settings, self._erase),
        )

    def says(self, held: list[str]) -> str:
        """The next statement; *held* are ids in the team's list."""
        self._held_ids = held or ["none"]
        return self._random.choice(self._sayings)()

    def _one_of(self, *choices: str) -> str:
        return self._random.choice(choices)

    def _anybody(self) -> str:
        return self._one_of(ME, ME, ME, *self._others)

    def _new(self) -> str:
        self._made += 1
        return f"{ME}-{self._made}"

    def _in(self, statement: str) -> str:
        """With times and texts nobody wants to read."""
        while "now()" in statement and self._random.random() < 0.3:
            statement = statement.replace("now()", self._one_of(*TIMES[1:]), 1)
        return statement

    def _call(self) -> str:
        key = self._one_of(self._new(), *self._keys)
        statement = CALL.format(key, self._anybody(), self._one_of("true", "false"), self._one_of("", *self._others))
        words = "'answered'", f"'{self._one_of('answered', *TEXTS)}'"
        return self._in(
            statement.replace(*words).replace(" 0, ", f" {self._one_of('0', '-1', chr(39) + 'NaN' + chr(39))}, ")
        )

    def _held(self) -> str:
        statement = HELD.format(self._one_of(self._new(), *self._held_ids), self._anybody(), *FREE, LIVE)
        statement = statement.replace("'[]'", f"'{self._one_of(*HISTORIES)}'")
        return self._in(statement.replace("'in-1'", f"'{self._one_of('in-1', *TEXTS)}'"))

    def _presence(self) -> str:
        station = self._one_of(self._new(), *(f"{login}-1" for login in self._others))
        statement = PRESENCE.format(station, self._anybody())
        return self._in(statement.replace("'free'", f"'{self._one_of('free', 'signed-out', *TEXTS)}'"))

    def _renew(self) -> str:
        return RENEW.format(self._one_of("away", *TEXTS), self._one_of(*TIMES), self._anybody())

    def _claim(self) -> str:
        return self._in(CLAIM.format(self._one_of(*self._held_ids), self._anybody()))

    def _withdraw(self) -> str:
        return WITHDRAW.format(self._one_of(*self._held_ids)).replace("'why'", f"'{self._one_of(*TEXTS)}'")

    def _end(self) -> str:
        how = self._one_of("resumed", "hung-up", "abandoned", "lost", *TEXTS[1:])  # picking up is anybody's right
        return self._in(END.format(self._one_of(*self._held_ids), how, self._one_of("", ME, *self._others)))

    def _note(self) -> str:
        column = self._one_of("note", "claim_gone", "remote_uri", "remote_target", "holder", "history", "claims")
        return CHANGE.format(column, self._one_of(*TEXTS))

    def _lock_rows(self) -> str:
        return LOCK_ROWS.format(self._one_of(*TABLES), self._one_of(*LOCKS))

    def _lock_table(self) -> str:
        return f"LOCK TABLE {self._one_of(*TABLES)} IN {self._one_of(*MODES)} MODE"

    def _news(self) -> str:
        key = self._one_of("", "x" * 7000, *self._held_ids, "{n}")
        return "; ".join(f"NOTIFY softphone, '{self._one_of(*TOPICS)}:{key.format(n=n)}'" for n in range(60))

    def _sweep(self) -> str:
        return f"SELECT softphone_sweep({self._one_of('true', 'false')}, {self._one_of('true', 'false')})"

    def _sequence(self) -> str:
        return self._one_of("SELECT nextval('calls_id_seq')", "SELECT setval('calls_id_seq', 1)")

    def _settings(self) -> str:
        back = "RESET ALL", "RESET ROLE"  # what it has set would keep it from much
        return self._one_of(
            *(back * 8),
            "SET search_path = pg_temp, pg_catalog",
            "SET statement_timeout = 0",
            "SET idle_in_transaction_session_timeout = 0",
            "SET session_replication_role = replica",
            "SET row_security = off",
            "SET ROLE softphone_agent",
            "SET ROLE owner",
            f"ALTER ROLE {ME} SUPERUSER",
            f"GRANT softphone_admin TO {ME}",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> session_user",
            "SELECT pg_advisory_lock(1)",
        )

    def _erase(self) -> str:
        verb = self._one_of("DELETE FROM {0}", "TRUNCATE {0}", "DROP TABLE {0}", "ALTER TABLE {0} ADD x text")
        return verb.format(self._one_of(*TABLES))
