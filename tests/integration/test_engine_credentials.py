"""Who gets a digest of our password: the registrar's realm, in every request of a call that came from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from softphone.model.ua_commands import Account, Dial, HangUp, Hold, Refer, Respond
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    HoldConfirmed,
    HoldRefused,
    IncomingCall,
    ReferRefused,
    RegistrationChanged,
)
from tests.integration.engine_process import EngineProcess, engine
from tests.lab.moody_registrar import REALM, REFUSING, WELL, MoodyRegistrar
from tests.lab.ports import free_port
from tests.lab.raw_sip import RawCaller
from tests.lab.sip_message import Match, Seen, SipMessage, got, was_asked

PORT = free_port()
STRANGE = "stranger.example"


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def registered_at(
    server: MoodyRegistrar, people: ExitStack, realms: tuple[str, ...] = (), from_anywhere: bool = False
) -> EngineProcess:
    account = Account("sip:agent1@127.0.0.1", server.address, "udp", "agent1", "sesame", realms=realms)
    account = replace(account, accept_from_anywhere=from_anywhere)
    agent = people.enter_context(engine(PORT, account=account))
    assert agent.wait(RegistrationChanged).code == 200
    return agent


def call_of(people: ExitStack, agent: EngineProcess) -> tuple[RawCaller, str]:
    """A caller from 127.0.0.1, answered."""
    caller = people.enter_context(RawCaller(("127.0.0.1", PORT), dialled="+15551230001"))
    caller.invite()
    call = agent.wait(IncomingCall).call
    agent.send(Respond(call, 200))
    caller.wait_for(got(200))
    caller.ack()
    agent.wait(CallEstablished)
    return caller, call


def challenge(caller: RawCaller, method: str, realm: str) -> None:
    asked = caller.wait_for(was_asked(method))
    header = f'Proxy-Authenticate: Digest realm="{realm}", nonce="from-the-wire", algorithm=MD5, qop="auth"'
    caller.respond(asked, 407, "", "Proxy Authentication Required", header)


def with_credentials(method: str, realm: str) -> Match:
    def match(seen: Seen) -> bool:
        return was_asked(method)(seen) and f'realm="{realm}"' in seen.message.header("Proxy-Authorization")

    return match


def digests(caller: RawCaller) -> list[SipMessage]:
    return [seen.message for seen in caller.wire if seen.message.header("Proxy-Authorization")]


def test_a_hold_a_transfer_and_the_end_of_a_call_from_the_registrar_have_credentials(people: ExitStack) -> None:
    server = people.enter_context(MoodyRegistrar())
    agent = registered_at(server, people)
    caller, call = call_of(people, agent)
    agent.send(Hold(call))
    challenge(caller, "INVITE", REALM)
    caller.respond(caller.wait_for(with_credentials("INVITE", REALM)), 200, "recvonly")
    agent.wait(HoldConfirmed)
    agent.send(Refer(call, "sip:agent2@127.0.0.1"))
    challenge(caller, "REFER", REALM)
    caller.respond(caller.wait_for(with_credentials("REFER", REALM)), 603)
    assert agent.wait(ReferRefused).code == 603
    agent.send(HangUp(call))
    challenge(caller, "BYE", REALM)
    caller.respond(caller.wait_for(with_credentials("BYE", REALM)), 200)
    agent.wait(CallEnded)


def test_another_realm_gets_nothing_unless_it_is_set(people: ExitStack) -> None:
    server = people.enter_context(MoodyRegistrar())
    agent = registered_at(server, people)
    caller, call = call_of(people, agent)
    agent.send(Hold(call))
    challenge(caller, "INVITE", STRANGE)
    assert agent.wait(HoldRefused).code == 407
    assert digests(caller) == []


def test_a_realm_that_is_set_gets_credentials(people: ExitStack) -> None:
    server = people.enter_context(MoodyRegistrar())
    agent = registered_at(server, people, (STRANGE,))
    caller, call = call_of(people, agent)
    agent.send(Hold(call))
    challenge(caller, "INVITE", STRANGE)
    caller.respond(caller.wait_for(with_credentials("INVITE", STRANGE)), 200, "recvonly")
    agent.wait(HoldConfirmed)


def test_a_caller_past_the_registrar_gets_nothing_for_its_realm_either(people: ExitStack) -> None:
    server = people.enter_context(MoodyRegistrar("127.0.0.2"))
    agent = registered_at(server, people, from_anywhere=True)
    caller, call = call_of(people, agent)
    agent.send(Hold(call))
    challenge(caller, "INVITE", REALM)
    assert agent.wait(HoldRefused).code == 407
    assert digests(caller) == []


def test_a_callee_who_challenges_gets_nothing(people: ExitStack) -> None:
    server = people.enter_context(MoodyRegistrar("127.0.0.2"))
    agent = registered_at(server, people)
    callee = people.enter_context(RawCaller(("127.0.0.1", PORT)))
    agent.send(Dial("out", f"sip:callee@127.0.0.1:{callee.port}"))
    challenge(callee, "INVITE", REALM)
    assert agent.wait(CallEnded).code == 407
    assert digests(callee) == []


def test_a_registrar_with_another_realm_than_before_is_answered_at_once(people: ExitStack) -> None:
    server = people.enter_context(MoodyRegistrar())
    server.mood = replace(WELL, realm="old.example")
    registered_at(server, people)
    tries = [asked.credentials for asked in server.tries]
    assert len(tries) == 1
    assert 'realm="old.example"' in tries[0]


def test_a_wrong_password_is_not_tried_without_end(people: ExitStack) -> None:
    server = people.enter_context(MoodyRegistrar())
    server.mood = REFUSING
    account = Account("sip:agent1@127.0.0.1", server.address, "udp", "agent1", "wrong")
    agent = people.enter_context(engine(PORT, account=account))
    assert agent.wait(RegistrationChanged).code == 401
    assert len(server.tries) <= 3, "PJSIP answers as many new challenges in a row"
