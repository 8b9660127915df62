"""A team at work: every crew takes its calls at the same time, and afterwards everything is counted."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.bench.team_counts import Counts
from tests.bench.team_crew import Crew, shares
from tests.bench.team_database import job
from tests.bench.team_journal import Journal, together
from tests.bench.team_plan import Plan
from tests.lab.postgres import PostgresDatabase

SETTLE_SECONDS = 0.5


async def nothing() -> None:
    """What happens meanwhile, as a rule."""


async def work(
    database: PostgresDatabase,
    plan: Plan,
    crews: Sequence[Crew],
    meanwhile: Callable[[], Awaitable[None]] = nothing,
) -> tuple[Journal, Counts]:
    """Let the team work on a prepared database while *meanwhile* runs, from the first call on."""
    with tempfile.TemporaryDirectory(prefix="team-") as directory:
        try:
            jobs = shares(job(database, plan, Path(directory)), len(crews))
            async with asyncio.TaskGroup() as opening:
                for crew, share in zip(crews, jobs, strict=True):
                    opening.create_task(crew.open(share))
            begin = time.monotonic() + SETTLE_SECONDS
            await asyncio.gather(*(crew.run(begin) for crew in crews), meanwhile())
            journal = together(await asyncio.gather(*(crew.finish() for crew in crews)))
            return journal, await asyncio.to_thread(Counts.of, database, plan, journal)
        finally:
            await asyncio.gather(*(crew.close() for crew in crews))
