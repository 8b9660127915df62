"""The local copy of the team's list, and the one task that keeps it and the database alike."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.model.held_call import LOST_SECONDS, Claim, HeldCall, HeldEnd
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.database import Database
from softphone.storage.connection.problems import BusyError, RefusedDataError
from softphone.storage.held_calls.rows import HeldChange, HeldRow, read_rows, sweep, wait_briefly

_log = logging.getLogger(__name__)

READ_SECONDS = 5.0
SWEEP_EVERY = 2  # reads
QUIET_SECONDS = 0.02
"""Between two looks: news may come faster than is worth reading."""
NAMED_AT_MOST = 50
LOCKED_AGAIN_SECONDS = 1.0
AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)  # the last one is repeated


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """Somebody has claimed a caller this softphone holds."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class ClaimEnded:
    """A claim of this softphone, or on a caller it holds, has come to nothing."""

    held_call: str
    why: str


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """A hold is over; *held* is the row as last known."""

    held: HeldCall
    how: HeldEnd
    by: str


Happening = ClaimMade | ClaimEnded | HoldEnded


class LocalCopy:
    """The live rows as last read, and what this softphone has said since that is not written yet.

    However often a row is read, each claim and each end is told once.
    """

    def __init__(self, station: str) -> None:
        self.unwritten: deque[HeldChange] = deque()
        self._station = station
        self._rows: dict[str, HeldRow] = {}
        self._told: dict[str, int] = {}  # row -> number of the claim that was told and has not come to nothing

    @property
    def held(self) -> tuple[HeldCall, ...]:
        """Every caller held for anyone as the list will be once everything is written, longest first."""
        held = {held_call: row.held for held_call, row in self._rows.items()}
        for change in self.unwritten:
            shown = change.shown(held.pop(change.held_call, None))
            if shown is not None:
                held[shown.id] = shown
        return tuple(sorted(held.values(), key=lambda each: (each.held_since, each.id)))

    @property
    def ids(self) -> frozenset[str]:
        """What is to be asked for again, so that its end is noticed."""
        return frozenset(self._rows)

    def claims_on(self, held_call: str) -> int:
        """The number of its last claim; 0 when there was none or the row is not known."""
        row = self._rows.get(held_call)
        return row.claims if row else 0

    def learn(self, rows: Iterable[HeldRow], asked: Iterable[str] = ()) -> list[Happening]:
        """Take over what was read, later than everything before; what was *asked* for and cannot be read is gone."""
        rows = list(rows)
        for name in {*asked} - {row.held.id for row in rows}:
            self._rows.pop(name, None)
            self._told.pop(name, None)
        return [happening for row in rows for happening in self._learn(row)]

    def _learn(self, row: HeldRow) -> Iterator[Happening]:
        name = row.held.id
        if row.how is not None:
            self._told.pop(name, None)
            if self._rows.pop(name, None):
                yield HoldEnded(row.held, row.how, row.by)
            return
        self._rows[name] = row
        if name in self._told and (not row.held.claimed_by or row.claims != self._told[name]):
            del self._told[name]
            yield ClaimEnded(name, row.claim_gone)
        if name not in self._told and row.claim and self._station in (row.held.station, row.held.claimed_station):
            self._told[name] = row.claims
            if row.held.station == self._station:
                yield ClaimMade(row.claim)


class GracePeriod:
    """How long the database has been there without a break.

    Others may have been cut off as we were, and have things to say: for a while nobody's claim is swept away as too
    old, and for longer nobody's hold as lost.
    """

    def __init__(self, claims_seconds: float = 15.0, lost_seconds: float = LOST_SECONDS) -> None:
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


