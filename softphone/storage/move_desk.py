"""Opens the two ends of a move, and looks at a database before anything is entrusted to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from softphone.errors import UserFacingError
from softphone.model.settings import DatabaseSettings
from softphone.storage.address import DatabaseAddress
from softphone.storage.database import Database, upgrade
from softphone.storage.database_trial import DatabaseTrial, is_empty, try_database
from softphone.storage.move import Move

_log = logging.getLogger(__name__)

PARTING_SECONDS = 10.0


async def _nothing() -> None:
    """There is nothing to be written first."""


class MoveDesk:
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
            here = await Database.open(source)
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
    return await Database.open(address)
