"""The team's list of callers held for anyone, in the database."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime

from softphone.errors import GoneError, TakenError, UserFacingError
from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.database import Database
from softphone.storage.connection.listeners import Listeners
from softphone.storage.held_calls import rows
from softphone.storage.held_calls.sync import (
    READ_SECONDS,
    ClaimEnded,
    ClaimMade,
    GracePeriod,
    Happening,
    HeldCallsSync,
    HoldEnded,
    refused_for_good,
)

CLAIM_SECONDS = 3.0
"""A connection nobody answers on takes the driver two more to give up: five in all."""
TRY_AGAIN_SECONDS = 0.1
_UNKNOWN = "The connection to the database broke while this caller was being picked up."


class DatabaseHeldCalls:
    """ports.HeldCalls. ``held`` shows what this softphone has said itself even before the database has it.

    A claim whose commit broke is looked for until CLAIM_SECONDS are over: if it is there, it is ours. After that the
    agent is told that the database does not answer, and the claim, should there be one, is given back as soon as the
    database can be told; the caller stays with the holder, because nobody here knows the token any more.
    """

    def __init__(
        self,
        database: Database,
        feed: ChangeFeed,
        identity: Callable[[], str],
        station: str,
        now: Callable[[], datetime],
        *,
        grace: GracePeriod | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._database = database
        self._feed = feed
        self._identity = identity
        self._station = station
        self._now = now
        grace = grace or GracePeriod()
        self._on_change: Listeners[[]] = Listeners("held calls")
        tell_change = self._on_change.tell
        self._sync = HeldCallsSync(database, feed, station, tell_change, self._tell, grace, read_seconds)
        self._on_claim: Listeners[Claim] = Listeners("claims")
        self._on_claim_gone: Listeners[str, str] = Listeners("the ends of claims")
        self._on_end: Listeners[HeldCall, HeldEnd, str] = Listeners("the ends of holds")

    def start(self) -> None:
        """Begin to read and to write; needs a running loop."""
        self._sync.start()

    async def catch_up(self) -> None:
        """The database is back: tell it everything in order, then read everything. Raises UserFacingError."""
        await self._sync.catch_up()

    async def close(self) -> None:
        """Write what can still be written, and stop."""
        await self._sync.close()

    @property
    def station(self) -> str:
        """What identifies this softphone in this run."""
        return self._station

    @property
    def held(self) -> tuple[HeldCall, ...]:
        """Every caller held for anyone, as last known, longest first."""
        return self._sync.copy.held

    def now(self) -> datetime:
        """The team's time: this machine's clock put right by the database's."""
        return self._now()

    def put(self, held: HeldCall) -> None:
        """A caller of ours is held for anyone now."""
        self._sync.say(rows.put(held))

    def set_note(self, held_call: str, note: str) -> None:
        """What colleagues should know of the caller."""
        self._sync.say(rows.set_note(held_call, note))

    def ask_for_bridge(self, held_call: str) -> None:
        """The caller's side refuses REFER: the claimer is to call ``holder_address``."""
        self._sync.say(rows.ask_for_bridge(held_call))

    def withdraw(self, held_call: str, why: str) -> None:
        """Give a claim back, or take it back as the holder; the claim known by now is meant, none made since."""
        self._sync.say(rows.withdraw(held_call, why, claims=self._sync.copy.claims_on(held_call)))

    def end(self, held_call: str, how: HeldEnd, by: str = "") -> None:
        """The hold is over; *by* is the login of whoever picked the caller up."""
        self._sync.say(rows.end(held_call, how, by))

    async def claim(self, held_call: str, address: str) -> Claim:
        """Take the right to pick this caller up.

        Raises TakenError, GoneError, or another UserFacingError when the database does not answer in CLAIM_SECONDS.
        """
        if self._database.closed:
            raise _no_answer(str(self._database.closed))
        wanted = Claim(held_call, self._identity(), self._station, address, secrets.token_urlsafe(16))
        attempt = _Attempt(self._database, self._sync, wanted)
        try:
            async with asyncio.timeout(CLAIM_SECONDS):
                await attempt.run()
        except (TakenError, GoneError):
            self._sync.hear(held_call)
            raise
        except BaseException as error:
            self._sync.say(rows.withdraw(held_call, _UNKNOWN, token=wanted.token))
            if isinstance(error, TimeoutError):
                raise _no_answer(attempt.trouble) from error
            raise
        self._feed.wrote(Topic.HELD, held_call)
        return wanted

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call *listener* when ``held`` has changed."""
        self._on_change.add(listener)

    def on_claim(self, listener: Callable[[Claim], None]) -> None:
        """Call *listener* with each claim somebody makes on a caller this softphone holds, once."""
        self._on_claim.add(listener)

    def on_claim_gone(self, listener: Callable[[str, str], None]) -> None:
        """Call *listener* with held call and reason when a claim was given back or ran out, here or at the holder."""
        self._on_claim_gone.add(listener)

    def on_end(self, listener: Callable[[HeldCall, HeldEnd, str], None]) -> None:
        """Call *listener* when a hold has ended anywhere: the row as last known, how, and by whom (a login)."""
        self._on_end.add(listener)

    def _tell(self, happening: Happening) -> None:
        match happening:
            case ClaimMade(claim):
                self._on_claim.tell(claim)
            case ClaimEnded(held_call, why):
                self._on_claim_gone.tell(held_call, why)
            case HoldEnded(held, how, by):
                self._on_end.tell(held, how, by)


class _Attempt:
    """One claim, tried with the same token until the database has said yes or no."""

    def __init__(self, database: Database, sync: HeldCallsSync, wanted: Claim) -> None:
        self.trouble = ""
        self._database = database
        self._sync = sync
        self._wanted = wanted

    async def run(self) -> None:
        """Return once the claim is made. Raises TakenError, GoneError, or what is wrong for good."""
        while True:
            try:
                async with self._sync.turn:
                    if self._sync.copy.unwritten:  # a claim given back on this row goes before it
                        await self._sync.deliver()
                    async with self._database.transaction() as connection:
                        await rows.wait_briefly(connection)
                        row = await rows.take(connection, self._wanted, may_sweep=lambda: self._sync.grace.claims)
                    self._sync.learn([row])
                return
            except (TakenError, GoneError):
                raise
            except UserFacingError as error:
                if refused_for_good(error):
                    raise
                self.trouble = str(error)
            await asyncio.sleep(TRY_AGAIN_SECONDS)


def _no_answer(trouble: str) -> UserFacingError:
    words = trouble or f"it was silent for {CLAIM_SECONDS:.0f} seconds. Try again in a moment."
    return UserFacingError(f"The team's database does not answer: {words}")