class HeldCallsSync:
    """Writes and reads in one task; ``turn`` keeps whoever else changes rows apart from it.

    *changed* hears when ``held`` is another, *happened* what newly read rows mean to this softphone.
    """

    def __init__(
        self,
        database: Database,
        feed: ChangeFeed,
        station: str,
        changed: Callable[[], None],
        happened: Callable[[Happening], None],
        grace: GracePeriod,
        read_seconds: float,
    ) -> None:
        self.turn = asyncio.Lock()
        self.grace = grace
        self.copy = LocalCopy(station)
        self._database = database
        self._feed = feed
        self._changed = changed
        self._happened = happened
        self._read_seconds = read_seconds
        self._shown: tuple[HeldCall, ...] = ()
        self._changed_rows: set[str] = set()
        self._read_all = True
        self._reads = 0
        self._looked = 0.0
        self._failures = 0
        self._work = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read and to write."""
        self._feed.on(Topic.HELD, self.hear)
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
            _log.warning("%d changes of held calls end with this softphone: %s", len(self.copy.unwritten), error)

    def say(self, change: HeldChange) -> None:
        """Write this after everything said before; returns at once."""
        self.copy.unwritten.append(change)
        asyncio.get_running_loop().call_soon(self._show)
        self._work.set()

    def hear(self, held_call: str) -> None:
        """Somebody has changed this row; an empty name means any."""
        self._changed_rows.add(held_call)
        if not held_call or len(self._changed_rows) > NAMED_AT_MOST:  # whoever floods us with names gets no more reads
            self._read_all, self._changed_rows = True, set()
        self._work.set()

    async def catch_up(self) -> None:
        """The database is back: tell it everything, then read everything. Raises UserFacingError."""
        self._read_all = True
        async with self.turn:
            await self.deliver()
            await self._read()
        self.grace.there()

    async def deliver(self) -> None:
        """Write everything that waits, one transaction each, in order; within ``turn``. Raises UserFacingError.

        A row that somebody keeps locked waits, with everything else about it, and holds up no other.
        """
        locked: set[str] = set()
        while change := self._next_but(locked):
            try:
                async with self._database.transaction() as connection:
                    await wait_briefly(connection)
                    await change.write(connection)
                    found = await read_rows(connection, [change.held_call])
            except BusyError:
                _log.warning("somebody has locked held call %s: %s waits", change.held_call, change.what)
                locked.add(change.held_call)
                continue
            except UserFacingError as error:
                if not refused_for_good(error):
                    raise
                _log.error("the database refuses %s of held call %s: %s", change.what, change.held_call, error)
                found = []
            self.copy.unwritten.remove(change)
            self.learn(found)
            self._feed.wrote(Topic.HELD, change.held_call)
        if locked:
            asyncio.get_running_loop().call_later(LOCKED_AGAIN_SECONDS, self._work.set)

    def _next_but(self, locked: Collection[str]) -> HeldChange | None:
        return next((change for change in self.copy.unwritten if change.held_call not in locked), None)

    def learn(self, found: list[HeldRow], asked: Iterable[str] = ()) -> None:
        """Take over rows just read, within ``turn``; see ``LocalCopy.learn``."""
        happenings = self.copy.learn(found, asked)
        self._show()
        for happening in happenings:
            self._happened(happening)

    async def _run(self) -> None:
        while True:
            await self._wake()
            if self._database.closed:
                self.grace.away()  # ``catch_up`` comes with the connection
                continue
            try:
                async with self.turn:
                    await self.deliver()
                    await self._read()
                self._failures = 0
                self.grace.there()
            except UserFacingError as error:
                self._failed(error)
            except Exception:  # noqa: BLE001 - whatever it is, the next change must be heard
                _log.exception("held calls")

    async def _wake(self) -> None:
        try:
            async with asyncio.timeout(self._read_seconds):
                await self._work.wait()
        except TimeoutError:
            self._read_all = True  # whether holders are there changes without anybody telling
        await asyncio.sleep(self._looked + QUIET_SECONDS - time.monotonic())
        self._looked = time.monotonic()
        self._work.clear()

    def _failed(self, error: UserFacingError) -> None:
        if not self._failures:
            _log.warning("held calls wait for the database: %s", error)
        pause = AGAIN_SECONDS[min(self._failures, len(AGAIN_SECONDS) - 1)]
        self._failures += 1
        self._read_all = True
        self.grace.away()
        asyncio.get_running_loop().call_later(pause, self._work.set)

    async def _read(self) -> None:
        if not (self._read_all or self._changed_rows):
            return
        everything, ids = self._read_all, self._changed_rows
        self._read_all, self._changed_rows = False, set()
        async with self._database.transaction() as connection:
            if everything:
                await self._sweep(connection)
                ids = ids | self.copy.ids
            found = await read_rows(connection, ids, live=everything)
        self.learn(found, ids)

    async def _sweep(self, connection: AsyncConnection) -> None:
        self._reads += 1
        if self._reads % SWEEP_EVERY == 0:
            await sweep(connection, claims=self.grace.claims, lost=self.grace.lost)

    def _show(self) -> None:
        if (held := self.copy.held) != self._shown:
            self._shown = held
            self._changed()


def refused_for_good(error: UserFacingError) -> bool:
    """Whether the database would say the same each time: the values or the rights are wrong."""
    original = getattr(error.__cause__, "orig", None)
    return isinstance(error, RefusedDataError) or getattr(original, "sqlstate", "") == "42501"
