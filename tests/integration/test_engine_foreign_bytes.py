"""Headers that are not UTF-8, as old telephone systems send them, and callbacks that fail all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from softphone.model.sip import NameAddr
from softphone.model.ua_commands import Account, Dial, Register, Respond
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    CallProgress,
    IncomingCall,
    RegistrationChanged,
)
from tests.integration.engine_process import EngineProcess, engine, start_of
from tests.lab.ports import free_port
from tests.lab.raw_sip import RawCaller
from tests.lab.sip_message import got, was_asked

PORT = free_port()
TARGET = ("127.0.0.1", PORT)
LATIN_1 = "Andr\udce9"  # the byte E9, as every header here that is not UTF-8


@pytest.fixture
def agent() -> Iterator[EngineProcess]:
    with engine(PORT) as process:
        yield process


@pytest.mark.parametrize(("sent", "shown"), [(LATIN_1, "André"), ("André", "André"), ("\udcff", "ÿ")])
def test_a_name_is_read_as_well_as_it_can_be(agent: EngineProcess, sent: str, shown: str) -> None:
    with RawCaller(TARGET, name=sent, headers=(f"Subject: {sent}",)) as caller:
        caller.invite()
        call = agent.ringing_call()
        caller.wait_for(got(180))
        assert NameAddr.parse(call.remote).name == shown
        agent.send(Respond(call.call, 486))
        caller.wait_for(got(486))
        caller.ack()
    assert agent.wait(CallEnded).call == call.call


def test_foreign_bytes_in_every_header_take_no_place_for_good(agent: EngineProcess) -> None:
    headers = tuple(f"X-Byte-{byte}: a{bytes([byte]).decode(errors='surrogateescape')}b" for byte in range(0x80, 0x100))
    for _ in range(6):  # more than there are places
        with RawCaller(
            TARGET, name="\udcff", headers=(*headers[::9], "P-Asserted-Identity: \udcff <sip:a@b>")
        ) as caller:
            caller.invite()
            call = agent.ringing_call()
            caller.wait_for(got(180))
            caller.cancel()
            caller.wait_for(got(487))
            caller.ack()
        assert agent.wait(CallEnded).call == call.call


def test_four_at_once_leave_every_place_free(agent: EngineProcess) -> None:
    with ExitStack() as stack:
        callers = [stack.enter_context(RawCaller(TARGET, name="\udcff")) for _ in range(4)]
        for caller in callers:
            caller.invite()
        calls = [agent.ringing_call() for _ in callers]
        for call in calls:
            agent.send(Respond(call.call, 480))
        for caller in callers:
            caller.wait_for(got(480))
            caller.ack()
        for _ in calls:
            agent.wait(CallEnded)
    with RawCaller(TARGET) as one_more:
        one_more.invite()
        call = agent.ringing_call()
        agent.send(Respond(call.call, 200))
        one_more.wait_for(got(200))
        one_more.ack()
        agent.wait(CallEstablished)
        one_more.bye()
        one_more.wait_for(got(200, "BYE"))


def test_a_refusal_with_a_foreign_reason_ends_our_call(agent: EngineProcess) -> None:
    with RawCaller(TARGET) as callee:
        for number in range(5):  # more than there are places
            agent.send(Dial(f"o{number}", f"sip:somebody@127.0.0.1:{callee.port}"))
            agent.wait(CallDialing)
            invite = callee.wait_for(was_asked("INVITE"), count=number + 1)
            callee.respond(invite, 180, reason="\udcc7a sonne")
            assert agent.wait(CallProgress).reason == "Ça sonne"
            callee.respond(invite, 486, reason="Occup\udce9")
            ended = agent.wait(CallEnded)
            assert (ended.call, ended.code, ended.reason) == (f"o{number}", 486, "Occupé")


def test_a_registrar_with_a_foreign_reason_ends_nothing() -> None:
    with RawCaller(TARGET) as registrar:
        account = Account("sip:agent1@example.com", f"sip:127.0.0.1:{registrar.port}")
        with engine(PORT, account=account) as agent:
            registrar.respond(registrar.wait_for(was_asked("REGISTER")), 403, reason="Acc\udce8s refus\udce9")
            assert agent.wait(RegistrationChanged) == RegistrationChanged(403, "Accès refusé", 0)
            agent.send(Register())
            registrar.respond(registrar.wait_for(was_asked("REGISTER"), count=2), 500, reason="\udcff")
            assert agent.wait(RegistrationChanged) == RegistrationChanged(500, "ÿ", 0)


@pytest.fixture
def failing() -> Iterator[EngineProcess]:
    process = EngineProcess("tests.fakes.failing_engine")
    try:
        process.start(start_of(PORT))
        yield process
    finally:
        code = process.close()
    assert code == 0, list(process.errors)


def test_a_caller_who_cannot_be_announced_gets_500(failing: EngineProcess) -> None:
    for _ in range(6):  # more than there are places
        with RawCaller(TARGET, headers=("X-Fail: announce",)) as caller:
            caller.invite()
            caller.wait_for(got(500))
            caller.ack()
    assert failing.of_type(IncomingCall) == []
    assert any("made to fail" in line for line in failing.errors)
    with RawCaller(TARGET) as caller:
        caller.invite()
        call = failing.ringing_call()
        failing.send(Respond(call.call, 486))
        caller.wait_for(got(486))
        caller.ack()


def test_a_caller_whose_callback_fails_while_it_rings_gets_500(failing: EngineProcess) -> None:
    with RawCaller(TARGET, headers=("X-Fail: later",)) as caller:
        caller.invite()
        call = failing.wait(IncomingCall)
        caller.wait_for(got(500))
        caller.ack()
        ended = failing.wait(CallEnded)
        assert (ended.call, ended.code) == (call.call, 500)
    assert any("made to fail later" in line for line in failing.errors)
