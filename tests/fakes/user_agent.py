"""A user agent without a network: it keeps what it was told and says what the test lets it say.

It insists on what a real one insists on: no final answer twice, no re-INVITE before the call is up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from softphone.model.held_call import Dialog
from softphone.model.sip import Header
from softphone.model.tone import ToneKind
from softphone.model.ua_commands import (
    Bridge,
    CutSound,
    Dial,
    HangUp,
    Hold,
    OutliveApp,
    PlayTone,
    Refer,
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
    DialogKnown,
    EngineLost,
    EngineReady,
    HoldConfirmed,
    HoldRefused,
    IncomingCall,
    ReferAccepted,
    ReferProgress,
    ReferRefused,
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
    referring: str = ""  # the target of a REFER that has no answer yet
    bridged: str = ""
    outlives: bool = False


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
            case Refer(call=call, target=target):
                assert self.legs[call].up, "a REFER before the call is up"
                assert not self.legs[call].referring, "a REFER before the answer to the first"
                self.legs[call].referring = target
            case Bridge(call=call, other=other):
                assert self.legs[call].up and self.legs[other].up, "a bridge to a call that is not up"
                self.legs[call].bridged, self.legs[other].bridged = other, call
            case OutliveApp(call=call, keep=keep):
                self.legs[call].outlives = keep
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

    def invite(
        self, at: float, *headers: Header, remote: str = '"Ann" <sip:ann@example.net>', trusted: bool = True
    ) -> str:
        self._calls += 1
        call = f"in-{self._calls}"
        self.legs[call] = FakeLeg()
        self.say(IncomingCall(call, f"sip-{call}", remote, "sip:agent1@127.0.0.1", headers, at, trusted))
        return call

    def acknowledge(self, call: str, dialog: Dialog | None = None) -> None:
        self.legs[call].up = True
        self.say(CallEstablished(call, 0.0))
        sip_call_id = f"out-{call}" if self.legs[call].outgoing else f"sip-{call}"
        self.say(DialogKnown(call, dialog or Dialog(sip_call_id, "ours", "theirs", f"sip:{call}@127.0.0.1:5099", True)))

    def end(self, call: str, code: int = 200) -> None:
        leg = self.legs.pop(call)
        self.say(CallEnded(call, code, "", not leg.ending, 0.0))

    def accept_reinvite(self, call: str) -> None:
        asked, self.legs[call].asked = self.legs[call].asked, ""
        self.say(HoldConfirmed(call) if asked == "hold" else ResumeConfirmed(call))

    def refuse_reinvite(self, call: str, code: int) -> None:
        asked, self.legs[call].asked = self.legs[call].asked, ""
        self.say(HoldRefused(call, code) if asked == "hold" else ResumeRefused(call, code))

    def refer_accepted(self, call: str) -> None:
        self._answer_refer(call)
        self.say(ReferAccepted(call))

    def refer_refused(self, call: str, code: int) -> None:
        self._answer_refer(call)
        self.say(ReferRefused(call, code))

    def refer_progress(self, call: str, code: int, final: bool) -> None:
        self.say(ReferProgress(call, code, final))

    def _answer_refer(self, call: str) -> None:
        assert self.legs[call].referring, f"{call} was not told to refer"
        self.legs[call].referring = ""

    def die(self) -> None:
        self.legs.clear()
        self.tones.clear()
        self.restarts += 1
        self.say(EngineLost(-9, 0.0))
        self.say(EngineReady(1, 101, "fake", ("udp:127.0.0.1:5060",), True))
