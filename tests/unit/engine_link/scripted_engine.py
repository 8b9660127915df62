"""A child process that speaks the engine's protocol and behaves as its one argument asks, badly if need be.

It keeps what it was told in the file named by its second argument, one type name a line, a process a start.
"""

import os
import signal
import sys
import time
from pathlib import Path

import msgspec

from softphone.engine_link.protocol import COMMANDS, LINE_LIMIT, BadLineError, encode
from softphone.model.ua_commands import Dial, HangUp, Mute, Ping, Register, Respond, SetSpeechVolume, Shutdown, Start
from softphone.model.ua_events import (
    CallProgress,
    EngineFailed,
    EngineReady,
    IncomingCall,
    Pong,
    RegistrationChanged,
    UaEvent,
)


def tell(event: UaEvent) -> None:
    raw(encode(event))


def raw(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def ready() -> None:
    tell(EngineReady(1, os.getpid(), "scripted", (), False))


def refuse_to_start() -> None:
    tell(EngineFailed("port-in-use", "Port 25000 is in use."))
    sys.exit(1)


def talk_nonsense() -> None:
    raw(b'not json\n{"v":1,"type":"Nothing","body":{}}\n\xff\xfe\n')
    raw(b"x" * (LINE_LIMIT + 5) + b"\n")
    tell(CallProgress("after", 180, ""))


def write_to_stderr() -> None:
    sys.stderr.write("a line of the log\n" * 1000)
    sys.stderr.flush()
    tell(CallProgress("written", 180, ""))


def announce_a_call() -> None:
    tell(IncomingCall("c1", "id", "<sip:a@h>", "sip:b@h", (), 0.0))


ON_REGISTER = {
    "ring": announce_a_call,
    "die": lambda: os._exit(7),
    "nonsense": talk_nonsense,
    "stderr": write_to_stderr,
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "mute-pipe": lambda: os.close(1),
    "stall": lambda: time.sleep(1.0),
}


def obey(command: object, behaviour: str) -> None:
    match command:
        case Start() if behaviour == "fail":
            refuse_to_start()
        case Start() if behaviour == "die-early":
            os._exit(3)
        case Start():
            ready()
        case Register():
            ON_REGISTER[behaviour]()
        case HangUp(call) | Dial(call):
            tell(CallProgress(call, 180, ""))
        case Respond(call, code):
            tell(CallProgress(call, code, ""))
        case SetSpeechVolume(volume):
            tell(RegistrationChanged(200, f"volume {volume}", 0))
        case Mute(muted):
            tell(RegistrationChanged(200, f"muted {muted}", 0))
        case Ping() if behaviour == "hang":
            time.sleep(60)
        case Ping():
            tell(Pong())
        case Shutdown() if behaviour != "stubborn":
            sys.exit(0)


def main(behaviour: str, diary: Path) -> None:
    if behaviour == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        try:
            command = COMMANDS.decode(line)
        except BadLineError:
            command = None
        with diary.open("ab") as file:
            file.write(msgspec.json.encode([os.getpid(), type(command).__name__, command]) + b"\n")
        obey(command, behaviour)
    if behaviour == "stubborn":
        signal.pause()


main(sys.argv[1], Path(sys.argv[2]))
