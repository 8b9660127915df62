"""The server is away in the middle of a day's work: what waits, and how soon everything is there again."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from tests.bench.team_journal import Journal
from tests.lab.postgres import PostgresServer


@dataclass(slots=True)
class Outage:
    """*begins* after so many seconds, for so many *seconds*; *mode* is how the server is stopped."""

    server: PostgresServer
    begins: float
    seconds: float
    mode: str = "fast"
    down: float = 0.0
    up: float = 0.0

    async def happen(self) -> None:
        """Stop the server, wait, start it."""
        await asyncio.sleep(self.begins)
        self.down = time.monotonic()
        await asyncio.to_thread(self.server.stop, self.mode)
        await asyncio.sleep(self.seconds)
        await asyncio.to_thread(self.server.start)
        self.up = time.monotonic()

    def waited(self, journal: Journal) -> list[float]:
        """Of each entry added before the server was back, and not there before it went: seconds from its return."""
        return [there - self.up for added, there in journal.delivered if added < self.up and there > self.down]
