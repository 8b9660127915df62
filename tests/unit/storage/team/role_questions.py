"""The people of a team with roles, the rows they ask about, and how to ask."""

from __future__ import annotations

import asyncpg

from softphone.storage.team.rights import ADMIN, AGENT
from tests.lab.postgres import PASSWORD, PostgresDatabase

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
