"""An app to be killed: starts an engine with the Start command it reads, holds its first caller for anyone.

    python -m tests.integration.engine_parent < START

Says the engine's process id when all that is done, and stays.
"""

from __future__ import annotations

import sys
import threading

from softphone.engine_link.protocol import COMMANDS
from softphone.model.ua_commands import Hold, OutliveApp, Respond, Start
from softphone.model.ua_events import CallEstablished, HoldConfirmed, IncomingCall, RegistrationChanged
from tests.integration.engine_process import EngineProcess


def main() -> None:
    start = COMMANDS.decode(sys.stdin.buffer.readline())
    assert isinstance(start, Start)
    engine = EngineProcess()
    engine.start(start)
    engine.wait(RegistrationChanged, lambda event: event.code == 200)
    sys.stdout.write("registered\n")
    sys.stdout.flush()
    call = engine.wait(IncomingCall, timeout=20).call
    engine.send(Respond(call, 200))
    engine.wait(CallEstablished)
    engine.send(Hold(call), OutliveApp(call, True))
    engine.wait(HoldConfirmed)
    sys.stdout.write(f"{engine.process.pid}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
