"""What triggers and checks keep from everybody, tried out by the real login roles of a real server."""

from __future__ import annotations

import asyncpg
import pytest

from tests.lab.postgres import PostgresDatabase
from tests.unit.storage.team.role_questions import CALL, CLAIM, END, FREE, HELD, LIVE, PRESENCE, connect

pytestmark = pytest.mark.programs


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


async def test_no_hold_is_lost_because_the_server_was_away(granted: PostgresDatabase) -> None:
    """Whoever is first to sweep after it has come back finds softphones that could not say that they are there."""
    granted.sql("UPDATE held_calls SET entered_at = now() - interval '91 seconds' WHERE id = 'theirs'")
    granted.server.stop()
    granted.server.start()
    connection = await connect(granted, "agent1")
    try:
        await connection.execute("SELECT softphone_sweep(false, true)")
        assert await connection.fetchval("SELECT ended_at IS NULL FROM held_calls WHERE id = 'theirs'")
    finally:
        await connection.close()
    granted.sql("UPDATE held_calls SET entered_at = now() WHERE id = 'theirs'")


async def test_what_is_new_bears_the_server_s_time(granted: PostgresDatabase) -> None:
    connection = await connect(granted, "agent1")
    try:
        await connection.execute("BEGIN")
        infinite = PRESENCE.format("new", "agent1").replace("now(), now()", "'infinity', 'infinity'")
        assert await connection.fetchval(f"{infinite} RETURNING since = now() AND seen = now()")
        later = "UPDATE presence SET seen = '2999-01-01', since = '2999-01-01' WHERE station = 'new'"
        assert await connection.fetchval(f"{later} RETURNING since = now() AND seen = now()")
        held = HELD.format("n", "agent1", *FREE, LIVE).replace("now()", "'2999-01-01'")
        assert await connection.fetchval(f"{held} RETURNING entered_at = now() AND held_since = now()")
        call = CALL.format("n", "agent1", "true", "").replace("now()", "'2999-01-01'")
        assert await connection.fetchval(f"{call} RETURNING arrived = now() AND ended = now()")
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("held_call", "continued_by", "kept"),
    [
        ("wanted", "agent2", "agent2"),  # has claimed it
        ("wanted", "agent3", ""),
        ("claimed", "agent2", ""),  # is not agent1's to tell of
        ("none", "agent1", "agent1"),  # concerns nobody else, as in a log an agent brings along
        ("none", "agent2", ""),
    ],
)
async def test_only_who_has_claimed_a_caller_goes_on_with_them(
    granted: PostgresDatabase, held_call: str, continued_by: str, kept: str
) -> None:
    connection = await connect(granted, "agent1")
    try:
        await connection.execute("BEGIN")
        call = CALL.format("n", "agent1", "false", continued_by)
        call = call.replace("continued_by)", "continued_by, held_call)").replace("')", f"', '{held_call}')")
        assert await connection.fetchval(f"{call} RETURNING continued_by") == kept
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("statement", "most"),
    [(PRESENCE.format("{0}", "agent3"), 8), (HELD.format("n{0}", "agent3", *FREE, LIVE), 32)],
    ids=["softphones", "held callers"],
)
async def test_nobody_fills_the_others_lists(granted: PostgresDatabase, statement: str, most: int) -> None:
    connection = await connect(granted, "agent3")
    try:
        await connection.execute("BEGIN")
        for number in range(most):
            await connection.execute(statement.format(number))
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"{most} (softphones|callers) at most"):
            await connection.execute(statement.format(most))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        CALL.format("n", "agent1", "false", "").replace("'answered'", f"'{'x' * 5000}'"),
        CALL.format("n", "agent1", "false", "").replace("now()", "'-infinity'"),
        CALL.format("n", "agent1", "false", "").replace("now()", "'0044-03-15 BC'"),
        CALL.format("n", "agent1", "false", "").replace(" 0, ", " 'NaN', "),
        HELD.format("n", "agent1", *FREE, LIVE).replace("'[]'", f"'{'[' * 50000}'"),
        HELD.format("n", "agent1", *FREE, LIVE).replace("'in-1'", f"'{'x' * 5000}'"),
        HELD.format("n", "agent1", *FREE, LIVE).replace("now()", "'-infinity'"),
        PRESENCE.format("n", "agent1").replace("'free'", f"'{'x' * 300}'"),
        PRESENCE.format("n", "agent1").replace("'free'", "NULL"),
    ],
)
async def test_what_nobody_could_read_is_refused(granted: PostgresDatabase, statement: str) -> None:
    connection = await connect(granted, "agent1")
    try:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await connection.execute(statement)
    finally:
        await connection.close()
