"""What the engine does when the app dies without a word: callers held for anyone are kept, for somebody to pick up.

Everything else ends: other calls are hung up, the registration is taken back, new calls get 480. While it
lasts a file says so. An app that starts again on the same data directory may need the SIP port: it takes the
file away, and the engine goes at once and without a BYE, so that the callers can still be picked up by an INVITE
with Replaces (RFC 3891), which needs nothing of the holder.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pjsua2 as pj

from softphone.engine.callback_guard import log
from softphone.engine.problems import words
from softphone.engine.sip.account import Accounts
from softphone.engine.sip.call_table import CallTable
from softphone.engine.sound_port import SoundPort
from softphone.model.ua_commands import SoundChoice

KEPT_SECONDS = 60.0
_NO_DEVICES = SoundChoice("none", "none", "none")


class OrphanFile:
    """Exists while an engine without an app keeps calls; an empty *path* for none."""

    def __init__(self, path: str) -> None:
        self._path = Path(path) if path else None
        self._is_set = False

    def set(self) -> None:
        """Say that an engine is still here."""
        if self._path is not None:
            try:
                self._path.write_text(f"{os.getpid()}\n")
                self._is_set = True
            except (OSError, ValueError) as error:
                log.warning("an app that starts now cannot ask this engine to leave: %s", error)

    @property
    def taken_away(self) -> bool:
        """Whether an engine with an app wants this one's place."""
        return self._is_set and self._path is not None and not self._path.exists()

    def clear(self) -> None:
        """Take it back, unless it is another engine's by now."""
        with suppress(OSError):
            if self._path is not None and self._is_set and self._path.read_text() == f"{os.getpid()}\n":
                self._path.unlink()

    def ask_to_leave(self) -> bool:
        """Take away another engine's file; False when there is none. One that is left over does no harm."""
        if self._path is None:
            return False
        try:
            self._path.unlink()
        except (OSError, ValueError):
            return False
        return True


class OrphanedCalls:
    """Kept for a minute by an engine whose app was killed."""

    def __init__(self, calls: CallTable, accounts: Accounts, sound: SoundPort, file: OrphanFile) -> None:
        self._calls = calls
        self._accounts = accounts
        self._sound = sound
        self._file = file
        self.kept = False

    def keep(self, poll: Callable[[], None]) -> None:
        """Keep the calls that are to outlive the app and are held; returns when none is left, or after a minute."""
        names = [call.name for call in self._calls if call.outlives_app and call.sound.held]
        if not names:
            return
        log.warning("the app is gone; %d held calls are kept for %g s", len(names), KEPT_SECONDS)
        self._end_the_rest(names)
        end = time.monotonic() + KEPT_SECONDS
        while time.monotonic() < end and any(self._calls.find(name) for name in names):
            poll()
            if self._file.taken_away:
                os._exit(0)  # everything else, PJSIP's own end too, would hang up
        self._file.clear()

    def _end_the_rest(self, names: list[str]) -> None:
        self.kept = True
        self._file.set()
        self._accounts.unregister()
        self._sound.select(_NO_DEVICES)  # the next app may want them
        for call in self._calls:
            if call.name not in names and not call.refusing:
                try:
                    call.hang_up()
                except pj.Error as error:
                    log.info("not hung up: %s", words(error))
