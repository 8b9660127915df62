"""Every right of every role, tried out by the real login roles of a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from softphone.errors import UserFacingError
from softphone.storage import DatabaseAddress, upgrade
from softphone.storage.schema import metadata
from softphone.storage.team.rights import ADMIN, AGENT, RIGHTS, TABLES
from softphone.storage.team.roles import grant_roles
from tests.integration.lab.postgres import PASSWORD, PostgresDatabase, running_postgres
from tests.unit.storage.desks import address_of

GUIDE = Path(__file__).parents[4] / "docs" / "admin-guide.md"
DENIED, ABSENT = "denied", 0
MEMBERS = {"agent1": AGENT, "agent2": AGENT, "agent3": AGENT, "admin1": ADMIN}

CALL = (
    "INSERT INTO calls (entry_key, call, sip_call_id, direction, agent, remote_name, remote_uri, tracking_number,"
    " label, direct, arrived, ended, waited_seconds, outcome, explanation, held_for_anyone, continued_by)"
    " VALUES ('{0}', '{0}', '', 'incoming', '{1}', '', '', '', '', false, now(), now(), 0, 'answered', '', {2}, '{3}')"
)
HELD = (
    "INSERT INTO held_calls VALUES ('{0}', '{1}', '{1}-1', 'in-1', '', '', '', '', true, now(), now(), now(),"
    " '', '', '', '', true, '', '', '[]', '', {2}, {3}, '', false, {4}, '')"
)
FREE, LIVE = ("NULL", "NULL, NULL, 0, NULL"), "NULL, NULL"
TOKEN = "INSERT INTO pickup_tokens VALUES ('{0}', 'secret-{0}', 'sip:x@192.0.2.1', '{1}', '{2}')"
PRESENCE = "INSERT INTO presence VALUES ('{0}', '{1}', 'desk', 'free', now(), now())"
USER = (
    "INSERT INTO users (login, name, sip_uri, role, call_waiting, bypass_if_no_agents, ring_seconds, no_answer,"
    " version) VALUES ('{0}', '', '', 'agent', false, true, 300, 'hang_up', 1)"
)
NUMBER = (
    "INSERT INTO tracking_numbers (number, label, route_kind, route_target, version)"
    " VALUES ('{0}', '', 'queue', 'sales', 1)"
)
CLAIM = (
    "UPDATE held_calls SET claimed_by = '{1}', claimed_station = '{1}-1', claimed_at = now(), claims = claims + 1,"
    " last_claimed_by = '{1}' WHERE id = '{0}'"
)
WITHDRAW = (
    "UPDATE held_calls SET claimed_by = NULL, claimed_station = NULL, claimed_at = NULL, claim_gone = 'why'"
    " WHERE id = '{0}'"
)
SAME = "UPDATE held_calls SET {0} = {0} WHERE id = 'mine'"
END = "UPDATE held_calls SET ended_at = now(), how = '{1}', ended_by = '{2}' WHERE id = '{0}'"


def claimed(by: str) -> tuple[str, str]:
    return f"'{by}'", f"'{by}-1', now(), 1, '{by}'"


SEED = (
    *(USER.format(login) for login in MEMBERS),
    NUMBER.format("+15551230001"),
    CALL.format("own", "agent1", "false", ""),
    CALL.format("other", "agent2", "false", ""),
    CALL.format("held", "agent2", "true", ""),
    CALL.format("continued", "agent2", "false", "agent1"),
    HELD.format("mine", "agent1", *FREE, LIVE),
    HELD.format("theirs", "agent2", *FREE, LIVE),
    HELD.format("claimed", "agent2", *claimed("agent1"), LIVE),
    HELD.format("foreign", "agent2", *claimed("agent3"), LIVE),
    HELD.format("wanted", "agent1", *claimed("agent2"), LIVE),
    HELD.format("void", "agent2", "NULL", "NULL, NULL, 1, 'agent1'", LIVE),
    HELD.format("over", "agent1", *FREE, "now(), 'resumed'"),
    TOKEN.format("claimed", "agent1", "agent2"),
    TOKEN.format("foreign", "agent3", "agent2"),
    TOKEN.format("wanted", "agent2", "agent1"),
    PRESENCE.format("agent1-1", "agent1"),
    PRESENCE.format("agent2-1", "agent2"),
)

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
    (AGENT, "held_calls", "UPDATE", "agent1", "UPDATE held_calls SET note = 'x' WHERE id IN ('mine', 'claimed')", 2),
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
    (AGENT, "pickup_tokens", "DELETE", "agent1", "DELETE FROM pickup_tokens", 2),
    (AGENT, "pickup_tokens", "DELETE", "agent1", "DELETE FROM pickup_tokens WHERE held_call = 'foreign'", ABSENT),
    # presence: one's own
    (AGENT, "presence", "SELECT", "agent1", "SELECT * FROM presence", 2),
    (AGENT, "presence", "SELECT", "stranger", "SELECT * FROM presence", DENIED),
    (AGENT, "presence", "INSERT", "agent1", PRESENCE.format("new", "agent1"), 1),
    (AGENT, "presence", "INSERT", "agent1", PRESENCE.format("new", "agent2"), DENIED),
    (AGENT, "presence", "UPDATE", "agent1", "UPDATE presence SET seen = now()", 1),
    (AGENT, "presence", "UPDATE", "agent1", "UPDATE presence SET seen = now() WHERE login = 'agent2'", ABSENT),
    (AGENT, "presence", "UPDATE", "agent1", "UPDATE presence SET login = 'agent2' WHERE login = 'agent1'", DENIED),
    (AGENT, "presence", "DELETE", "agent1", "DELETE FROM presence", 1),
    (AGENT, "presence", "DELETE", "agent1", "DELETE FROM presence WHERE login = 'agent2'", ABSENT),
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
]


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresDatabase]:
    with running_postgres() as server:
        server.sql("CREATE DATABASE rights OWNER owner")
        yield PostgresDatabase(server, "rights")


@pytest.fixture
async def granted(database: PostgresDatabase) -> PostgresDatabase:
    """Made once; each statement is rolled back."""
    if "presence" not in database.sql("SELECT relname FROM pg_class"):
        address = address_of(database)
        await upgrade(address)
        await grant_roles(address)
        for login, role in MEMBERS.items():
            database.server.create_login(login)
            database.sql(f"GRANT {role} TO {login}")
        database.server.create_login("stranger")
        database.sql("; ".join(SEED))
    return database


async def connect(database: PostgresDatabase, login: str) -> asyncpg.Connection:
    return await asyncpg.connect(database.url(login, query="sslmode=disable"), password=PASSWORD)


async def outcome(database: PostgresDatabase, login: str, statements: str) -> int | str:
    connection = await connect(database, login)
    try:
        transaction = connection.transaction()
        await transaction.start()
        for statement in statements.split(";;"):
            done = await connection.execute(statement)
        return int(done.rpartition(" ")[2])
    except asyncpg.InsufficientPrivilegeError:
        return DENIED
    finally:
        await connection.close()


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


async def test_the_times_of_claims_and_ends_are_the_server_s(granted: PostgresDatabase) -> None:
    connection = await connect(granted, "agent1")
    try:
        await connection.execute("BEGIN")
        claim = CLAIM.format("theirs", "agent1").replace("now()", "'infinity'")
        assert await connection.fetchval(f"{claim} RETURNING claimed_at = now()")
        end = END.format("theirs", "picked-up", "agent1").replace("now()", "'-infinity'")
        assert await connection.fetchval(f"{end} RETURNING ended_at = now()")
    finally:
        await connection.close()


async def test_the_sweep_takes_back_what_is_too_old_and_nothing_else(granted: PostgresDatabase) -> None:
    claims = "SELECT id FROM held_calls WHERE claimed_by IS NOT NULL ORDER BY id"
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


async def test_it_can_be_repeated_and_puts_right_what_somebody_gave_too_much(granted: PostgresDatabase) -> None:
    granted.sql(f"GRANT ALL ON users TO {AGENT}; GRANT SELECT ON calls TO PUBLIC")
    granted.sql(f"CREATE POLICY everything ON calls TO {AGENT} USING (true)")
    said = await grant_roles(address_of(granted))
    assert said[:2] == [f"The role {AGENT} was there.", f"The role {ADMIN} was there."]
    assert await outcome(granted, "agent1", "DELETE FROM users") == DENIED
    assert await outcome(granted, "agent1", "SELECT * FROM calls") == 3
    assert await outcome(granted, "stranger", "SELECT * FROM calls") == DENIED


async def test_words_before_the_upgrade(postgres: PostgresDatabase) -> None:
    with pytest.raises(UserFacingError, match="has no tables yet: an admin has to run softphone db upgrade"):
        await grant_roles(address_of(postgres))


async def test_words_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="Roles need a PostgreSQL database"):
        await grant_roles(DatabaseAddress(file=tmp_path / "team.sqlite3"))


async def test_words_for_whoever_does_not_own_the_tables(granted: PostgresDatabase) -> None:
    with pytest.raises(UserFacingError, match="that is “owner”; “admin1” is not"):
        await grant_roles(address_of(granted, "admin1"))
    with pytest.raises(UserFacingError, match="gives “stranger” no right"):
        await grant_roles(address_of(granted, "stranger"))


async def test_words_for_an_owner_who_may_not_make_roles() -> None:
    with running_postgres() as server:
        server.create_login("poor")
        server.sql("CREATE DATABASE poor OWNER poor")
        address = address_of(PostgresDatabase(server, "poor"), "poor")
        await upgrade(address)
        with pytest.raises(UserFacingError, match=f"may not make roles .*CREATE ROLE {ADMIN} NOLOGIN"):
            await grant_roles(address)
        server.sql(f"CREATE ROLE {AGENT}; CREATE ROLE {ADMIN}; GRANT {AGENT} TO {ADMIN}")
        assert (await grant_roles(address))[0] == f"The role {AGENT} was there."
        server.sql(f"ALTER ROLE {ADMIN} LOGIN")
        with pytest.raises(UserFacingError, match=f"ALTER ROLE {ADMIN} NOLOGIN"):
            await grant_roles(address)
