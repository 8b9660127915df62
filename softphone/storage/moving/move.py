"""Copies a team's users, numbers and call log from one database to another, as often as it takes.

What is at the destination already is found by its key and left alone: so a move that was interrupted, however
roughly, is simply made again, and nothing is lost or doubled by it. The source is only read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from softphone.errors import UserFacingError
from softphone.model.database_move import Conflict, DatabaseTrial, MovePlan, MoveProgress, MoveReport
from softphone.model.settings import DatabaseSettings
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.database import Database
from softphone.storage.migrations.upgrade import open_database, upgrade
from softphone.storage.moving.call_copy import CallCopy
from softphone.storage.moving.database_trial import is_empty, try_database
from softphone.storage.moving.team_copy import TeamCopy

_log = logging.getLogger(__name__)

PARTING_SECONDS = 10.0
"""How long the end of the app may take to bring the latest calls along."""
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
        await CallCopy(self.source, self.destination).check_rights()
        team = await self._team()
        calls = await CallCopy.count(self.source)
        return MovePlan(len(team.users), len(team.numbers), calls, await self._waiting(), await team.conflicts())

    async def run(self, take_mine: Collection[Conflict] = (), tell: Tell = lambda _: None) -> MoveReport:
        """Copy what is missing, overwrite only those records of *take_mine* nobody has changed since, and compare.

        Raises UserFacingError when a database fails; what was copied stays, and the next run goes on from there.
        """
        pages = CallCopy(self.source, self.destination)
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
        return (await CallCopy(self.source, self.destination, last=last_call).copy(lambda _: None)).copied

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


async def _nothing() -> None:
    """There is nothing to be written first."""


class DatabaseSwitch:
    """What a window or a command asks about databases other than the one *in_use*.

    *login* is the agent's; *password* gives the one kept for an account and may block; *settle* brings the latest
    entries of the call log into the database in use.
    """

    def __init__(
        self,
        in_use: DatabaseSettings,
        file: Path,
        outbox: Path,
        login: Callable[[], str],
        password: Callable[[str], str],
        settle: Callable[[], Awaitable[object]] = _nothing,
    ) -> None:
        self.in_use = in_use
        self._file, self._outbox = file, outbox
        self._login, self._password, self._settle = login, password, settle
        self._moved: dict[DatabaseSettings, tuple[str, int]] = {}

    def account(self, choice: DatabaseSettings) -> str:
        """What its password is kept under; empty for a file. Raises UserFacingError when the address is none."""
        return self._parsed(choice).account

    async def try_out(self, choice: DatabaseSettings, password: str = "") -> DatabaseTrial:
        """Whether a softphone could work with it; changes nothing. An empty *password* means the one that is kept."""
        try:
            return await try_database(await self._address(choice, password))
        except UserFacingError as error:
            return DatabaseTrial(False, str(error))

    @asynccontextmanager
    async def move_to(self, choice: DatabaseSettings, password: str = "") -> AsyncIterator[Move]:
        """A move from the database in use. An empty destination gets its tables. Raises UserFacingError."""
        source, destination = await self._address(self.in_use, ""), await self._address(choice, password)
        if destination.for_people == source.for_people:
            raise UserFacingError(f"The data is in {source.for_people} already.")
        await self._settle()
        there = await _opened(destination)
        try:
            here = await open_database(source)
            try:
                move = Move(here, there, self._outbox, self._login() or "move")
                yield move
                if move.last_call:
                    self._moved[choice] = password, move.last_call
            finally:
                await here.dispose()
        finally:
            await there.dispose()

    async def bring_along(self, wanted: DatabaseSettings) -> None:
        """This softphone ends, and *wanted* is what the next start uses: calls since the move into it go there too."""
        if wanted == self.in_use or wanted not in self._moved:
            return
        password, last_call = self._moved[wanted]
        try:
            async with asyncio.timeout(PARTING_SECONDS), self.move_to(wanted, password) as move:
                _log.info("%d calls since the move were brought along", await move.run_on(last_call))
        except (UserFacingError, TimeoutError) as error:
            _log.error("calls since the move stay in the old database until it is moved again: %s", error)

    def _parsed(self, choice: DatabaseSettings) -> DatabaseAddress:
        return DatabaseAddress.parse(choice.url, self._file, self._login(), ca_file=choice.ca_file)

    async def _address(self, choice: DatabaseSettings, password: str) -> DatabaseAddress:
        address = self._parsed(choice)
        if not address.shared:
            return address
        return address.with_password(password or await asyncio.to_thread(self._password, address.account))


async def _opened(address: DatabaseAddress) -> Database:
    """A team's tables are made here only where there are none: to upgrade them is a decision for the whole team."""
    if address.shared and await is_empty(address):
        await upgrade(address)
    return await open_database(address)
