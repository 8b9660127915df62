"""Opens the two ends of a move, and looks at a database before anything is entrusted to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from softphone.errors import UserFacingError
from softphone.storage.address import DatabaseAddress
from softphone.storage.database import Database, upgrade
from softphone.storage.database_trial import DatabaseTrial, is_empty, try_database
from softphone.storage.move import Move


async def _nothing() -> None:
    """There is nothing to be written first."""


class MoveDesk:
    """*source* is the database in use now, *login* who moves, *settle* brings the call log's latest entries there."""

    def __init__(
        self,
        source: Callable[[], DatabaseAddress],
        outbox: Path,
        login: Callable[[], str],
        settle: Callable[[], Awaitable[object]] = _nothing,
    ) -> None:
        self._source, self._outbox, self._login, self._settle = source, outbox, login, settle

    async def try_out(self, address: DatabaseAddress) -> DatabaseTrial:
        """Whether a softphone could work with it; changes nothing and never raises UserFacingError."""
        return await try_database(address)

    @asynccontextmanager
    async def move_to(self, destination: DatabaseAddress) -> AsyncIterator[Move]:
        """A move from the database in use. An empty destination gets its tables. Raises UserFacingError."""
        source = self._source()
        if destination.for_people == source.for_people:
            raise UserFacingError(f"The data is in {source.for_people} already.")
        await self._settle()
        there = await _opened(destination)
        try:
            here = await Database.open(source)
            try:
                yield Move(here, there, self._outbox, self._login() or "move")
            finally:
                await here.dispose()
        finally:
            await there.dispose()


async def _opened(address: DatabaseAddress) -> Database:
    """A team's tables are made here only where there are none: to upgrade them is a decision for the whole team."""
    if address.shared and await is_empty(address):
        await upgrade(address)
    return await Database.open(address)
