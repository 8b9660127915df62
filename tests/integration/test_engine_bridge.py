"""Two calls that hear each other and not the agent, through everything that changes their media."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from softphone.model.ua_commands import (
    Bridge,
    CutSound,
    HangUp,
    Hold,
    PlayAsMicrophone,
    RecordHeadset,
    Respond,
    Resume,
    SoundChoice,
)
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CommandRefused,
    HoldConfirmed,
    IncomingCall,
    RemoteHold,
    ResumeConfirmed,
)
from tests.integration.engine_process import EngineProcess, start_of
from tests.lab.modern_baresip import ModernBaresip
from tests.lab.ports import free_port
from tests.lab.signal import level, read_wav, sine, write_wav
from tests.lab.sipp import Party, Script
from tests.lab.waiting import until

PORT = free_port()
TARGET = ("127.0.0.1", PORT)
AGENT, MUSIC, FIRST, SECOND = 1300, 800, 500, 650
LOUD, SILENT = -25.0, -55.0


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[EngineProcess]:
    """Its microphone speaks all the time."""
    music = write_wav(tmp_path / "music.wav", sine(MUSIC, 1.0))
    voice = write_wav(tmp_path / "voice.wav", sine(AGENT, 1.0))
    process = EngineProcess("softphone.engine")
    process.start(start_of(PORT, hold_music=str(music), sound=SoundChoice("none", "none", "none")))
    process.send(PlayAsMicrophone(str(voice)))
    yield process
    assert process.close() == 0, list(process.errors)


def answered(agent: EngineProcess) -> str:
    call = agent.wait(IncomingCall).call
    agent.send(Respond(call, 200))
    agent.wait(CallEstablished)
    return call


def hears(party: Party, tone: float, *others: float) -> bool:
    """Whether for the last 300 ms this party heard the tone, and none of the others."""
    sound = party.sound.recording(time.monotonic() - 0.3)
    return sound.seconds > 0.2 and level(sound, tone) > LOUD and all(level(sound, other) < SILENT for other in others)


def assert_bridged(first: Party, second: Party) -> None:
    until(lambda: hears(first, SECOND, AGENT, MUSIC), "the first hears the second and nobody else")
    until(lambda: hears(second, FIRST, AGENT, MUSIC), "the second hears the first and nobody else")


def parties(stack: ExitStack, agent: EngineProcess) -> tuple[Party, str, Party, str]:
    """Two callers the agent has answered; the first is on hold."""
    first = stack.enter_context(Party(Script(hz=FIRST), TARGET))
    held = answered(agent)
    agent.send(Hold(held))
    agent.wait(HoldConfirmed)
    second = stack.enter_context(Party(Script(hz=SECOND, user="+15550100", name="Caller Two"), TARGET))
    return first, held, second, answered(agent)


@pytest.mark.parametrize("bridge_first", [False, True])
def test_it_follows_whichever_comes_later_the_bridge_or_the_end_of_the_hold(
    agent: EngineProcess, bridge_first: bool, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        first, held, second, other = parties(stack, agent)
        until(lambda: hears(first, MUSIC), "music on hold")
        commands = [Resume(held), Bridge(held, other)]
        agent.send(*(reversed(commands) if bridge_first else commands))
        agent.wait(ResumeConfirmed)
        assert_bridged(first, second)
        agent.send(RecordHeadset(str(tmp_path / "headset.wav")))
        recording = tmp_path / "headset.wav"
        until(lambda: recording.exists() and recording.stat().st_size > 20_000, "a recording")
        agent.send(RecordHeadset(""), Bridge(held, other))
        assert "bridged already" in agent.wait(CommandRefused).detail
        assert max(level(read_wav(recording), tone) for tone in (FIRST, SECOND)) < SILENT, "the agent hears neither"


def test_holds_come_and_go_and_the_bridge_stays(agent: EngineProcess) -> None:
    with ExitStack() as stack:
        first, held, second, other = parties(stack, agent)
        agent.send(Resume(held), Bridge(held, other))
        assert_bridged(first, second)
        for call, party, rest, tone in ((held, first, second, FIRST), (other, second, first, SECOND)):
            agent.send(Hold(call))
            agent.wait(HoldConfirmed)
            until(partial(hears, party, MUSIC, AGENT), "music for the one on hold")
            until(partial(quiet, rest, tone, MUSIC, AGENT), "silence for the other")
            agent.send(Resume(call))
            agent.wait(ResumeConfirmed)
            assert_bridged(first, second)


def quiet(party: Party, *tones: float) -> bool:
    sound = party.sound.recording(time.monotonic() - 0.3)
    return sound.seconds > 0.2 and all(level(sound, tone) < SILENT for tone in tones)


def test_a_hold_by_one_of_them_is_survived(agent: EngineProcess) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(ModernBaresip(hz=FIRST))
        first.dial(f"sip:agent1@127.0.0.1:{PORT}")
        call = answered(agent)
        second = stack.enter_context(Party(Script(hz=SECOND), TARGET))
        agent.send(Bridge(call, answered(agent)))
        until(lambda: hears(second, FIRST, AGENT), "the first caller")
        until(lambda: heard_last(first), "the second caller")
        first.hold()
        assert agent.wait(RemoteHold).held
        until(lambda: quiet(second, FIRST, AGENT), "nothing of a caller who holds")
        size = first.recording.stat().st_size
        first.resume()
        assert not agent.wait(RemoteHold).held
        until(lambda: hears(second, FIRST, AGENT), "the first caller again")
        until(lambda: first.recording.stat().st_size > size + 10_000 and heard_last(first), "the second caller again")
        first.hang_up()
        agent.wait(CallEnded)


def heard_last(customer: ModernBaresip) -> bool:
    """Whether in the last 300 ms of its recording so far this customer heard the second caller, and not the agent."""
    sound = customer.heard()
    last = sound.part(sound.seconds - 0.3, sound.seconds)
    return sound.seconds > 0.3 and level(last, SECOND) > LOUD and level(last, AGENT) < SILENT


def test_when_one_ends_the_other_does_not_fall_back_to_the_agent(agent: EngineProcess) -> None:
    with ExitStack() as stack:
        first, held, second, other = parties(stack, agent)
        agent.send(Resume(held), Bridge(held, other))
        assert_bridged(first, second)
        first.hang_up()
        assert agent.wait(CallEnded).call == held
        until(lambda: quiet(second, FIRST, AGENT, MUSIC), "silence for the one who is left")
        agent.send(CutSound(other, False))
        until(lambda: hears(second, AGENT), "the agent, when that is asked for")
        agent.send(HangUp(other))
        assert agent.wait(CallEnded).call == other


def test_what_cannot_be_bridged(agent: EngineProcess) -> None:
    with Party(Script(hz=FIRST), TARGET), Party(Script(hz=SECOND, user="+15550100"), TARGET):
        call, ringing = answered(agent), agent.ringing_call().call
        for other, words in ((call, "itself"), (ringing, "not established"), ("nobody", "ended")):
            agent.send(Bridge(call, other))
            assert words in agent.wait(CommandRefused).detail
