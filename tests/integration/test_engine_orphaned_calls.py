"""The app is killed: callers held for anyone stay where they are, with music, until somebody picks them up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from softphone.engine_link.protocol import encode
from softphone.model.ua_commands import Account, Dial, HangUp, Hold, OutliveApp, Respond, Resume, Shutdown, Start
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    DialogKnown,
    EngineFailed,
    EngineReady,
    HoldConfirmed,
    IncomingCall,
    ResumeConfirmed,
)
from tests.integration.engine_process import ROOT, EngineProcess, engine, start_of
from tests.integration.test_engine_replaces import replacing
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from tests.lab.modern_baresip import ModernBaresip
from tests.lab.ports import free_port
from tests.lab.signal import level, sine, write_wav
from tests.lab.sip_message import got, was_asked
from tests.lab.sipp import Party, Script
from tests.lab.waiting import until

PORT, OTHER = free_port(), free_port()
TARGET = ("127.0.0.1", PORT)
MUSIC = 800


@pytest.fixture
def start(tmp_path: Path) -> Start:
    music = write_wav(tmp_path / "music.wav", sine(MUSIC, 1.0))
    return start_of(PORT, hold_music=str(music), orphan_file=str(tmp_path / "engine.orphaned"))


@pytest.fixture
def agent(start: Start) -> Iterator[EngineProcess]:
    process = EngineProcess()
    process.start(start)
    yield process
    process.process.kill()
    process.close()


def held(agent: EngineProcess, *, keep: bool = True) -> str:
    """The next caller, answered, put on hold and, perhaps, kept for anyone."""
    call = agent.wait(IncomingCall).call
    agent.send(Respond(call, 200))
    agent.wait(CallEstablished)
    agent.send(Hold(call), OutliveApp(call, keep))
    agent.wait(HoldConfirmed)
    return call


def die(agent: EngineProcess) -> None:
    """What the engine sees of an app that is killed; that nobody reads what it says is proved further below."""
    assert agent.process.stdin is not None
    agent.process.stdin.close()


def music_for(caller: Party) -> bool:
    sound = caller.sound.recording(time.monotonic() - 0.3)
    return sound.seconds > 0.2 and level(sound, MUSIC) > -25


def test_the_held_caller_keeps_the_music_and_all_others_are_told(agent: EngineProcess, start: Start) -> None:
    other = Script(user="+15550100")
    with Party(Script(), TARGET) as kept, ExitStack() as stack:
        held(agent)
        forgotten = stack.enter_context(Party(other, TARGET))
        held(agent, keep=False)
        talking = stack.enter_context(Party(other, TARGET))
        call = held(agent)
        agent.send(Resume(call))
        agent.wait(ResumeConfirmed)
        ringing = stack.enter_context(Party(other, TARGET))
        agent.ringing_call()
        die(agent)
        for caller in (forgotten, talking):
            caller.wait_for(was_asked("BYE"))
        ringing.wait_for(got(480))
        late = stack.enter_context(Party(other, TARGET))
        late.wait_for(got(480))
        gone = time.monotonic()
        assert Path(start.orphan_file).read_text() == f"{agent.process.pid}\n"
        until(lambda: time.monotonic() > gone + 2 and music_for(kept), "music, two seconds later")
        assert kept.sound.longest_silence(gone, gone + 2) < 0.2
        kept.hang_up()
        assert agent.process.wait(3) == 0, "with its last caller it ends"
    assert not Path(start.orphan_file).exists()


@pytest.mark.parametrize("keep", [True, False])
def test_an_app_that_ends_in_good_order_keeps_nobody(agent: EngineProcess, keep: bool) -> None:
    with Party(Script(), TARGET) as caller:
        held(agent, keep=keep)
        agent.send(Shutdown())
        caller.wait_for(was_asked("BYE"))
        assert agent.process.wait(3) == 0


def test_a_new_app_gets_the_port_at_once_and_the_caller_can_still_be_picked_up(
    agent: EngineProcess, start: Start
) -> None:
    with ModernBaresip() as customer:
        customer.dial(f"sip:agent1@127.0.0.1:{PORT}")
        held(agent)
        dialog = agent.wait(DialogKnown).dialog
        die(agent)
        until(lambda: Path(start.orphan_file).exists(), "the mark")
        began = time.monotonic()
        with engine(PORT, orphan_file=start.orphan_file) as successor:
            assert time.monotonic() - began < 10, "long before the old engine's minute is over"
            ready = successor.of_type(EngineReady)[0]
            assert ready.addresses == (f"udp:127.0.0.1:{PORT}", f"tcp:127.0.0.1:{PORT}")
            assert agent.process.wait(1) == 0
            assert "CALL_CLOSED" not in customer.happened
            successor.send(Dial("p1", dialog.remote_target, replacing(dialog)))
            customer.wait_for("CALL_INCOMING")
            customer.answer()
            successor.wait(CallEstablished)
            successor.send(HangUp("p1"))
            successor.wait(CallEnded)


def test_a_mark_left_over_and_a_port_that_is_somebody_elses(start: Start) -> None:
    Path(start.orphan_file).write_text("1\n")
    with engine(PORT, "somebody"):
        process = EngineProcess()
        process.send(start)
        assert process.wait(EngineFailed).problem == "port-in-use"
        assert process.close() == 1
    assert not Path(start.orphan_file).exists()
    Path(start.orphan_file).write_text("1\n")
    with engine(PORT, orphan_file=start.orphan_file) as successor:
        assert successor.of_type(EngineReady)


def registered(user: str, server: Kamailio) -> Account:
    return Account(f"sip:{user}@127.0.0.1", server.registrar("udp"), "udp", user, PASSWORD)


def test_killed_with_sigkill(start: Start) -> None:
    """Nobody but the system closes the pipes; the registration is taken back at once."""
    with (
        running_kamailio() as server,
        killable(replace(start, account=registered("agent1", server))) as parent,
        Party(Script(), TARGET) as caller,
        engine(OTHER, account=registered("agent2", server)) as colleague,
    ):
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        until(lambda: answer(colleague) == "Not registered", "the registration is taken back", 5.0)
        gone = time.monotonic()
        until(lambda: time.monotonic() > gone + 1 and music_for(caller), "music, a second later")
        caller.hang_up()
        until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE, "its end", 5.0)


@contextmanager
def killable(start: Start) -> Iterator[subprocess.Popen[bytes]]:
    """An app with a registered engine; its next line of output is the id of that engine, which holds a caller."""
    command = [sys.executable, "-m", "tests.integration.engine_parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(encode(start))
        parent.stdin.flush()
        try:
            assert parent.stdout.readline() == b"registered\n"
            yield parent
        finally:
            parent.kill()


def answer(colleague: EngineProcess) -> str:
    """What a call to the agent's address is answered with."""
    call = f"c{len(colleague.of_type(CallEnded))}"
    colleague.send(Dial(call, "sip:agent1@127.0.0.1"))
    return colleague.wait(CallEnded, lambda event: event.call == call).reason
