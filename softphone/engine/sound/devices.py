"""The sound devices of this machine, through miniaudio. Used on the device thread only: every call here may block."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import miniaudio

from softphone.engine.sound.elastic_buffer import ElasticBuffer
from softphone.engine.sound.frames import RATE
from softphone.engine.sound.priority import ask_for_real_time
from softphone.policy.device_choice import Present

PERIOD_MS = 20
SILENT_SECONDS = 0.25  # a device whose callbacks stay away this long is lost
START_SECONDS = 2.0  # the first one may take longer: a Bluetooth headset wakes up slowly
APP_NAME = "softphone"

_lib, _ffi = miniaudio.lib, miniaudio.ffi


class DeviceError(Exception):
    """A device or the sound system refuses."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The devices of one direction and the ids they are opened by."""

    present: Present = field(default_factory=Present)
    ids: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """One line of the sound system's list. *key* is what the system itself calls the device."""

    key: str
    name: str
    default: bool
    id: Any = None


class SoundSystem:
    """One connection to the sound system, asked again and again for its devices."""

    def __init__(self) -> None:
        self._devices: Any = None

    @property
    def backends(self) -> list[Any]:
        """The sound system in use; devices are opened through the same."""
        return [miniaudio.Backend(self._devices._context.backend)] if self._devices else _backends()

    def list(self) -> tuple[Listing, Listing]:
        """Loudspeakers and microphones as they are now; both empty when there is no sound system."""
        try:
            if self._devices is None:
                self._devices = miniaudio.Devices(_backends())
            return self._ask()
        except miniaudio.MiniaudioError:
            self.close()  # the sound server has gone; the next call looks for one anew
            return Listing(), Listing()

    def close(self) -> None:
        """Disconnect; the context is freed with the object."""
        self._devices = None

    def _ask(self) -> tuple[Listing, Listing]:
        infos = [_ffi.new("ma_device_info**") for _ in range(2)]
        counts = [_ffi.new("ma_uint32*") for _ in range(2)]
        result = _lib.ma_context_get_devices(self._devices._context, infos[0], counts[0], infos[1], counts[1])
        if result != _lib.MA_SUCCESS:
            raise miniaudio.MiniaudioError("cannot list devices", result)
        backend = self._devices.backend
        playback, capture = (
            real_devices(backend, [_entry(info[0][index]) for index in range(count[0])])
            for info, count in zip(infos, counts, strict=True)
        )
        return playback, capture


def real_devices(backend: str, entries: list[ListedDevice]) -> Listing:
    """Only what leads to a person's ear or comes from their mouth; of two devices with one name the first.

    PulseAudio lists what each loudspeaker plays as a microphone; ALSA lists plugins, and a default
    even without any card.
    """
    if backend == "PulseAudio":
        entries = [entry for entry in entries if not entry.key.endswith(".monitor")]
    if backend == "ALSA":
        cards = [entry for entry in entries if ":" in entry.key]
        entries = [entry for entry in entries if cards and (entry in cards or entry.default)]
    ids = {entry.name: entry.id for entry in reversed(entries)}
    default = next((entry.name for entry in entries if entry.default), "")
    return Listing(Present(tuple(dict.fromkeys(entry.name for entry in entries)), default), ids)


class Stream:
    """An open device that reads from or writes to a buffer until it is closed."""

    def __init__(self, name: str, device: Any, buffer: ElasticBuffer) -> None:
        """Start *device*. Raises DeviceError when it does not start; it is closed then."""
        self.name = name
        self._device = device
        self._buffer = buffer
        self._heard_from = time.monotonic() + START_SECONDS - SILENT_SECONDS
        callbacks = self._play() if isinstance(device, miniaudio.PlaybackDevice) else self._capture()
        next(callbacks)
        buffer.clear()
        try:
            device.start(callbacks)
        except miniaudio.MiniaudioError as error:
            _release(device)
            raise DeviceError(str(error)) from error

    def is_lost(self) -> bool:
        """Whether the device has stopped asking or delivering."""
        return time.monotonic() - self._heard_from > SILENT_SECONDS

    def close(self) -> None:
        """Stop and give everything back."""
        _release(self._device)
        self._buffer.clear()

    def _play(self) -> Generator[bytes, int, None]:
        count = yield b""
        ask_for_real_time()
        while True:
            self._heard_from = time.monotonic()
            count = yield self._buffer.read(count)

    def _capture(self) -> Generator[None, bytes, None]:
        samples = yield
        ask_for_real_time()
        while True:
            self._heard_from = time.monotonic()
            self._buffer.write(samples)
            samples = yield


def open_playback(system: SoundSystem, listing: Listing, name: str, buffer: ElasticBuffer) -> Stream:
    """Let the loudspeaker *name* play *buffer*. Raises DeviceError."""
    return Stream(name, _open(miniaudio.PlaybackDevice, system, listing, name), buffer)


def open_capture(system: SoundSystem, listing: Listing, name: str, buffer: ElasticBuffer) -> Stream:
    """Let the microphone *name* fill *buffer*. Raises DeviceError."""
    return Stream(name, _open(miniaudio.CaptureDevice, system, listing, name), buffer)


def _open(kind: Any, system: SoundSystem, listing: Listing, name: str) -> Any:
    device = kind.__new__(kind)  # in two steps: a failed __init__ leaves a context that has to be freed
    try:
        device.__init__(
            miniaudio.SampleFormat.SIGNED16,
            1,
            RATE,
            PERIOD_MS,
            device_id=listing.ids[name],
            backends=system.backends,
            app_name=APP_NAME,
        )
    except miniaudio.MiniaudioError as error:
        _release(device)
        raise DeviceError(str(error)) from error
    return device


def _release(device: Any) -> None:
    """Close a device with its context, which miniaudio's own ``close`` leaves open with its descriptors."""
    with suppress(miniaudio.MiniaudioError):
        device.close()
    context = getattr(device, "_context", None)
    if context is not None:
        device._context = None
        _lib.ma_context_uninit(context)


def _entry(info: Any) -> ListedDevice:
    key = _ffi.string(_ffi.cast("char*", _ffi.addressof(info, "id")), 255)
    name = _ffi.string(info.name).decode(errors="replace")
    return ListedDevice(key.decode(errors="replace"), name, bool(info.isDefault), _ffi.new("ma_device_id*", info.id))


def _backends() -> list[Any]:
    """Sound systems to try, best first. Not JACK: its library writes to stderr, starts servers and crashes without one.

    ALSA only where there is a card: without one it offers plugins that lead nowhere, and complains on stderr.
    """
    unwanted = {miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM, miniaudio.Backend.JACK}
    if sys.platform == "linux" and not Path("/dev/snd").is_dir():
        unwanted.add(miniaudio.Backend.ALSA)
    enabled = miniaudio.get_enabled_backends()
    return [backend for backend in miniaudio.Backend if backend in enabled and backend not in unwanted]
