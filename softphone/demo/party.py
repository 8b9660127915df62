"""One of the other parties: a real telephone in a process of its own that speaks a tone and records what it hears."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from uuid import uuid4

from softphone.demo.story import NAMES, Story
from softphone.engine_link.launch import engine_argv
from softphone.engine_link.process_user_agent import ProcessUserAgent
from softphone.model.sip import NameAddr
from softphone.model.ua_commands import (
    Account,
    Dial,
    HangUp,
    PlayAsMicrophone,
    RecordHeadset,
    Respond,
    SoundChoice,
    Start,
)
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    CallProgress,
    EngineFailed,
    EngineLost,
    EngineReady,
    IncomingCall,
    RemoteHold,
    UaEvent,
)

LOOPBACK = "127.0.0.1"
SILENT = SoundChoice("none", "none", "none")


class DemoParty:
    """Calls when told to, answers whoever calls it, tells the story of what it sees."""

    def __init__(self, who: str, user: str, story: Story) -> None:
        self.who, self.user = who, user
        self.port = 0
        self.call = ""
        self.sip_call_id = ""
        self.established = False
        self._story = story
        self._phone = ProcessUserAgent(engine_argv())

    @property
    def address(self) -> str:
        """Where it can be called."""
        return f"sip:{self.user}@{LOOPBACK}:{self.port}"

    async def start(self) -> None:
        """Start the process; ``ready`` waits until it can be used."""
        account = Account(f"sip:{self.user}@{LOOPBACK}")
        # The noise of Opus would hide what little of the agent's beep somebody could hear
        start = Start(account, bind=LOOPBACK, sound=SILENT, codecs=("G722", "PCMA", "PCMU"))
        await self._phone.start(start, self._hear)

    async def ready(self, recording: Path | None) -> None:
        """From now on it speaks its tone in every call and writes what it hears to *recording*."""
        await self._story.until(lambda: self.port, f"the start of the telephone of {NAMES[self.who]}")
        self._phone.send(PlayAsMicrophone(tone_file(self.who)))
        if recording is not None:
            self._phone.send(RecordHeadset(str(recording)))
            self._story.mark(recording.name)

    def dial(self, target: str) -> None:
        """Call this SIP address."""
        self.call, self.established = uuid4().hex, False
        self._phone.send(Dial(self.call, target))

    def hang_up(self) -> None:
        """End the call, if there is one."""
        if self.call:
            self._phone.send(HangUp(self.call))

    async def close(self) -> None:
        """End the process."""
        await self._phone.stop()

    def _hear(self, event: UaEvent) -> None:
        match event:
            case EngineReady(addresses=addresses):
                self.port = int(addresses[0].rpartition(":")[2])
            case EngineFailed(detail=detail):
                self._story.give_up(f"the telephone of {NAMES[self.who]} did not start: {detail}")
            case EngineLost():
                self._story.give_up(f"the telephone of {NAMES[self.who]} has died")
            case IncomingCall(call=call, remote=remote, at=at):
                self.call = call
                self._phone.send(Respond(call, 200))
                self._tell(f"is called by {NameAddr.parse(remote).uri} and answers", at)
            case CallDialing(sip_call_id=sip_call_id, at=at):
                self.sip_call_id = sip_call_id
                self._tell("calls the agent's direct line", at)
            case CallProgress(code=code, reason=reason):
                self._tell(f"gets {code} {reason}")
            case CallEstablished(at=at):
                self.established = True
                self._tell("is connected", at)
            case RemoteHold(held=held):
                self._tell("is put on hold" if held else "is taken off hold")
            case CallEnded(call=call, code=code, by_remote=by_remote, at=at) if call == self.call:
                self.call = ""
                self._tell(f"is hung up on (status {code})" if by_remote else "hangs up", at)
        self._story.ring()

    def _tell(self, what: str, at: float | None = None) -> None:
        self._story.tell(self.who, what, "its telephone", at)


def tone_file(who: str) -> str:
    """The tone this one speaks, each at a frequency of its own."""
    return str(files("resources") / "sounds" / f"demo_{who}.wav")
