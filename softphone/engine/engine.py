"""The engine: PJSIP on one thread, commands in, events out."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from functools import partial

import pjsua2 as pj

from softphone import __version__
from softphone.engine.bridge_clock import BridgeClock
from softphone.engine.callback_guard import log
from softphone.engine.command_reader import CommandReader
from softphone.engine.commands import Commands
from softphone.engine.orphaned_calls import OrphanedCalls, OrphanFile
from softphone.engine.problems import CannotDoError, StartError, words
from softphone.engine.sip.account import Accounts
from softphone.engine.sip.bridges import Bridges
from softphone.engine.sip.call_table import CallTable
from softphone.engine.sip.guard import Guard
from softphone.engine.sip.overload_account import BUSY_HERE, NOBODY_HERE, OverloadAccount
from softphone.engine.sip.rate_limit import RateLimit
from softphone.engine.sip.registrars_side import RegistrarsSide
from softphone.engine.sound_port import SoundFactory
from softphone.engine.stack import Stack
from softphone.engine.timer_queue import TimerQueue
from softphone.engine.wakeup import Wakeup
from softphone.engine_link.protocol import PROTOCOL_VERSION
from softphone.model.ua_commands import Account, Shutdown, Start
from softphone.model.ua_events import EngineReady, RegistrationChanged, UaEvent

POLL_MS = 10  # while there is sound: what PJSIP's media threads report waits for the next poll
IDLE_POLL_SECONDS = 0.25  # network, PJSIP's own timers and our commands end the wait at once
FAREWELL_SECONDS = 0.6  # for unregistering to be answered
CALL_FAREWELL_SECONDS = 0.25


class Engine:
    """Everything between Start and the end of the process. Made and used on one thread."""

    def __init__(self, start: Start, sound: SoundFactory, emit: Callable[[UaEvent], None], wakeup: Wakeup) -> None:
        """Bring it up. Raises StartError with a problem a person understands."""
        self.emit = emit
        self._timers = TimerQueue()
        self._stack = Stack(start, sound, emit, wakeup)
        self._side = RegistrarsSide(self._timers)
        library = self._stack.endpoint.library
        self._calls = CallTable(self, self._stack.sound, self._stack.music, library, lambda: self._guard.caller_trusted)
        self._guard = Guard(
            lambda: self._side.door, lambda: self._calls.strangers, library.call_limit, RateLimit(), self._timers, emit
        )
        self._stack.endpoint.post(self._guard)
        self._stack.endpoint.answered_before = self._calls.answered_before
        self._bridges = Bridges(self._calls)
        self._clock = BridgeClock(self._stack.endpoint.audDevManager(), self._stack.sound.clock_stopped)
        self._accounts = Accounts(
            self._stack.endpoint,
            self._stack.transports,
            start.bind,
            self._timers,
            self._calls,
            self._registered,
            self._side,
        )
        self._orphaned = OrphanedCalls(self._calls, self._accounts, self._stack.sound, OrphanFile(start.orphan_file))
        overload = OverloadAccount(self._stack.endpoint, self._refusal)
        self._stack.before_closing(overload.close)
        self._stack.before_closing(self._accounts.close)
        self._commands = Commands(self._accounts, self._calls, self._bridges, self._stack.sound, self._timers, emit)
        self._use_account(start.account)
        self._announce()

    def run(self, commands: CommandReader) -> None:
        """Serve until Shutdown comes or the pipe closes; then say good-bye and take everything down."""
        try:
            if not self._serve(commands):
                self._orphaned.keep(self._poll)
        finally:
            self._say_goodbye()
            self._stack.close()

    def _serve(self, commands: CommandReader) -> bool:
        """Obey. True for a Shutdown, False when the pipe closes without one: the app has died."""
        while not commands.ended:
            self._poll()
            while (command := commands.take()) is not None:
                if isinstance(command, Shutdown):
                    return True
                self._commands.carry_out(command)
        return False

    # -- what calls need (CallOwner) -------------------------------------------------------------

    def later(self, seconds: float, call: str) -> None:
        """Let a call advance its re-INVITEs."""
        self._timers.after(seconds, partial(self._advance, call))

    def bridge_again(self, call: str) -> None:
        """The sound of a bridged call was connected anew."""
        self._bridges.again(call)

    def talking_changed(self) -> None:
        """Open or close the microphone, outside of PJSIP's callbacks: a device may take its time."""
        self._timers.after(0.0, lambda: self._stack.sound.call_count(self._calls.talking))

    def gone(self, call: str) -> None:
        """A call is over."""
        self._bridges.ended(call)
        self._calls.forget(call)
        self.talking_changed()

    # -- running ---------------------------------------------------------------------------------

    def _use_account(self, account: Account) -> None:
        try:
            self._accounts.use(account)
        except (CannotDoError, StartError, pj.Error) as error:
            self._stack.close()
            if isinstance(error, StartError):
                raise
            raise StartError("account", words(error)) from None

    def _announce(self) -> None:
        endpoint = self._stack.endpoint
        version = f"{__version__} (PJSIP {endpoint.library.version})"
        addresses, library = self._stack.transports.addresses, endpoint.library.described(endpoint)
        self.emit(EngineReady(PROTOCOL_VERSION, os.getpid(), version, addresses, endpoint.has_tls, library))

    def _poll(self) -> None:
        sound = self._stack.sound
        sound.tick()
        self._clock.follow(len(self._calls) > 0 or sound.needs_clock)
        self._stack.endpoint.libHandleEvents(POLL_MS if self._clock.runs else self._idle_ms())
        self._timers.run_due()

    def _idle_ms(self) -> int:
        return math.ceil(1000 * max(0.0, min(IDLE_POLL_SECONDS, self._timers.wait())))

    def _refusal(self) -> int:
        """What a new call is refused with before it costs anything; 0 for letting it in."""
        if self._orphaned.kept:
            return NOBODY_HERE
        return BUSY_HERE if self._calls.budget.spent else 0

    def _registered(self, event: RegistrationChanged) -> None:
        """Not before EngineReady: an address that cannot be resolved fails while the account is made."""
        self._timers.after(0.0, partial(self.emit, event))

    def _advance(self, name: str) -> None:
        call = self._calls.find(name)
        if call is not None:
            call.advance()

    # -- going down ------------------------------------------------------------------------------

    def _say_goodbye(self) -> None:
        """Hang up and unregister, waiting only a moment for the answers: a BYE may have to wait for an ACK."""
        now = time.monotonic()
        calls_until = now + CALL_FAREWELL_SECONDS if len(self._calls) else now
        for call in self._calls:
            if call.refusing:
                continue  # its answer is decided and on its way, see the timers
            try:
                call.hang_up()
            except pj.Error as error:
                log.info("not hung up: %s", words(error))
        self._accounts.unregister()
        give_up = now + FAREWELL_SECONDS
        while (now := time.monotonic()) < calls_until or (now < give_up and self._accounts.unregistering):
            self._stack.endpoint.libHandleEvents(POLL_MS)
            self._timers.run_due()
        for call in self._calls:
            call.abandon()
