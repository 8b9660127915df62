"""Keeps the wanted devices open on a thread of its own: a device may take seconds to open, calls cannot wait for it.

The engine thread says what it wants (``want``) and picks up what came of it (``news``); neither blocks.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread

from softphone.engine.sound.devices import (
    DeviceError,
    Listing,
    SoundSystem,
    Stream,
    open_capture,
    open_playback,
)
from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.model.ua_commands import SoundChoice
from softphone.model.ua_events import SoundChanged
from softphone.policy.device_choice import RETRY_SECONDS, Failures, Use, choose, note

CHECK_SECONDS = 0.05
IDLE_CHECK_SECONDS = 0.25  # without a call
LIST_SECONDS = 1.0
PATIENCE_SECONDS = 3.0

log = logging.getLogger(__name__)

Opener = Callable[[SoundSystem, Listing, str, ElasticBuffer], Stream]


@dataclass(frozen=True, slots=True)
class Buffers:
    """What lies between the conference bridge and the three devices."""

    microphone: ElasticBuffer
    headset: ElasticBuffer
    ringer: ElasticBuffer

    def clear(self) -> None:
        """All of them begin anew."""
        for buffer in (self.microphone, self.headset, self.ringer):
            buffer.clear()


class ManagedDevice:
    """One of the three uses of a device: follows the list of devices, the wish and the device's own health."""

    def __init__(self, opener: Opener, buffer: ElasticBuffer) -> None:
        self._opener = opener
        self._buffer = buffer
        self._stream: Stream | None = None
        self._failures = Failures()
        self.use = Use()

    @property
    def is_lost(self) -> bool:
        """Whether the device in use has gone silent."""
        return self._stream is not None and self._stream.is_lost()

    def follow(self, system: SoundSystem, listing: Listing, wanted: str, needed: bool) -> None:
        """Bring the device in use in line with what is wanted and present; *needed*: it has to be open."""
        if self._stream is not None and self.is_lost:
            self._mark_failed(self._stream.name)
            self._swap(None)
        self._failures = self._failures.current(listing.present, time.monotonic())
        while not self._settle(system, listing, choose(wanted, listing.present, self._failures.names), needed):
            pass
        used = choose(wanted, listing.present, self._failures.names)
        failed = wanted in self._failures.names if used else bool(self._failures.names)
        self.use = Use(wanted, used, failed)

    def close(self) -> None:
        """Close the device if one is open."""
        self._swap(None)

    def _settle(self, system: SoundSystem, listing: Listing, name: str, needed: bool) -> bool:
        """Use the device *name*; False when it does not open and another has to be chosen."""
        if not needed or not name:
            self._swap(None)
        elif self._stream is None or self._stream.name != name:
            try:
                self._swap(self._opener(system, listing, name, self._buffer))
            except DeviceError as error:
                log.warning("the sound device “%s” does not open: %s", name, error)
                self._mark_failed(name)
                return False
        return True

    def _swap(self, stream: Stream | None) -> None:
        previous, self._stream = self._stream, stream
        if previous is not None:
            previous.close()

    def _mark_failed(self, name: str) -> None:
        self._failures = self._failures.plus(name, time.monotonic())


class DeviceManager:
    """Owns the device thread."""

    def __init__(self, buffers: Buffers, wake: Callable[[], None]) -> None:
        """*wake* is called on the device thread when there is news."""
        self._wake_engine = wake
        self._microphone = ManagedDevice(open_capture, buffers.microphone)
        self._headset = ManagedDevice(open_playback, buffers.headset)
        self._ringer = ManagedDevice(open_playback, buffers.ringer)
        self._system = SoundSystem()
        self._listings = Listing(), Listing()
        self._listed_at = float("-inf")
        self._wish: tuple[SoundChoice, bool] = (SoundChoice(), False)
        self._news: SimpleQueue[SoundChanged] = SimpleQueue()
        self._told: SoundChanged | None = None
        self._wake = Event()
        self._end = False
        self._thread = Thread(target=self._run, name="sound-devices", daemon=True)

    def start(self) -> None:
        """Begin to open what is wanted."""
        self._thread.start()

    def want(self, choice: SoundChoice, in_call: bool) -> None:
        """Use these devices, the microphone only *in_call*."""
        self._wish = choice, in_call
        self._wake.set()

    def news(self) -> SoundChanged | None:
        """The next change of devices nobody has picked up yet."""
        try:
            return self._news.get_nowait()
        except Empty:
            return None

    def close(self) -> None:
        """Close all devices. A device that hangs is left behind with its thread."""
        self._end = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        while not self._end:
            pause = CHECK_SECONDS if self._wish[1] else IDLE_CHECK_SECONDS
            try:
                self._look()
            except Exception:
                log.exception("looking after the sound devices failed")
                pause = RETRY_SECONDS
            self._wake.wait(pause)
            self._wake.clear()
        for job in self._jobs:
            job.close()
        self._system.close()

    @property
    def _jobs(self) -> tuple[ManagedDevice, ManagedDevice, ManagedDevice]:
        return self._microphone, self._headset, self._ringer

    def _look(self) -> None:
        choice, in_call = self._wish
        self._list_when_due()
        playback, capture = self._listings
        self._microphone.follow(self._system, capture, choice.microphone, in_call)
        self._headset.follow(self._system, playback, choice.headset, True)
        self._ringer.follow(self._system, playback, choice.ringer, True)
        microphone, headset, ringer = (job.use for job in self._jobs)
        self._tell(SoundChanged(microphone.used, headset.used, ringer.used, note(microphone, headset, ringer)))

    def _list_when_due(self) -> None:
        """List the devices once a second, and at once when one has gone silent: it may have been pulled out."""
        now = time.monotonic()
        if now - self._listed_at >= LIST_SECONDS or any(job.is_lost for job in self._jobs):
            self._listings = self._system.list()
            self._listed_at = now

    def _tell(self, state: SoundChanged) -> None:
        if state != self._told:
            self._told = state
            self._news.put(state)
            self._wake_engine()
