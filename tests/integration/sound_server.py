"""A private PulseAudio without hardware: what is played into it can be measured.

Sinks ``headset``, ``ringer`` and ``mic_in`` lead nowhere; the microphone ``mic`` hears what is played
into ``mic_in``. Applications show them as Headset, Ringer and Microphone. Nothing of the
machine's own sound system is touched, and nothing is left when the context ends.

Three things matter for steady sound: ``norewinds=1`` (a rewinding null sink repeats samples), a
remapped source (a bare monitor is hidden by some programs), real-time priority where we may have it
(PulseAudio itself drops it without rtkit).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.lab.signal import Recording, from_pcm

RATE = 16000
SINKS = {"headset": "Headset", "ringer": "Ringer", "mic_in": "MicFeed"}
_RAW = ("--raw", f"--rate={RATE}", "--channels=1", "--format=s16le")


def _sink_module(name: str, description: str) -> list[str]:
    return [
        "module-null-sink",
        f"sink_name={name}",
        "norewinds=1",
        "rate=48000",
        "channels=2",
        f"sink_properties=device.description={description}",
    ]


def _source_module(name: str, description: str, master: str) -> list[str]:
    return [
        "module-remap-source",
        f"master={master}",
        f"source_name={name}",
        "channels=1",
        f"source_properties=device.description={description}",
    ]


@dataclass
class Ear:
    """Listens to a source while its context is open; ``recording`` is what it has heard so far."""

    _file: Path

    @property
    def recording(self) -> Recording:
        return from_pcm(self._file.read_bytes(), RATE)

    def wait(self, seconds: float) -> None:
        """Return once *seconds* more have been heard."""
        goal = self._file.stat().st_size + int(seconds * RATE) * 2
        until(lambda: self._file.stat().st_size >= goal, seconds + 10, "the sound server delivers no sound")


@dataclass
class SoundServer:
    """The running server. ``environment`` is what a program needs to find it."""

    directory: Path
    environment: dict[str, str]
    _modules: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Bring the server up, or up again, without any device."""
        (self.directory / "socket").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                "pulseaudio",
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                "--realtime=yes",
                "--high-priority=yes",
                "--log-level=error",
                f"--log-target=file:{self.directory / 'log'}",
                f"--load=module-native-protocol-unix auth-anonymous=1 socket={self.directory / 'socket'}",
            ],
            env=os.environ | self.environment,
            stderr=subprocess.DEVNULL,
        )
        until((self.directory / "socket").exists, 10, "PulseAudio does not start")
        with suppress(PermissionError):
            os.sched_setscheduler(self._process.pid, os.SCHED_RR, os.sched_param(5))

    def stop(self) -> None:
        """End the server; its devices and its clients' connections go with it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
        self._modules.clear()

    def plug_everything_in(self) -> None:
        """The three sinks and the microphone."""
        for name, description in SINKS.items():
            self.add_sink(name, description)
        self.add_source("mic", "Microphone")
        self.pactl("set-default-sink", "headset")
        self.pactl("set-default-source", "mic")

    def pactl(self, *arguments: str) -> str:
        """Run one pactl command and return what it says."""
        done = subprocess.run(
            ["pactl", *arguments], env=os.environ | self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def add_sink(self, name: str, description: str = "") -> None:
        """Plug a loudspeaker in."""
        self._modules[name] = self.pactl("load-module", *_sink_module(name, description or SINKS[name]))

    def add_source(self, name: str, description: str, master: str = "mic_in.monitor") -> None:
        """Plug a microphone in that hears *master*."""
        self._modules[name] = self.pactl("load-module", *_source_module(name, description, master))

    def remove(self, name: str) -> None:
        """Pull a loudspeaker or microphone out."""
        self.pactl("unload-module", self._modules.pop(name))

    @contextmanager
    def playing(self, wav: Path, sink: str = "mic_in") -> Iterator[None]:
        """Play a file into a sink; the context does not wait for its end."""
        with self._client(["paplay", "--latency-msec=20", f"--device={sink}", str(wav)]):
            yield

    @contextmanager
    def listening(self, source: str = "headset.monitor") -> Iterator[Ear]:
        """Record a source (``SINK.monitor`` is what a sink gets) at 16 kHz mono."""
        descriptor, name = tempfile.mkstemp(suffix=".pcm", dir=self.directory)
        file = Path(name)
        with self._client(["parec", "--latency-msec=20", f"--device={source}", *_RAW], stdout=descriptor):
            os.close(descriptor)
            until(lambda: file.stat().st_size > 0, 10, f"nothing can be heard from {source}")
            yield Ear(file)

    @contextmanager
    def _client(self, command: list[str], stdout: int = subprocess.DEVNULL) -> Iterator[None]:
        process = subprocess.Popen(command, env=os.environ | self.environment, stdout=stdout)
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


@contextmanager
def running_sound_server() -> Iterator[SoundServer]:
    """Start a server of one's own in a short-named directory (socket paths are limited to 107 bytes)."""
    directory = Path(tempfile.mkdtemp(prefix="snd-"))
    server = SoundServer(directory, _environment(directory))
    try:
        server.start()
        server.plug_everything_in()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def sound_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A sound server for this test and the programs it starts."""
    with running_sound_server() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def _environment(directory: Path) -> dict[str, str]:
    return {
        "PULSE_SERVER": f"unix:{directory / 'socket'}",
        "PULSE_RUNTIME_PATH": str(directory / "run"),
        "PULSE_STATE_PATH": str(directory / "state"),
        "PULSE_COOKIE": str(directory / "cookie"),
        "XDG_RUNTIME_DIR": str(directory),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }


def until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Wait for *condition*, at most *seconds*."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.01)
