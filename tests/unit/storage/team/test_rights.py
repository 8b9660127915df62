"""Every right of every role, tried out by the real login roles of a real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from softphone.storage.schema import metadata
from softphone.storage.team.rights import ADMIN, AGENT, RIGHTS, TABLES
from tests.lab.postgres import PostgresDatabase
from tests.unit.storage.team.role_questions import (
    ABSENT,
    CALL,
    CLAIM,
    DENIED,
    END,
    FREE,
    HELD,
    LIVE,
    NUMBER,
    PRESENCE,
    SAME,
    TOKEN,
    USER,
    WITHDRAW,
    claimed,
    connect,
    outcome,
)

pytestmark = pytest.mark.programs

NUMBERED = (
    CALL.format("new", "agent1", "false", "")
    .replace("(entry_key", "(id, entry_key")
    .replace("VALUES (", "OVERRIDING SYSTEM VALUE VALUES (9000, ")
)
GUIDE = Path(__file__).parents[4] / "docs" / "admin-guide.md"
# role, table, verb, login, statement, how many rows it reaches
CASES = [
    (AGENT, "alembic_version", "SELECT", "agent1", "SELECT * FROM alembic_version", 1),
    (AGENT, "alembic_version", "SELECT", "stranger", "SELECT * FROM alembic_version", DENIED),
    (AGENT, "users", "SELECT", "agent1", "SELECT * FROM users", 4),
    (AGENT, "users", "SELECT", "stranger", "SELECT * FROM users", DENIED),
    (AGENT, "tracking_numbers", "SELECT", "agent1", "SELECT * FROM tracking_numbers", 1),
    (AGENT, "tracking_numbers", "SELECT", "stranger", "SELECT * FROM tracking_numbers", DENIED),
    (AGENT, "team_changes", "SELECT", "agent1", "SELECT * FROM team_changes", 1),
    (AGENT, "team_changes", "SELECT", "stranger", "SELECT * FROM team_changes", DENIED),
    # the call log: one's own, held for anyone, continued
    (AGENT, "calls", "SELECT", "agent1", "SELECT * FROM calls", 3),
    (AGENT, "calls", "SELECT", "agent1", "SELECT * FROM calls WHERE call = 'other'", ABSENT),
    (AGENT, "calls", "SELECT", "agent3", "SELECT * FROM calls", 1),
    (AGENT, "calls", "SELECT", "stranger", "SELECT * FROM calls", DENIED),
    (AGENT, "calls", "INSERT", "agent1", CALL.format("new", "agent1", "false", ""), 1),
    (AGENT, "calls", "INSERT", "agent1", CALL.format("new", "agent2", "false", ""), DENIED),
    (AGENT, "calls", "INSERT", "admin1", CALL.format("new", "agent2", "false", ""), DENIED),
    # holds: in one's own name, live, without a claim
    (AGENT, "held_calls", "SELECT", "agent3", "SELECT * FROM held_calls", 7),
    (AGENT, "held_calls", "SELECT", "stranger", "SELECT * FROM held_calls", DENIED),
    (AGENT, "held_calls", "INSERT", "agent1", HELD.format("n", "agent1", *FREE, LIVE), 1),
    (AGENT, "held_calls", "INSERT", "agent1", HELD.format("n", "agent2", *FREE, LIVE), DENIED),
    (
        AGENT,
        "held_calls",
        "INSERT",
        "agent1",
        HELD.format("n", "agent1", *claimed("agent2"), LIVE),
        DENIED,
    ),
    # claims: in one's own name, on what nobody has claimed
    (AGENT, "held_calls", "UPDATE", "agent1", CLAIM.format("theirs", "agent1"), 1),
    (AGENT, "held_calls", "UPDATE", "admin1", CLAIM.format("theirs", "admin1"), 1),
    (AGENT, "held_calls", "UPDATE", "agent1", CLAIM.format("theirs", "agent3"), DENIED),
    (AGENT, "held_calls", "UPDATE", "admin1", CLAIM.format("theirs", "agent3"), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", CLAIM.format("foreign", "agent1"), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", CLAIM.format("over", "agent1"), ABSENT),
    (AGENT, "held_calls", "UPDATE", "agent1", WITHDRAW.format("claimed"), 1),
    (AGENT, "held_calls", "UPDATE", "agent2", WITHDRAW.format("claimed"), 1),
    (AGENT, "held_calls", "UPDATE", "agent1", WITHDRAW.format("foreign"), DENIED),
    (AGENT, "held_calls", "UPDATE", "admin1", WITHDRAW.format("foreign"), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET claims = 9 WHERE id = 'claimed'", DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET last_claimed_by = 'agent1'", DENIED),
    (
        AGENT,
        "held_calls",
        "UPDATE",
        "agent1",
        "UPDATE held_calls SET claimed_at = 'infinity' WHERE id='claimed'",
        DENIED,
    ),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET claim_gone = 'x' WHERE id = 'theirs'", DENIED),
    # notes and wishes
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET note = 'x' WHERE id = 'mine'", 1),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET note = 'x' WHERE id = 'claimed'", DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET note = 'x' WHERE id = 'theirs'", DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET wants_bridge = true WHERE id = 'wanted'", 1),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET wants_bridge = true WHERE id = 'claimed'", DENIED),
    # ends
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("mine", "resumed", ""), 1),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("mine", "lost", ""), 1),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("wanted", "picked-up", "agent2"), 1),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("wanted", "picked-up", "agent3"), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("mine", "picked-up", ""), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("claimed", "picked-up", "agent1"), 1),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("claimed", "abandoned", ""), 1),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("claimed", "resumed", ""), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("claimed", "picked-up", "agent3"), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("void", "picked-up", "agent1"), 1),
    (AGENT, "held_calls", "UPDATE", "agent3", END.format("void", "picked-up", "agent3"), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("foreign", "picked-up", "agent3"), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("theirs", "hung-up", ""), DENIED),
    (AGENT, "held_calls", "UPDATE", "agent1", END.format("over", "hung-up", ""), ABSENT),
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET ended_by = 'x' WHERE id = 'mine'", DENIED),
    # whatever happens, who called, who holds them and since when stays
    *(
        (
            AGENT,
            "held_calls",
            "UPDATE",
            "agent1",
            SAME.format(column),
            DENIED,
        )
        for column in (
            *("id", "holder", "station", "call", "remote_name", "remote_uri", "tracking_number", "label", "direct"),
            *("arrived", "held_since", "entered_at", "sip_call_id", "local_tag", "remote_tag", "remote_target"),
            *("replaces", "holder_address", "orbit", "history"),
        )
    ),
    # tokens: the claimer's and the holder's
    (AGENT, "pickup_tokens", "SELECT", "agent1", "SELECT * FROM pickup_tokens", 2),
    (AGENT, "pickup_tokens", "SELECT", "agent1", "SELECT * FROM pickup_tokens WHERE held_call = 'foreign'", ABSENT),
    (AGENT, "pickup_tokens", "SELECT", "admin1", "SELECT * FROM pickup_tokens", ABSENT),
    (
        AGENT,
        "pickup_tokens",
        "INSERT",
        "agent1",
        CLAIM.format("theirs", "agent1") + ";;" + TOKEN.format("theirs", "agent1", "agent2"),
        1,
    ),
    (AGENT, "pickup_tokens", "INSERT", "agent1", TOKEN.format("theirs", "agent1", "agent2"), DENIED),
    (
        AGENT,
        "pickup_tokens",
        "INSERT",
        "agent1",
        CLAIM.format("theirs", "agent1") + ";;" + TOKEN.format("theirs", "agent1", "agent1"),
        DENIED,
    ),
    (
        AGENT,
        "pickup_tokens",
        "INSERT",
        "agent1",
        CLAIM.format("theirs", "agent1") + ";;" + TOKEN.format("theirs", "agent3", "agent2"),
        DENIED,
    ),
    # presence: one's own
    (AGENT, "presence", "SELECT", "agent1", "SELECT * FROM presence", 2),
    (AGENT, "presence", "SELECT", "stranger", "SELECT * FROM presence", DENIED),
    (AGENT, "presence", "INSERT", "agent1", PRESENCE.format("new", "agent1"), 1),
    (AGENT, "presence", "INSERT", "agent1", PRESENCE.format("new", "agent2"), DENIED),
    (AGENT, "presence", "UPDATE", "agent1", "UPDATE presence SET seen = now()", 1),
    (AGENT, "presence", "UPDATE", "agent1", "UPDATE presence SET seen = now() WHERE login = 'agent2'", ABSENT),
    (AGENT, "presence", "UPDATE", "agent1", "UPDATE presence SET login = 'agent2' WHERE login = 'agent1'", DENIED),
    (AGENT, "presence", "INSERT", "agent1", PRESENCE.format("agent2-1", "agent1"), 1),  # beside it, not in its place
    # the log's numbers are the database's
    (AGENT, "calls", "INSERT", "agent1", NUMBERED, DENIED),
    (AGENT, "calls", "INSERT", "agent1", "SELECT nextval('calls_id_seq')", DENIED),
    (AGENT, "calls", "INSERT", "agent1", "SELECT setval('calls_id_seq', 1)", DENIED),
    # the directory is the admins'
    (ADMIN, "users", "INSERT", "admin1", USER.format("new"), 1),
    (ADMIN, "users", "INSERT", "agent1", USER.format("new"), DENIED),
    (ADMIN, "users", "UPDATE", "admin1", "UPDATE users SET role = 'admin'", 4),
    (ADMIN, "users", "UPDATE", "agent1", "UPDATE users SET role = 'admin'", DENIED),
    (ADMIN, "users", "DELETE", "admin1", "DELETE FROM users WHERE login = 'agent3'", 1),
    (ADMIN, "users", "DELETE", "agent1", "DELETE FROM users WHERE login = 'agent3'", DENIED),
    (ADMIN, "tracking_numbers", "INSERT", "admin1", NUMBER.format("+15551230002"), 1),
    (ADMIN, "tracking_numbers", "INSERT", "agent1", NUMBER.format("+15551230002"), DENIED),
    (ADMIN, "tracking_numbers", "UPDATE", "admin1", "UPDATE tracking_numbers SET label = 'x'", 1),
    (ADMIN, "tracking_numbers", "UPDATE", "agent1", "UPDATE tracking_numbers SET label = 'x'", DENIED),
    (ADMIN, "tracking_numbers", "DELETE", "admin1", "DELETE FROM tracking_numbers", 1),
    (ADMIN, "tracking_numbers", "DELETE", "agent1", "DELETE FROM tracking_numbers", DENIED),
    (ADMIN, "team_changes", "UPDATE", "admin1", "UPDATE team_changes SET count = count + 1", 1),
    (ADMIN, "team_changes", "UPDATE", "agent1", "UPDATE team_changes SET count = count + 1", DENIED),
    (ADMIN, "calls", "SELECT", "admin1", "SELECT * FROM calls", 4),
    (ADMIN, "calls", "SELECT", "agent2", "SELECT * FROM calls WHERE call = 'own'", ABSENT),
]

# An admin may change the directory, and so lock it; what calls need every second nobody may lock.
EVERYBODY_S = ("alembic_version", "calls", "held_calls", "pickup_tokens", "presence")
NOBODY_MAY = [
    *(f"TRUNCATE {table} CASCADE" for table in TABLES),
    *(f"DROP TABLE {table} CASCADE" for table in TABLES),
    *(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for table in TABLES),
    *(f"ALTER TABLE {table} ADD COLUMN extra text" for table in TABLES),
    *(
        f"CREATE TRIGGER t BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION softphone_news('a', 'b')"
        for table in TABLES
    ),
    "DROP TRIGGER softphone_guard ON held_calls",
    f"DROP POLICY {AGENT}_select ON calls",
    "CREATE TABLE own (id int)",
    "CREATE TEMPORARY TABLE held_calls (id int)",
    "CREATE SCHEMA own",
    "CREATE OR REPLACE FUNCTION softphone_guard_held() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE ROLE another",
    f"GRANT {ADMIN} TO agent1",
    f"ALTER ROLE {AGENT} BYPASSRLS",
    "ALTER ROLE agent2 PASSWORD 'mine'",
    "SET ROLE owner",
    "SET SESSION AUTHORIZATION agent2",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '9'",
    "DELETE FROM calls",
    "UPDATE calls SET label = 'x'",
    "DELETE FROM held_calls",
    "UPDATE pickup_tokens SET token = 'x'",
    "INSERT INTO team_changes VALUES (2, 2)",
    "DELETE FROM team_changes",
    "DELETE FROM pickup_tokens",
    "DELETE FROM presence",
    *(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE" for table in EVERYBODY_S),
    *(f"LOCK TABLE {table} IN SHARE MODE" for table in EVERYBODY_S),
]


@pytest.mark.parametrize(("role", "table", "verb", "login", "statement", "reached"), CASES)
async def test_each_right_is_given_and_ends_where_it_should(
    granted: PostgresDatabase, role: str, table: str, verb: str, login: str, statement: str, reached: int | str
) -> None:
    assert await outcome(granted, login, statement) == reached


@pytest.mark.parametrize("login", ["agent1", "admin1"])
async def test_nobody_of_the_team_may(granted: PostgresDatabase, login: str) -> None:
    assert [statement for statement in NOBODY_MAY if await outcome(granted, login, statement) != DENIED] == []


async def test_an_agent_passes_no_right_on(granted: PostgresDatabase) -> None:
    connection = await connect(granted, "agent1")
    try:
        await connection.execute("GRANT SELECT ON users TO PUBLIC")  # PostgreSQL says so in a warning only
    finally:
        await connection.close()
    assert await outcome(granted, "stranger", "SELECT * FROM users") == DENIED


def test_every_right_was_tried_out_both_ways() -> None:
    rights = {(right.role, right.table, right.verb) for right in RIGHTS}
    assert {case[:3] for case in CASES if case[5] not in (DENIED, ABSENT)} == rights
    assert {case[:3] for case in CASES if case[5] in (DENIED, ABSENT)} == rights
    assert set(TABLES) == set(metadata.tables) | {"alembic_version"}


def test_the_admin_guide_lists_every_right() -> None:
    section = GUIDE.read_text().partition("## Rights in the database")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (agent|admin) \| `(\w+)` \| (\w+) \|", section, re.M)
    told = {(AGENT if role == "agent" else ADMIN, table, verb.upper()) for role, table, verb in rows}
    assert told == {(right.role, right.table, right.verb) for right in RIGHTS}
    assert len(rows) == len(RIGHTS)


async def test_the_sweep_takes_back_what_is_too_old_and_nothing_else(granted: PostgresDatabase) -> None:
    claims = "SELECT id FROM held_calls WHERE claimed_by IS NOT NULL ORDER BY id"
    granted.sql("UPDATE held_calls SET claimed_at = now() WHERE claimed_by IS NOT NULL")  # the tests before took time
    granted.sql("UPDATE held_calls SET claimed_at = now() - interval '31 seconds' WHERE id = 'foreign'")
    connection = await connect(granted, "agent1")
    try:
        await connection.execute("BEGIN")
        await connection.execute("SELECT softphone_sweep(true, true)")
        assert [row[0] for row in await connection.fetch(claims)] == ["claimed", "wanted"]
        assert await connection.fetchval("SELECT count(*) FROM held_calls WHERE how = 'lost'") == 0
    finally:
        await connection.close()
        granted.sql("UPDATE held_calls SET claimed_at = now() WHERE id = 'foreign'")
    assert await outcome(granted, "stranger", "SELECT softphone_sweep(true, true)") == DENIED
