"""One softphone of the team without its telephone: the real store, driven as the session and the window drive it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from softphone.errors import GoneError, TakenError, UserFacingError
from softphone.model.call_record import CallRecord, Outcome
from softphone.model.colleague import Availability, Colleague, TeamHealth
from softphone.model.held_call import Dialog, HeldCall, HeldEnd
from softphone.storage import DatabaseAddress, Storage, StorageFiles
from tests.bench.team_entry import CALLER, NUMBER, entry
from tests.bench.team_journal import Journal
from tests.bench.team_plan import Plan, PlannedCall

LOG_LINES = 100  # as many as the window shows
AGAIN_SECONDS = 0.5  # an agent who is told that the database does not answer presses the button again


class SimulatedSoftphone:
    """Takes its calls of the plan, holds some for anyone, and wants to pick up those of others it is planned to."""

    def __init__(self, login: str, plan: Plan, storage: Storage, journal: Journal) -> None:
        self.login, self._plan, self._storage, self._journal = login, plan, storage, journal
        self._begin = 0.0
        self._wanted = {call.held_call for call in plan.held if login in call.contenders}
        self._holding: dict[str, asyncio.Future[str]] = {}
        self._colleagues: dict[str, Colleague] = {}
        self._held: set[str] = set()
        self._log: set[str] = set()
        self._settled = asyncio.Event()
        self._stale = asyncio.Event()
        self._picking_up: list[asyncio.Task[None]] = []
        self._window: asyncio.Task[None] | None = None
        journal.entries[login] = 0

    @classmethod
    async def open(
        cls, login: str, plan: Plan, address: DatabaseAddress, directory: Path, journal: Journal
    ) -> SimulatedSoftphone:
        """Open the store as this agent and begin to look at it."""
        files = StorageFiles(directory / f"{login}.outbox", directory / f"{login}.directory")
        phone = cls(login, plan, await Storage.open(address, files, lambda: login), journal)
        phone._watch()
        return phone

    @property
    def health(self) -> TeamHealth:
        """How the line to the database is doing."""
        return self._storage.connection_state.health

    @property
    def pending(self) -> str:
        """What it still waits for, to tell when it waits too long."""
        held = [name for name, picked_up in self._holding.items() if not picked_up.done()]
        picking_up = sum(not task.done() for task in self._picking_up)
        return f"{self.login}: {held} held, {picking_up} wanted, {self.health}"

    async def online(self) -> None:
        """Return once it is at the database."""
        arrived = asyncio.Event()
        self._storage.connection_state.on_change(lambda health: arrived.set() if health.online else None)
        if not self.health.online:
            await arrived.wait()

    async def run(self, begin: float) -> None:
        """Take every call of the plan; done when each has ended, however long that takes."""
        self._begin = begin
        async with asyncio.TaskGroup() as calls:
            for call in self._plan.calls_of(self.login):
                await self._until(call.starts)
                calls.create_task(self._take(call))

    async def finish(self) -> None:
        """Nobody has calls any more: wait until what is left to say is in the database."""
        await asyncio.gather(*self._picking_up)
        await self._delivered()

    async def close(self) -> None:
        """Close the window and the store."""
        if self._window is not None:
            self._window.cancel()
            await asyncio.gather(self._window, return_exceptions=True)
        await self._storage.close()

    def _watch(self) -> None:
        store = self._storage
        store.connection_state.on_change(self._hear_of_the_line)
        store.presence.on_change(self._see_colleagues)
        store.held_calls.on_change(self._see_held)
        store.held_calls.on_claim(lambda claim: self._saw("claim", claim.held_call))
        store.held_calls.on_end(self._see_end)
        store.call_log.on_change(self._stale.set)
        self._window = asyncio.create_task(self._keep_reading())

    async def _take(self, call: PlannedCall) -> None:
        arrived = self._storage.connection_state.clock.now()
        self._say(Availability.ON_A_CALL)
        held = asyncio.create_task(self._hold(call, arrived)) if call.contenders else None
        await self._until(call.starts + self._plan.talk_seconds)
        self._say(Availability.FREE)
        record = entry(self.login, call.held_call, arrived, self._storage.connection_state.clock.now())
        if held is not None:
            by = await held
            record = replace(record, outcome=Outcome.PICKED_UP, continued_by=by)
            record = replace(record, held_for_anyone=True, held_call=call.held_call)
        await self._add(record)

    async def _hold(self, call: PlannedCall, arrived: datetime) -> str:
        """The login of whoever has picked the caller up."""
        picked_up = self._holding[call.held_call] = asyncio.get_running_loop().create_future()
        self._wrote("held", call.held_call)
        self._storage.held_calls.put(self._held_call(call, arrived))
        return str(await picked_up)

    def _say(self, availability: Availability) -> None:
        self._wrote("presence", f"{self.login} {availability}")
        self._storage.presence.announce(availability)

    async def _contend(self, held: HeldCall) -> None:
        store = self._storage.held_calls
        while True:
            asked = time.monotonic()
            try:
                await store.claim(held.id, f"sip:{self.login}@192.0.2.1")
                break
            except (TakenError, GoneError):
                self._journal.lost += 1
                return
            except UserFacingError:
                self._journal.unanswered += 1
                await asyncio.sleep(AGAIN_SECONDS)
        self._journal.wrote.append(("claim", held.id, self.login, asked))
        self._journal.won.append((held.id, self.login))
        self._wrote("end", held.id)
        store.end(held.id, HeldEnd.PICKED_UP, self.login)
        record = entry(self.login, held.call, self._storage.connection_state.clock.now())
        await self._add(replace(record, held_call=held.id, continues=held.holder))

    async def _add(self, record: CallRecord) -> None:
        self._journal.entries[self.login] += 1
        record = replace(record, call=f"{self.login}-{self._journal.entries[self.login]}")
        if record.held_for_anyone:
            self._wrote("log", record.call)
        added = time.monotonic()
        self._storage.call_log.add(record)
        await self._delivered()
        self._journal.delivered.append((added, time.monotonic()))

    async def _delivered(self) -> None:
        while not await self._storage.call_log.flush():
            self._settled.clear()
            await self._settled.wait()

    async def _keep_reading(self) -> None:
        """As the window does: read the newest lines whenever there is something new."""
        while await self._stale.wait():
            self._stale.clear()
            try:
                lines = await self._storage.call_log.recent(LOG_LINES)
            except UserFacingError:
                continue
            seen = {each.call for each in lines if each.held_for_anyone}
            for line in seen - self._log:
                self._saw("log", line)
            self._log |= seen

    def _hear_of_the_line(self, health: TeamHealth) -> None:
        if not health.waiting:
            self._settled.set()

    def _see_colleagues(self) -> None:
        colleagues = {each.login: each for each in self._storage.presence.colleagues}
        for login, colleague in colleagues.items():
            if colleague != self._colleagues.get(login):
                self._saw("presence", f"{login} {colleague.availability}")
        self._colleagues = colleagues

    def _see_held(self) -> None:
        for held in self._storage.held_calls.held:
            if held.id in self._held:
                continue
            self._held.add(held.id)
            if held.holder != self.login:
                self._saw("held", held.id)
            if held.id in self._wanted:
                self._picking_up.append(asyncio.create_task(self._contend(held)))

    def _see_end(self, held: HeldCall, how: HeldEnd, by: str) -> None:
        if by != self.login:
            self._saw("end", held.id)
        if how is not HeldEnd.PICKED_UP:
            self._journal.problems.append(f"{held.id} has ended as {how}")
        if (waiting := self._holding.get(held.id)) and not waiting.done():
            waiting.set_result(by)

    def _wrote(self, what: str, key: str) -> None:
        self._journal.wrote.append((what, key, self.login, time.monotonic()))

    def _saw(self, what: str, key: str) -> None:
        self._journal.saw.append((what, key, self.login, time.monotonic()))

    async def _until(self, starts: float) -> None:
        await asyncio.sleep(self._begin + starts - time.monotonic())

    def _held_call(self, call: PlannedCall, arrived: datetime) -> HeldCall:
        store = self._storage.held_calls
        return HeldCall(
            id=call.held_call,
            holder=self.login,
            station=store.station,
            call=call.held_call,
            remote_name=CALLER[0],
            remote_uri=CALLER[1],
            tracking_number=NUMBER[0],
            label=NUMBER[1],
            direct=True,
            arrived=arrived,
            held_since=store.now(),
            dialog=Dialog(f"{call.number}@192.0.2.1", "here", "there", "sip:caller@192.0.2.1", replaces=True),
            holder_address=f"sip:{self.login}@192.0.2.1",
        )
