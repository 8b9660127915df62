"""What one call costs when the log is long: entering it, and reading the newest lines as an agent and as an admin."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from softphone.storage import Storage, StorageFiles
from tests.bench.problem import BenchError
from tests.bench.team_database import ADMIN_LOGIN, job
from tests.bench.team_entry import entry
from tests.bench.team_plan import Plan
from tests.bench.team_softphone import LOG_LINES
from tests.bench.team_yardstick import Yardstick, yardstick
from tests.lab.postgres import PostgresDatabase

SIZES = (0, 10_000, 100_000, 1_000_000)
ROUNDS = 300
WARM_UP = LOG_LINES + 20  # so that there are as many lines to read in an empty log as in a long one
ENTER, AGENT_READS, ADMIN_READS, BARE = "add → in the database", "agent reads 100", "admin reads 100", "bare INSERT"
Growth = dict[int, dict[str, list[float]]]

_WHO = (Plan().logins[0], ADMIN_LOGIN)
_CHUNK = 100_000
_FILL = """
SET session_replication_role = replica;
INSERT INTO calls (entry_key, call, sip_call_id, direction, agent, remote_name, remote_uri, tracking_number, label,
  direct, arrived, answered, ended, waited_seconds, outcome, explanation, held_for_anyone, held_call, continued_by)
SELECT 'long-ago-' || n, 'in-' || n, n || '@192.0.2.1', 'incoming', 'agent' || n % {agents} + 1, 'Zoë Ünal',
  'sip:+1555' || n || '@192.0.2.1', '+1555123000' || n % 7, 'Spring campaign', true, past, past, past + '1 min',
  4.5, CASE WHEN held THEN 'picked-up' ELSE 'answered' END, 'free, direct line', held,
  CASE WHEN held THEN 'held-' || n ELSE '' END, CASE WHEN held THEN 'agent' || n / 10 % {agents} + 1 ELSE '' END
FROM (SELECT n, n % 10 = 0 AS held, now() - n * interval '3 s' AS past FROM generate_series({first}, {last}) AS n) AS i
"""


async def measure(databases: Mapping[int, PostgresDatabase], rounds: int = ROUNDS) -> Growth:
    """Seconds by size and by what was done, on prepared databases of one server, each with an empty log.

    Each round goes through all sizes, so that a bad moment of the machine hits all alike.
    """
    plan = Plan()
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="team-")))
        benches = {}
        for size, database in databases.items():
            await asyncio.to_thread(fill, database, plan, size)
            agent, admin = [await stack.enter_async_context(_storage(database, plan, directory, who)) for who in _WHO]
            benches[size] = _Bench(agent, admin, await stack.enter_async_context(yardstick(database)))
            await benches[size].warm_up()
        for _ in range(rounds):
            for bench in benches.values():
                await bench.measure()
    return {size: bench.times for size, bench in benches.items()}


def fill(database: PostgresDatabase, plan: Plan, size: int) -> None:
    """Make the log as long as that with older entries, as a server with autovacuum has them."""
    for first in range(1, size + 1, _CHUNK):
        last = min(first + _CHUNK - 1, size)
        database.sql(_FILL.format(agents=plan.agents, first=first, last=last))
    database.sql("VACUUM ANALYZE calls")


class _Bench:
    """Everything that is measured on one of the databases."""

    def __init__(self, agent: Storage, admin: Storage, stick: Yardstick) -> None:
        self._agent = agent
        self._numbers = count(1)
        self._work: dict[str, Callable[[], Awaitable[object]]] = {
            ENTER: self._enter,
            AGENT_READS: lambda: agent.call_log.recent(LOG_LINES),
            ADMIN_READS: lambda: admin.call_log.recent(LOG_LINES),
            BARE: stick.measure,
        }
        self.times: dict[str, list[float]] = {name: [] for name in self._work}

    async def warm_up(self) -> None:
        for _ in range(WARM_UP):
            await self._enter()

    async def measure(self) -> None:
        for name, do in self._work.items():
            begin = time.monotonic()
            await do()
            self.times[name].append(time.monotonic() - begin)

    async def _enter(self) -> None:
        number = next(self._numbers)
        self._agent.call_log.add(entry(self._agent.login, f"in-{number}", datetime.now(UTC), call=f"now-{number}"))
        if not await self._agent.call_log.flush():
            raise BenchError("the database takes no entries")


@asynccontextmanager
async def _storage(database: PostgresDatabase, plan: Plan, directory: Path, login: str) -> AsyncIterator[Storage]:
    files = StorageFiles(
        directory / f"{database.name}-{login}.outbox", directory / f"{database.name}-{login}.directory"
    )
    storage = await Storage.open(job(database, plan, directory).address(login), files, lambda: login)
    try:
        if not storage.connection_state.health.online:
            raise BenchError(f"{login} does not reach the database: {storage.connection_state.health.problem}")
        yield storage
    finally:
        await storage.close()
