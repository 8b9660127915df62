"""The process itself: starting, failing, ending, bad input, a parent that does not read, floods of rubbish."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from softphone.engine_link.protocol import PROTOCOL_VERSION, encode
from softphone.model.sip import Header
from softphone.model.ua_commands import Account, Dial, HangUp, Mute, Register, Respond, SetSpeechVolume, Shutdown, Start
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    CallTurnedAway,
    CommandRefused,
    EngineFailed,
    EngineReady,
    IncomingCall,
    LineSkipped,
)
from tests.integration.engine_process import ROOT, EngineProcess, engine, start_of
from tests.lab.ports import free_port
from tests.lab.sip_message import got
from tests.lab.sipp import Party, Script
from tests.lab.waiting import until

PORT, OTHER = free_port(), free_port()
TARGET = ("127.0.0.1", PORT)
TORTURE = Path(__file__).parents[1] / "data" / "rfc4475"


@pytest.fixture
def agent() -> Iterator[EngineProcess]:
    with engine(PORT) as process:
        yield process


def failure(start: Start) -> EngineFailed:
    process = EngineProcess()
    process.send(start)
    failed = process.wait(EngineFailed)
    assert process.close() == 1
    return failed


def test_ready() -> None:
    process = EngineProcess()
    ready = process.start(start_of(PORT))
    assert ready.protocol == PROTOCOL_VERSION
    assert ready.pid == process.process.pid
    assert ready.addresses == (f"udp:127.0.0.1:{PORT}", f"tcp:127.0.0.1:{PORT}")
    assert ready.tls
    assert process.close() == 0


def test_any_free_port() -> None:
    process = EngineProcess()
    ready = process.start(Start(Account("sip:agent1@127.0.0.1"), bind="127.0.0.1"))
    udp, tcp = ready.addresses
    assert int(udp.split(":")[2]) > 0
    assert udp.split(":")[2] == tcp.split(":")[2]
    assert process.close() == 0


def test_port_in_use() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", PORT))
        failed = failure(start_of(PORT))
    assert failed.problem == "port-in-use"
    assert str(PORT) in failed.detail


@pytest.mark.parametrize("bind", ["192.0.2.1", "nonsense"])
def test_not_an_address_of_this_machine(bind: str) -> None:
    failed = failure(Start(Account("sip:agent1@127.0.0.1"), bind=bind, port=PORT))
    assert failed.problem == "bad-address"
    assert bind in failed.detail


@pytest.mark.parametrize(
    "account", [Account("bob"), Account("sip:a@h", transport="pigeon"), Account("sip:a@h", expires_seconds=1)]
)
def test_an_account_that_cannot_be(account: Account) -> None:
    assert failure(start_of(PORT, account=account)).problem == "account"


@pytest.mark.parametrize(("option", "words"), [("hold_music", "music"), ("sip_trace", "trace")])
def test_files_that_are_not_there_are_said_and_nothing_else_suffers(option: str, words: str) -> None:
    with engine(PORT, **{option: "/nowhere/file"}) as agent:
        assert words in agent.wait(CommandRefused).detail


def test_commands_before_start_are_refused() -> None:
    process = EngineProcess()
    process.send(Register())
    assert "not been started" in process.wait(CommandRefused).detail
    process.start(start_of(PORT))
    process.send(start_of(PORT))
    assert "already" in process.wait(CommandRefused).detail
    process.send(Shutdown())
    assert process.close() == 0


def test_it_ends_with_its_pipe_and_hangs_up_first(agent: EngineProcess) -> None:
    with engine(OTHER, "customer") as customer:
        customer.send(Dial("c1", f"sip:agent1@127.0.0.1:{PORT}"))
        agent.send(Respond(agent.wait(IncomingCall).call, 200))
        customer.wait(CallEstablished)
        assert agent.process.stdin is not None
        agent.process.stdin.close()
        assert customer.wait(CallEnded).by_remote
        agent.process.wait(3)


def test_it_ends_when_its_parent_is_killed() -> None:
    """Nobody but the system closes the pipe then."""
    code = "import sys, subprocess; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE); input()"
    command = [sys.executable, "-c", code, sys.executable, "-m", "tests.fakes.null_sound"]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT)
    try:
        child = until(lambda: psutil.Process(parent.pid).children(), "the engine")[0]
    finally:
        parent.kill()
        parent.communicate()
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "its end", timeout=3.0)


def test_presence_is_refused_and_the_engine_answers_options(agent: EngineProcess) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        sender.settimeout(2.0)
        for number, (method, code) in enumerate((("OPTIONS", b"200"), ("SUBSCRIBE", b"489"))):
            message = request(method, number, sender.getsockname()[1])
            if method == "SUBSCRIBE":
                message = message.replace(b"Max-Forwards", b"Event: presence\r\nExpires: 60\r\nMax-Forwards")
            sender.sendto(message, TARGET)
            assert sender.recv(65536).split()[1] == code
    assert agent.process.poll() is None


def test_garbage_between_commands(agent: EngineProcess) -> None:
    agent.write(b"rubbish\n\xff\xfe\n[1,2]\n" + b'{"v":1,"type":"Nothing","body":{}}\n' + b"y" * 3_000_000 + b"\n")
    for _ in range(5):
        assert "rubbish" not in agent.wait(LineSkipped).detail
    agent.send(Mute(True), SetSpeechVolume(9.0))
    assert agent.wait(CommandRefused).command is SetSpeechVolume


def test_a_parent_that_does_not_read(agent: EngineProcess) -> None:
    agent.reading.clear()
    skipped = 3000
    agent.write(b"rubbish\n" * skipped)  # more reports than a pipe holds
    with Party(Script(), TARGET) as caller:
        caller.wait_for(got(100), timeout=1.0)
        caller.hang_up()
        caller.wait_for(got(487), timeout=1.0)
    with Party(Script(), TARGET) as caller:
        caller.wait_for(got(100), timeout=1.0)
        agent.reading.set()
        agent.wait(CallEnded)
        until(lambda: len(agent.of_type(IncomingCall)) == 2, "both calls")
        second = agent.of_type(IncomingCall)[1]
        agent.send(Respond(second.call, 180))
        caller.wait_for(got(180))
    until(lambda: len(agent.of_type(LineSkipped)) == skipped, "every report")


def test_forty_calls_leave_nothing_behind(agent: EngineProcess) -> None:
    with engine(OTHER, "customer") as customer:
        process = psutil.Process(agent.process.pid)

        def calls(count: int) -> None:
            while count:
                customer.send(Dial(f"c{len(customer.of_type(CallEnded))}", f"sip:agent1@127.0.0.1:{PORT}"))
                if isinstance(customer.wait((CallDialing, CommandRefused)), CommandRefused):  # too many in one moment
                    customer.wait(CallEnded)
                    continue
                incoming = agent.wait((IncomingCall, CallTurnedAway))
                if isinstance(incoming, CallTurnedAway):  # too many for this side
                    customer.wait(CallEnded)
                    continue
                count, call = count - 1, incoming.call
                agent.send(Respond(call, 200))
                agent.wait(CallEstablished)
                customer.wait(CallEstablished)
                agent.send(HangUp(call))
                agent.wait(CallEnded)
                customer.wait(CallEnded)

        calls(3)
        threads, files = process.num_threads(), process.num_fds()
        calls(37)
        assert process.num_threads() == threads
        until(lambda: process.num_fds() <= files, lambda: f"{process.num_fds()} descriptors, {files} before")


def test_torture_messages(agent: EngineProcess) -> None:
    """RFC 4475: whatever a message is, the engine reports calls or stays silent, and then answers the next caller."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        for file in sorted(TORTURE.glob("*.dat")):
            sender.sendto(file.read_bytes(), TARGET)
            agent.send(Register())  # refused: and so the message before it has been dealt with
            agent.wait(CommandRefused, lambda event: event.command is Register)
            for call in agent.of_type(IncomingCall):
                agent.send(HangUp(call.call))
    until(lambda: len(agent.of_type(CallEnded)) == len(agent.of_type(IncomingCall)), "the end of the strange calls")
    with Party(Script(name="Next"), TARGET) as caller:
        call = agent.wait(IncomingCall, lambda event: "Next" in event.remote)
        agent.send(Respond(call.call, 180))
        caller.wait_for(got(180))


