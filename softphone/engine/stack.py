"""PJSIP, its sockets, the sound bridge and the music on hold: brought up in order, taken down in reverse."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pjsua2 as pj

from softphone.engine.callback_guard import log
from softphone.engine.orphaned_calls import OrphanFile
from softphone.engine.pjsua2_objects import destroy
from softphone.engine.problems import CannotDoError, StartError, words
from softphone.engine.sip import validation as check
from softphone.engine.sip.endpoint import SipEndpoint
from softphone.engine.sip.trace import PjsipLog, SipTrace
from softphone.engine.sip.transports import Transports, listening
from softphone.engine.sound_port import SoundFactory, SoundPort
from softphone.engine.wakeup import Wakeup
from softphone.model.ua_commands import Start
from softphone.model.ua_events import CommandRefused, UaEvent

LEAVING_SECONDS = 2.0  # far more than an engine that was asked to leave takes
_RETRY_SECONDS = 0.02


class Stack:
    """What lives from Start to the end of the process. Its parts are torn down even when a later one fails."""

    def __init__(self, start: Start, sound: SoundFactory, emit: Callable[[UaEvent], None], wakeup: Wakeup) -> None:
        """Bring everything up; *wakeup* ends a wait for the network. Raises StartError."""
        check_start(start)
        self._emit = emit
        with ExitStack() as undo:
            try:
                self.endpoint = self._open_endpoint(start, undo)
                self.transports = self._open_transports(start, wakeup)
                self.sound = self._open_sound(start, partial(sound, self._emit, wakeup.wake))
                undo.callback(self.sound.close)
                self.music = self._open_music(start.hold_music, undo)
            except pj.Error as error:
                raise StartError("other", words(error)) from None
            self._undo = undo.pop_all()

    def before_closing(self, action: Callable[[], None]) -> None:
        """Run *action* first of all when the stack is closed."""
        self._undo.callback(action)

    def close(self) -> None:
        """Take everything down. Calls must be gone."""
        self._undo.close()

    def _open_endpoint(self, start: Start, undo: ExitStack) -> SipEndpoint:
        writer = PjsipLog()
        writer.trace = self._open_trace(start.sip_trace)
        if writer.trace is not None:
            undo.callback(writer.trace.close)
        endpoint = SipEndpoint(self._emit)
        undo.callback(destroy, endpoint)
        undo.callback(endpoint.take_down)
        endpoint.bring_up(writer, start.user_agent, start.codecs)
        return endpoint

    def _open_transports(self, start: Start, wakeup: Wakeup) -> Transports:
        """Listen; a port that the engine of a killed app keeps is free soon after that engine was asked to leave."""
        transports = Transports(self.endpoint, start.bind, start.port, start.ca_file, wakeup.aim)
        give_up = time.monotonic()
        while True:
            try:
                transports.listen(listening(start.account))
            except StartError as error:
                if error.problem != "port-in-use":
                    raise
                if OrphanFile(start.orphan_file).ask_to_leave():
                    give_up = time.monotonic() + LEAVING_SECONDS
                elif time.monotonic() >= give_up:
                    raise
            else:
                return transports
            time.sleep(_RETRY_SECONDS)

    def _open_trace(self, path: str) -> SipTrace | None:
        try:
            return SipTrace(Path(path)) if path else None
        except OSError as error:
            self._emit(CommandRefused(Start, "", f"the SIP trace cannot be written: {error}"))
            return None

    def _open_sound(self, start: Start, make: Callable[[], SoundPort]) -> SoundPort:
        try:
            port = make()
            port.open(start.sound)
        except Exception as error:  # noqa: BLE001 - whatever a sound system may raise
            log.exception("the sound bridge did not open")
            raise StartError("sound", f"The sound system could not be started: {error}") from None
        return port

    def _open_music(self, path: str, undo: ExitStack) -> Any:
        if not path:
            return None
        player = pj.AudioMediaPlayer()
        undo.callback(destroy, player)
        try:
            player.createPlayer(path)
        except pj.Error as error:
            self._emit(CommandRefused(Start, "", f"held callers hear no music: {path}: {words(error)}"))
            return None
        return player


def check_start(start: Start) -> None:
    """Everything in Start that PJSIP would take on trust. Raises StartError."""
    try:
        check.check_port(start.port)
        check.check_path(start.hold_music)
        check.check_sound(start.sound)
        check.check_reason(start.user_agent)
    except CannotDoError as error:
        raise StartError("other", str(error)) from None
    if start.bind and not check.is_ipv4_address(start.bind):
        raise StartError("bad-address", f"“{start.bind}” is not an IPv4 address such as 192.168.1.20.")
