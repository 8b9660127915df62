"""A team at work on one PostgreSQL, counted afterwards: nothing is lost, doubled, out of order or left claimed."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.dialects import postgresql

from softphone.storage.call_log.viewer import Viewer, newest_calls
from tests.bench.team_crew import CrewElsewhere, CrewHere
from tests.bench.team_database import connect, prepare
from tests.bench.team_growth import fill
from tests.bench.team_load import work
from tests.bench.team_outage import Outage
from tests.bench.team_plan import Plan
from tests.lab.postgres import PostgresDatabase

LINES = 20_000
AWAY = """
UPDATE calls SET agent = CASE WHEN id > 10000 THEN 'agent1' ELSE 'agent2' END
WHERE agent = 'agent1' OR (id > 10000 AND id % 5 = 0)
"""  # the higher the id, the longer ago


async def test_every_call_is_logged_once_and_every_held_caller_is_picked_up_by_one(postgres: PostgresDatabase) -> None:
    plan = Plan(agents=6, calls=120, a_second=20)
    await prepare(postgres, plan.logins)
    journal, counts = await work(postgres, plan, [CrewHere(), CrewElsewhere()])
    assert counts.faults == []
    assert journal.problems == []
    assert (counts.entries, counts.held, counts.winners) == (132, 12, 12)
    assert 0 < counts.losers <= 2 * counts.held, "who sees a caller after the pickup does not ask any more"


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_server_away_in_the_middle_costs_nothing(postgres: PostgresDatabase, mode: str) -> None:
    plan = Plan(agents=6, calls=80, a_second=16)
    await prepare(postgres, plan.logins)
    outage = Outage(postgres.server, begins=1.5, seconds=3, mode=mode)
    journal, counts = await work(postgres, plan, [CrewHere()], outage.happen)
    assert counts.faults == []
    assert journal.problems == []
    assert outage.waited(journal), "calls went on while the server was away"


async def test_a_long_log_is_not_read_through_for_somebody_who_was_away_for_half_of_it(
    postgres: PostgresDatabase,
) -> None:
    plan = Plan()
    await prepare(postgres, plan.logins)
    await asyncio.to_thread(fill, postgres, plan, LINES)
    postgres.sql(AWAY)
    postgres.sql("VACUUM ANALYZE calls")
    newest = newest_calls(Viewer("agent1", everything=False), 100)
    question = str(newest.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    connection = await connect(postgres, "agent1")
    try:
        plan_lines = [row[0] for row in await connection.fetch(f"EXPLAIN ANALYZE {question}")]
    finally:
        await connection.close()
    passed_over = [int(line.rpartition(":")[2]) for line in plan_lines if "Rows Removed" in line]
    assert sum(passed_over) < 1000, "\n".join(plan_lines)