def test_every_event_is_one_line(agent: EngineProcess) -> None:
    agent.send(Register())
    agent.wait(CommandRefused)
    assert all(line == encode(event).rstrip(b"\n") for line, event in zip(agent.lines, agent.events, strict=True))
    assert isinstance(agent.of_type(EngineReady)[0], EngineReady)


def test_a_flood_of_calls_given_up_at_once(agent: EngineProcess) -> None:
    """Each INVITE opens two media sockets, which come back half a second after the CANCEL. The wheel has only 64."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        sender.settimeout(2.0)
        for number in range(100):
            sender.sendto(request("INVITE", number, sender.getsockname()[1]), TARGET)
            while b" 100 " not in sender.recv(65536)[:20]:
                continue
            sender.sendto(request("CANCEL", number, sender.getsockname()[1]), TARGET)
    until(lambda: len(agent.of_type(IncomingCall)) + len(agent.of_type(CallTurnedAway)) == 100, "every call reported")
    until(lambda: len(agent.of_type(CallEnded)) == len(agent.of_type(IncomingCall)), "their end")
    turned_away = {event.code for event in agent.of_type(CallTurnedAway)}
    assert turned_away == {486} if agent.library.asserts else turned_away <= {486}
    until(lambda: rings(agent), "an ordinary call")


def rings(agent: EngineProcess) -> bool:
    """Whether the next caller rings here, rather than being turned away."""
    with Party(Script(), TARGET) as caller:
        outcome = agent.wait((IncomingCall, CallTurnedAway), lambda event: "Caller One" in event.remote)
        if isinstance(outcome, IncomingCall):
            agent.send(HangUp(outcome.call))
        caller.wait_for_end()
    return isinstance(outcome, IncomingCall)


def request(method: str, number: int, port: int) -> bytes:
    sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 23000 RTP/AVP 0\r\n"
    body = sdp if method == "INVITE" else ""
    lines = [
        f"{method} sip:agent1@127.0.0.1:{PORT} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-flood-{number}",
        f"From: <sip:flood@127.0.0.1>;tag={number}",
        "To: <sip:agent1@127.0.0.1>",
        f"Call-ID: flood-{number}",
        f"CSeq: 1 {method}",
        "Max-Forwards: 70",
        f"Contact: <sip:flood@127.0.0.1:{port}>",
        f"Content-Type: application/sdp\r\nContent-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def test_a_refusal_decided_just_before_the_end_still_goes_out(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.ringing_call()
        agent.send(Respond(call.call, 302, headers=(Header("Contact", "<sip:vm@127.0.0.1>"),)), Shutdown())
        assert caller.wait_for(got(302)).values("Contact") == ["<sip:vm@127.0.0.1>"]
        assert agent.process.wait(5) == 0


def test_whoever_still_rings_at_the_end_is_told_that_nobody_is_here(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        agent.ringing_call()
        agent.send(Shutdown())
        assert caller.wait_for(got(480))
        assert agent.process.wait(5) == 0
