"""A user agent without a network: it keeps what it was told and says what the test lets it say.

It insists on what a real one insists on: no final answer twice, no re-INVITE before the call is up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from softphone.model.sip import Header
from softphone.model.tone import ToneKind
from softphone.model.ua_commands import (
    CutSound,
    Dial,
    HangUp,
    Hold,
    PlayTone,
    Respond,
    Resume,
    Start,
    StopTone,
    UaCommand,
)
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    EngineLost,
    EngineReady,
    HoldConfirmed,
    HoldRefused,
    IncomingCall,
    ResumeConfirmed,
    ResumeRefused,
    UaEvent,
)


@dataclass
class FakeLeg:
    """One call on the wire."""

    answered: bool = False
    up: bool = False
    ending: bool = False
    outgoing: bool = False
    asked: str = ""
    cut: bool = False


class FakeUserAgent:
    """ports.UserAgent; ``commands`` is everything it was told, ``legs`` what became of it."""

    def __init__(self) -> None:
        self.restarts = 0
        self.commands: list[UaCommand] = []
        self.legs: dict[str, FakeLeg] = {}
        self.tones: set[ToneKind] = set()
        self.running = False
        self._calls = 0

    async def start(self, configuration: Start, on_event: Callable[[UaEvent], None]) -> None:
        self.commands.append(configuration)
        self.say = on_event
        self.running = True
        on_event(EngineReady(1, 100, "fake", ("udp:127.0.0.1:5060",), True))

    async def stop(self) -> None:
        self.running = False
        self.legs.clear()
        self.tones.clear()

    def send(self, command: UaCommand) -> None:
        self.commands.append(command)
        match command:
            case Respond(call=call, code=code):
                leg = self.legs[call]
                assert not leg.ending and not leg.answered, f"{call} has had its final answer"
                leg.answered, leg.ending = code == 200, code >= 300
            case HangUp(call=call):
                self.legs[call].ending = True
            case Hold(call=call) | Resume(call=call):
                assert self.legs[call].up, "a re-INVITE before the call is up"
                self.legs[call].asked = "hold" if isinstance(command, Hold) else "resume"
            case CutSound(call=call, cut=cut):
                self.legs[call].cut = cut
            case Dial(call=call, target=target):
                self.legs[call] = FakeLeg(outgoing=True)
                self.say(CallDialing(call, f"out-{call}", target, 0.0))
            case PlayTone(tone=tone):
                self.tones.add(tone.kind)
            case StopTone(kind=kind):
                self.tones.discard(kind)

    # -- what the test lets happen

    def invite(self, at: float, *headers: Header, remote: str = '"Ann" <sip:ann@example.net>') -> str:
        self._calls += 1
        call = f"in-{self._calls}"
        self.legs[call] = FakeLeg()
        self.say(IncomingCall(call, f"sip-{call}", remote, "sip:agent1@127.0.0.1", headers, at))
        return call

    def acknowledge(self, call: str) -> None:
        self.legs[call].up = True
        self.say(CallEstablished(call, 0.0))

    def end(self, call: str, code: int = 200) -> None:
        leg = self.legs.pop(call)
        self.say(CallEnded(call, code, "", not leg.ending, 0.0))

    def accept_reinvite(self, call: str) -> None:
        asked, self.legs[call].asked = self.legs[call].asked, ""
        self.say(HoldConfirmed(call) if asked == "hold" else ResumeConfirmed(call))

    def refuse_reinvite(self, call: str, code: int) -> None:
        asked, self.legs[call].asked = self.legs[call].asked, ""
        self.say(HoldRefused(call, code) if asked == "hold" else ResumeRefused(call, code))

    def die(self) -> None:
        self.legs.clear()
        self.tones.clear()
        self.restarts += 1
        self.say(EngineLost(-9, 0.0))
        self.say(EngineReady(1, 101, "fake", ("udp:127.0.0.1:5060",), True))
