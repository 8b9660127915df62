"""The one owner of the held calls' rows: what this softphone says goes out in order, what others change comes in."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.model.held_call import HeldCall
from softphone.storage import held_calls_rows as rows
from softphone.storage.database import Database
from softphone.storage.held_calls_board import Happening, HeldBoard
from softphone.storage.held_calls_writes import Write
from softphone.storage.news import News, Topic
from softphone.storage.problems import RefusedDataError

_log = logging.getLogger(__name__)

READ_SECONDS = 5.0
SWEEP_EVERY = 2  # reads
AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)  # the last one is repeated


class Patience:
    """How long the database has been there without a break.

    Others may have been cut off as we were, and have things to say: for a while nobody's claim is swept away as too
    old, and for longer nobody's hold as lost.
    """

    def __init__(self, claims_seconds: float = 15.0, lost_seconds: float = rows.LOST_SECONDS) -> None:
        self._claims_seconds = claims_seconds
        self._lost_seconds = lost_seconds
        self._since: float | None = None

    def there(self) -> None:
        """The database has answered."""
        if self._since is None:
            self._since = time.monotonic()

    def away(self) -> None:
        """It has not."""
        self._since = None

    @property
    def claims(self) -> bool:
        """Whether claims that are too old can be swept away."""
        return self._since is not None and time.monotonic() - self._since >= self._claims_seconds

    @property
    def lost(self) -> bool:
        """Whether holds of softphones that are gone can be ended."""
        return self._since is not None and time.monotonic() - self._since >= self._lost_seconds


class HeldCallsWorker:
    """Writes and reads in one task; ``turn`` keeps whoever else changes rows apart from it.

    *changed* hears when ``held`` is another, *happened* what newly read rows mean to this softphone.
    """

    def __init__(
        self,
        database: Database,
        news: News,
        station: str,
        changed: Callable[[], None],
        happened: Callable[[Happening], None],
        patience: Patience,
        read_seconds: float,
    ) -> None:
        self.turn = asyncio.Lock()
        self.patience = patience
        self._database = database
        self._news = news
        self._changed = changed
        self._happened = happened
        self._read_seconds = read_seconds
        self._board = HeldBoard(station)
        self._writes: deque[Write] = deque()
        self._shown: tuple[HeldCall, ...] = ()
        self._news_of: set[str] = set()
        self._read_all = True
        self._reads = 0
        self._failures = 0
        self._work = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def held(self) -> tuple[HeldCall, ...]:
        """The rows as last read, as they will be once everything said here is written."""
        held = self._board.held
        for write in self._writes:
            shown = write.show(held.pop(write.held_call, None))
            if shown is not None:
                held[shown.id] = shown
        return tuple(sorted(held.values(), key=lambda each: (each.held_since, each.id)))

    def claims_on(self, held_call: str) -> int:
        """The number of the last claim on this row, as far as known."""
        return self._board.claims_on(held_call)

    def start(self) -> None:
        """Begin to read and to write."""
        self._news.on(Topic.HELD, self.hear)
        self._task = asyncio.create_task(self._run(), name="held calls")
        self._work.set()

    async def close(self) -> None:
        """Write what can still be written, and stop."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        try:
            async with self.turn:
                await self.deliver()
        except UserFacingError as error:
            _log.warning("%d changes of held calls end with this softphone: %s", len(self._writes), error)

    def say(self, write: Write) -> None:
        """Write this after everything said before; returns at once."""
        self._writes.append(write)
        asyncio.get_running_loop().call_soon(self._show)
        self._work.set()

    def hear(self, held_call: str) -> None:
        """Somebody has changed this row; an empty name means any."""
        self._news_of.add(held_call)
        self._read_all |= not held_call
        self._work.set()

    async def catch_up(self) -> None:
        """The database is back: tell it everything, then read everything. Raises UserFacingError."""
        self._read_all = True
        async with self.turn:
            await self.deliver()
            await self._read()
        self.patience.there()

    async def deliver(self) -> None:
        """Write everything that waits, one transaction each, in order; within ``turn``. Raises UserFacingError."""
        while self._writes:
            write = self._writes[0]
            try:
                async with self._database.transaction() as connection:
                    await write.write(connection)
                    found = await rows.read_rows(connection, [write.held_call])
            except UserFacingError as error:
                if not refused_for_good(error):
                    raise
                _log.error("the database refuses %s of held call %s: %s", type(write).__name__, write.held_call, error)
                found = []
            self._writes.popleft()
            self.learn(found)
            self._news.wrote(Topic.HELD, write.held_call)

    def learn(self, found: list[rows.HeldRow]) -> None:
        """Take over rows just read, within ``turn``."""
        happenings = self._board.learn(found)
        self._show()
        for happening in happenings:
            self._happened(happening)

    async def _run(self) -> None:
        while True:
            await self._wake()
            if self._database.closed:
                self.patience.away()  # ``catch_up`` comes with the line
                continue
            try:
                async with self.turn:
                    await self.deliver()
                    await self._read()
                self._failures = 0
                self.patience.there()
            except UserFacingError as error:
                self._failed(error)
            except Exception:  # noqa: BLE001 - whatever it is, the next news must be heard
                _log.exception("held calls")

    async def _wake(self) -> None:
        try:
            async with asyncio.timeout(self._read_seconds):
                await self._work.wait()
        except TimeoutError:
            self._read_all = True  # whether holders are there changes without news
        self._work.clear()

    def _failed(self, error: UserFacingError) -> None:
        if not self._failures:
            _log.warning("held calls wait for the database: %s", error)
        pause = AGAIN_SECONDS[min(self._failures, len(AGAIN_SECONDS) - 1)]
        self._failures += 1
        self._read_all = True
        self.patience.away()
        asyncio.get_running_loop().call_later(pause, self._work.set)

    async def _read(self) -> None:
        if not (self._read_all or self._news_of):
            return
        everything, ids = self._read_all, self._news_of
        self._read_all, self._news_of = False, set()
        async with self._database.transaction() as connection:
            if everything:
                await self._sweep(connection)
                ids = ids | self._board.ids
            found = await rows.read_rows(connection, ids, live=everything)
        self.learn(found)

    async def _sweep(self, connection: AsyncConnection) -> None:
        self._reads += 1
        if self._reads % SWEEP_EVERY == 0:
            await rows.sweep(connection, claims=self.patience.claims, lost=self.patience.lost)

    def _show(self) -> None:
        if (held := self.held) != self._shown:
            self._shown = held
            self._changed()


def refused_for_good(error: UserFacingError) -> bool:
    """Whether the database would say the same each time: the values or the rights are wrong."""
    original = getattr(error.__cause__, "orig", None)
    return isinstance(error, RefusedDataError) or getattr(original, "sqlstate", "") == "42501"
