"""Copies a team's users, numbers and call log from one database to another, as often as it takes.

What is at the destination already is found by its key and left alone: so a move that was interrupted, however
roughly, is simply made again, and nothing is lost or doubled by it. The source is only read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from softphone.storage.database import Database
from softphone.storage.move_calls import CallPages
from softphone.storage.move_report import Conflict, MovePlan, MoveProgress, MoveReport, MoveStep, Tally
from softphone.storage.move_team import TeamCopy

__all__ = ["Conflict", "Move", "MovePlan", "MoveProgress", "MoveReport", "MoveStep", "Tally"]

EDITOR = "move"  # who has changed the records that were overwritten

Tell = Callable[[MoveProgress], None]


@dataclass(slots=True)
class Move:
    """One source, one destination. *outbox* is the file of call-log entries the source has not got yet.

    *last_call* is the id, at the source, of the last entry that was copied; 0 before a run has come to its end.

    Both databases stay open; every batch is a transaction of its own, with the event loop free between two.
    """

    source: Database
    destination: Database
    outbox: Path | None = None
    editor: str = EDITOR
    last_call: int = 0

    async def plan(self) -> MovePlan:
        """What there is to move, and what has to be decided first. Raises UserFacingError."""
        await CallPages(self.source, self.destination).check_rights()
        team = await self._team()
        calls = await CallPages.count(self.source)
        return MovePlan(len(team.users), len(team.numbers), calls, await self._waiting(), await team.conflicts())

    async def run(self, take_mine: Collection[Conflict] = (), tell: Tell = lambda _: None) -> MoveReport:
        """Copy what is missing, overwrite only those records of *take_mine* nobody has changed since, and compare.

        Raises UserFacingError when a database fails; what was copied stays, and the next run goes on from there.
        """
        pages = CallPages(self.source, self.destination)
        await pages.check_rights()
        team = await self._team()
        users, numbers = await team.copy(take_mine, self.editor, tell)
        calls = await pages.copy(tell)
        users, numbers = await team.compared(users, numbers)
        calls = await pages.compared(calls, tell)
        self.last_call = pages.last
        return MoveReport(users, numbers, calls, await self._waiting(), team.respelled + pages.respelled)

    async def run_on(self, last_call: int) -> int:
        """Copy what the call log of the source has got since; how many entries that were. Raises UserFacingError."""
        return (await CallPages(self.source, self.destination, last=last_call).copy(lambda _: None)).copied

    async def _team(self) -> TeamCopy:
        return await TeamCopy.read(self.source, self.destination)

    async def _waiting(self) -> int:
        return await asyncio.to_thread(entries_waiting, self.outbox) if self.outbox else 0


def entries_waiting(outbox: Path) -> int:
    """How many entries are in the file; nothing is opened for writing."""
    try:
        return sum(bool(line.strip()) for line in outbox.read_bytes().splitlines())
    except FileNotFoundError:
        return 0
