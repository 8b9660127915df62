"""The user agent the session sees: an engine as a child process, started, watched, started again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from softphone.engine_link.child_process import ChildProcess
from softphone.engine_link.crash_reports import CrashReports, Death
from softphone.engine_link.launch import EarlyEngine, spawn
from softphone.engine_link.pulse import Pulse
from softphone.engine_link.restart_configuration import Configures, RestartConfiguration
from softphone.model.ua_commands import Ping, Respond, Shutdown, Start, UaCommand
from softphone.model.ua_events import CommandRefused, EngineFailed, EngineLost, EngineReady, IncomingCall, Pong, UaEvent
from softphone.policy import restart
from softphone.policy.heartbeat import Rhythm

_logger = logging.getLogger(__name__)
START_SECONDS = 15.0
SHUTDOWN_SECONDS = 2.0
_TERMINATE_SECONDS = 0.5
RHYTHM = Rhythm()


class ProcessUserAgent:
    """Implements ``ports.UserAgent`` with the program *argv*, which speaks ``protocol`` over its pipes.

    The first process may be one that runs already: *early*.

    Each end of the process is reported once: as EngineFailed when it had said so itself or could not
    even be run, as EngineLost otherwise. Then it is started again after the pause ``policy.restart`` asks
    for, with the latest configuration; commands about calls wait for no process and reach none but the one
    that is ready. One that does not answer in the *rhythm* is ended like one that has died. *reports* keep what
    was known of each death.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        early: EarlyEngine | None = None,
        shutdown_seconds: float = SHUTDOWN_SECONDS,
        rhythm: Rhythm = RHYTHM,
        reports: CrashReports | None = None,
    ) -> None:
        self._argv, self._early = tuple(argv), early
        self._shutdown_seconds = shutdown_seconds
        self._pulse = Pulse(rhythm, self._ask, self._end_hanging)
        self._reports = reports
        self._backoff, self._deaths = restart.Backoff(), restart.Deaths()
        self._starts = 0
        self._version = ""
        self._hangs = False
        self._child: ChildProcess | None = None
        self._ready = False
        self._failed = False
        self._stopping = False
        self._timer: asyncio.TimerHandle | None = None
        self._gone = asyncio.Event()

    @property
    def restarts(self) -> int:
        """How often it had to be started again since ``start``."""
        return max(0, self._starts - 1)

    async def start(self, configuration: Start, on_event: Callable[[UaEvent], None]) -> None:
        """Bring it up; returns at once, EngineReady or EngineFailed follows."""
        self._listener = on_event
        self._configuration = RestartConfiguration(configuration)
        self._stopping = False
        self._starts = 0
        self._backoff = restart.Backoff()
        self._launch()

    def send(self, command: UaCommand) -> None:
        """Pass a command on, in order. Configuration is remembered for later processes, too."""
        if configures := isinstance(command, Configures):
            self._configuration = self._configuration.updated(command)
        if isinstance(command, Start):
            self._configured_again()
        elif self._child is not None and (self._ready or configures):
            self._write(self._child, command)

    async def stop(self) -> None:
        """Ask it to end, then insist; nothing of it is left afterwards."""
        self._stopping = True
        self._pulse.stop()
        self._cancel_timer()
        child = self._child
        if child is None:
            return
        child.send(Shutdown())
        if not await self._gone_within(self._shutdown_seconds):
            child.end_input()
            child.terminate()
        if not await self._gone_within(_TERMINATE_SECONDS):
            child.kill()
            await self._gone.wait()

    def _launch(self) -> None:
        self._cancel_timer()
        self._starts += 1
        self._ready = self._failed = self._hangs = False
        self._version = ""
        self._gone.clear()
        try:
            process = (self._early.take() if self._early is not None else None) or spawn(self._argv)
        except OSError as error:
            self._could_not_run(error)
            return
        self._child = ChildProcess(process, self._on_event, self._on_exit)
        for command in self._configuration.commands():
            self._write(self._child, command)
        self._timer = asyncio.get_running_loop().call_later(START_SECONDS, self._give_up_waiting)

    def _could_not_run(self, error: OSError) -> None:
        self._tell(EngineFailed("other", f"The phone engine cannot be started: {error.strerror or error}"))
        self._launch_later()

    def _give_up_waiting(self) -> None:
        _logger.error("the engine was not ready within %g s and is ended", START_SECONDS)
        if self._child is not None:
            self._child.kill()

    def _on_event(self, event: UaEvent) -> None:
        if isinstance(event, Pong):
            self._pulse.answered()
            return
        if isinstance(event, EngineReady):
            self._cancel_timer()
            self._ready, self._version = True, f"{event.version}, {event.library.name}"
            self._pulse.start()
            self._backoff = restart.ready(self._backoff, time.monotonic())
        elif isinstance(event, EngineFailed) and self._child is not None:
            self._failed = True
            self._child.end_input()
        self._tell(event)

    def _on_exit(self, code: int, at: float) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.release()
        self._ready = False
        self._pulse.stop()
        self._cancel_timer()
        self._gone.set()
        _logger.info("the engine has ended with status %d", code)
        if self._stopping:
            return
        seconds = self._launch_later()
        if not self._failed and child is not None:
            self._keep_report(child, code, at)
            self._deaths = self._deaths.another(at)
            self._tell(EngineLost(code, at, self._deaths.often, seconds))

    def _keep_report(self, child: ChildProcess, code: int, at: float) -> None:
        if self._reports is not None:
            death = Death(child.pid, code, at - child.born, self._hangs, self._version, child.last_words)
            asyncio.get_running_loop().run_in_executor(None, self._reports.write, death)

    def _ask(self) -> None:
        if self._child is not None:
            self._child.send(Ping())

    def _end_hanging(self) -> None:
        _logger.error("the engine lives and does not answer; it is ended")
        self._hangs = True
        if self._child is not None:
            self._child.abort()

    def _launch_later(self) -> float:
        self._backoff, delay = restart.ended(self._backoff, time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(delay, self._launch)
        return delay

    def _configured_again(self) -> None:
        """A new Start while none runs may well be what was missing; a running one goes on as it is."""
        if self._ready:
            return
        self._backoff = restart.Backoff()
        if self._child is None:
            self._launch()

    def _write(self, child: ChildProcess, command: UaCommand) -> None:
        if child.send(command):
            return
        _logger.warning("%s was dropped: the engine does not read its commands", type(command).__name__)
        refusal = CommandRefused(type(command), getattr(command, "call", ""), "The phone engine does not respond")
        asyncio.get_running_loop().call_soon(self._tell, refusal)

    def _tell(self, event: UaEvent) -> None:
        try:
            self._listener(event)
        except Exception:
            _logger.exception("%s could not be dealt with", type(event).__name__)
            if isinstance(event, IncomingCall):
                self.send(Respond(event.call, 500))  # its caller would wait for nothing

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _gone_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._gone.wait(), seconds)
        except TimeoutError:
            return False
        return True
