"""Hold and resume: confirmed, refused, in a queue; what both sides hear."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.model.ua_commands import Dial, HangUp, Hold, Respond, Resume
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CommandRefused,
    HoldConfirmed,
    HoldRefused,
    IncomingCall,
    RemoteHold,
    ResumeConfirmed,
)
from tests.integration.engine_process import EngineProcess, engine
from tests.lab.ports import free_port
from tests.lab.signal import level, sine, write_wav
from tests.lab.sip_message import SipMessage, asked, was_asked
from tests.lab.sipp import Party, Script
from tests.lab.waiting import until

PORT, OTHER = free_port(), free_port()
TARGET = ("127.0.0.1", PORT)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[EngineProcess]:
    music = write_wav(tmp_path / "music.wav", sine(800, 1.0))
    with engine(PORT, hold_music=str(music)) as process:
        yield process


def answered(agent: EngineProcess) -> str:
    call = agent.wait(IncomingCall).call
    agent.send(Respond(call, 200))
    agent.wait(CallEstablished)
    return call


def offers(caller: Party) -> list[str]:
    """Directions of the re-INVITEs the caller got."""
    return [seen.message.direction for seen in caller.wire if was_asked("INVITE")(seen)]


def test_held_with_music_and_resumed(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = answered(agent)
        agent.send(Hold(call))
        agent.wait(HoldConfirmed)
        assert offers(caller) == ["sendonly"]
        held = time.monotonic() + 0.1
        until(lambda: level(caller.sound.recording(held), 800) > -25, "music on hold")
        agent.send(Resume(call))
        agent.wait(ResumeConfirmed)
        assert offers(caller) == ["sendonly", "sendrecv"]
        resumed = time.monotonic() + 0.1
        until(lambda: len(caller.sound.heard_since(resumed)) > 20, "sound after the hold")
        assert level(caller.sound.recording(resumed), 800) < -60
        caller.hang_up()
        assert agent.wait(CallEnded).by_remote


@pytest.mark.parametrize("code", [488, 491, 500])
def test_a_refused_hold_loses_nothing_and_can_be_tried_again(agent: EngineProcess, code: int) -> None:
    with Party(Script(refuse=code, refusals=1), TARGET) as caller:
        call = answered(agent)
        agent.send(Hold(call))
        assert agent.wait(HoldRefused) == HoldRefused(call, code)
        agent.send(Hold(call))
        assert agent.wait(HoldConfirmed) == HoldConfirmed(call)
        caller.hang_up()
        agent.wait(CallEnded)
    assert agent.of_type(CommandRefused) == []


def test_what_is_asked_during_a_reinvite_waits_its_turn_and_the_last_wish_counts(agent: EngineProcess) -> None:
    with Party(Script(hold_delay=400), TARGET) as caller:
        call = answered(agent)
        agent.send(Hold(call), Resume(call))
        agent.wait(ResumeConfirmed)
        agent.send(Hold(call), Resume(call), Hold(call))
        agent.wait(HoldConfirmed)
        invites = [seen.message for seen in caller.wire if was_asked("INVITE")(seen)]
        assert [message.direction for message in invites] == ["sendonly", "sendrecv", "sendonly"]
        assert len(agent.of_type(HoldConfirmed)) == 1, "the hold that was taken back has no result"
        assert_never_two_at_once(caller)
        caller.hang_up()
        agent.wait(CallEnded)


def assert_never_two_at_once(caller: Party) -> None:
    """RFC 3261 section 14.1: no INVITE while the one before has no final answer."""
    open_: SipMessage | None = None
    for seen in caller.wire:
        if was_asked("INVITE")(seen) and (open_ is None or open_.sequence != seen.message.sequence):
            assert open_ is None, "a second re-INVITE before the answer to the first"
            open_ = seen.message
        elif seen.sent and seen.message.status >= 200 and open_ and seen.message.sequence == open_.sequence:
            open_ = None


def test_the_call_ends_while_a_hold_is_under_way(agent: EngineProcess) -> None:
    with Party(Script(hold_delay=500), TARGET) as caller:
        call = answered(agent)
        agent.send(Hold(call))
        caller.wait_for(was_asked("INVITE"))
        agent.send(HangUp(call))
        assert agent.wait(CallEnded).call == call
    assert agent.of_type(HoldConfirmed) == []


def test_hold_needs_an_established_call(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.wait(IncomingCall).call
        agent.send(Hold(call), Resume("nobody"))
        assert "not established" in agent.wait(CommandRefused, lambda event: event.call == call).detail
        assert "ended" in agent.wait(CommandRefused, lambda event: event.call == "nobody").detail
        caller.wait_for(asked("INVITE"))


def test_held_by_the_other_side(agent: EngineProcess) -> None:
    with engine(OTHER, "customer") as customer:
        customer.send(Dial("c1", f"sip:agent1@127.0.0.1:{PORT}"))
        call = answered(agent)
        customer.wait(CallEstablished)
        customer.send(Hold("c1"))
        customer.wait(HoldConfirmed)
        assert agent.wait(RemoteHold) == RemoteHold(call, True)
        agent.send(Hold(call))  # both hold each other
        agent.wait(HoldConfirmed)
        agent.send(Resume(call))
        agent.wait(ResumeConfirmed)
        customer.send(Resume("c1"))
        customer.wait(ResumeConfirmed)
        assert agent.wait(RemoteHold) == RemoteHold(call, False)
