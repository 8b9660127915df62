"""The process around the engine: its pipes, its log, its first command and its end."""

from __future__ import annotations

import atexit
import faulthandler
import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, TextIO

from softphone.engine.callback_guard import log
from softphone.engine.command_reader import CommandReader
from softphone.engine.engine import Engine
from softphone.engine.log_setup import start_logging
from softphone.engine.problems import StartError
from softphone.engine.sound_port import SoundFactory
from softphone.engine.wakeup import Wakeup
from softphone.engine_link.crash_reports import stacks_of
from softphone.engine_link.pipe_writer import PipeWriter
from softphone.engine_link.protocol import send
from softphone.model.ua_commands import Shutdown, Start, UaCommand
from softphone.model.ua_events import CommandRefused, EngineFailed, UaEvent

Emit = Callable[[UaEvent], None]

SWITCH_INTERVAL = 0.0005  # seconds a busy thread of this process may keep the interpreter from the SIP thread
FLUSH_SECONDS = 2.0
EVENTS_LIMIT = 1 << 26  # bytes kept for a busy window: a day of calls; beyond it the app is as good as dead
# PJSIP asks the system's resolver on the SIP thread; resolv.conf(5): glibc would otherwise wait 10 s and more
RESOLVER_OPTIONS = "timeout:1 attempts:1"


def run(sound: SoundFactory) -> int:
    """Serve one app over stdin and stdout; returns the exit status. *sound* makes the sound bridge."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    os.environ.setdefault("RES_OPTIONS", RESOLVER_OPTIONS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the app, which then closes the pipe
    listener = start_logging()
    writer = PipeWriter(_private_stdout(), EVENTS_LIMIT)
    wakeup = Wakeup()
    emit = partial(send, write=writer.write)
    reader = CommandReader(0, emit, wakeup.wake)
    reader.start()
    try:
        return _serve(reader, sound, emit, wakeup)
    finally:
        wakeup.close()
        writer.close(FLUSH_SECONDS)
        listener.stop()


def _serve(reader: CommandReader, sound: SoundFactory, emit: Emit, wakeup: Wakeup) -> int:
    start = _wait_for_start(reader, emit)
    if start is None:
        return 0
    _say_where_threads_are(start.crash_directory)
    try:
        engine = Engine(start, sound, emit, wakeup)
    except StartError as error:
        emit(EngineFailed(error.problem, error.detail))
        return 1
    except Exception as error:  # noqa: BLE001 - the app is told, whatever it was
        log.exception("the engine did not start")
        emit(EngineFailed("other", f"The engine could not start: {error}"))
        return 1
    gc.freeze()  # what lives now lives for good: collections stay short
    engine.run(reader)
    return 0


def _say_where_threads_are(directory: str) -> None:
    """Should this process crash or be aborted. Names of files and functions only, nothing of what they work on."""
    if not directory:
        return
    try:
        file = (Path(directory) / stacks_of(os.getpid())).open("w")
    except OSError as error:
        log.warning("no stacks will be written: %s", error)
        return
    faulthandler.enable(file)
    atexit.register(_take_away, file)


def _take_away(file: TextIO) -> None:
    faulthandler.disable()
    file.close()
    Path(file.name).unlink(missing_ok=True)


def _wait_for_start(reader: CommandReader, emit: Emit) -> Start | None:
    """The first command, or None when the pipe closes before it comes."""
    while not reader.ended:
        command = reader.take(timeout=0.05)
        if isinstance(command, Start):
            return command
        if isinstance(command, Shutdown):
            return None
        if command is not None:
            emit(_not_started(command))
    return None


def _not_started(command: UaCommand) -> UaEvent:
    return CommandRefused(type(command), str(getattr(command, "call", "")), "the engine has not been started")


def _private_stdout() -> IO[bytes]:
    """A pipe end of our own for events. What C code prints to stdout goes nowhere instead of between them."""
    private = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(private, "wb", buffering=0)
