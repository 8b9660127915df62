"""Who may ring: callers from several addresses of the loopback network, and a registrar on one of them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

import psutil
import pytest

from softphone.model.ua_commands import Account, Dial, HangUp, Register, Respond, SetAccount, Start
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CommandRefused,
    EngineReady,
    IncomingCall,
    RegistrationChanged,
    RequestsTurnedAway,
    TurnedAwaySource,
)
from tests.integration.engine_process import EngineProcess, engine
from tests.integration.engine_sipp import EngineParty, EngineScript
from tests.lab.ports import free_port
from tests.lab.raw_sip import RawCaller
from tests.lab.sip_message import got, was_asked
from tests.lab.sipp import Party, Script
from tests.lab.tls import Authority, TlsFront
from tests.lab.waiting import until

PORT = free_port()
TARGET = ("127.0.0.1", PORT)
PASSWORD = "sesame-3f9c"
STRANGER = "127.0.0.66"
SECOND_STRANGER = "127.0.0.67"
OWN_ADDRESS = "127.0.0.9"
OVER_TCP = EngineScript(file="engine_registrar", password=PASSWORD, tcp=True, calls=9)


@pytest.fixture(scope="module")
def registrar() -> Iterator[Party]:
    with EngineParty(EngineScript(file="engine_registrar", password=PASSWORD, calls=1000)) as server:
        yield server


@pytest.fixture
def agent(registrar: Party) -> Iterator[EngineProcess]:
    """Registered at 127.0.0.1; callers from there are the registrar's."""
    with engine(PORT, account=account(registrar.port)) as process:
        process.wait(RegistrationChanged, lambda event: event.code == 200)
        yield process


def account(port: int, host: str = "127.0.0.1", anywhere: bool = False) -> Account:
    return Account(
        "sip:agent1@example.com", f"sip:{host}:{port}", "udp", "agent1", PASSWORD, accept_from_anywhere=anywhere
    )


def use(agent: EngineProcess, other: Account) -> None:
    agent.send(SetAccount(other), HangUp("nothing"))
    agent.wait(CommandRefused, lambda event: event.command is HangUp)


def ring(agent: EngineProcess, caller: RawCaller) -> IncomingCall:
    caller.invite()
    call = agent.ringing_call()
    caller.wait_for(got(180))
    return call


def refuse(agent: EngineProcess, call: IncomingCall, caller: RawCaller) -> None:
    agent.send(Respond(call.call, 480))
    caller.wait_for(got(480))
    caller.ack()
    agent.wait(CallEnded, lambda event: event.call == call.call)


def test_a_stranger_rings_nowhere_and_is_counted(agent: EngineProcess) -> None:
    with RawCaller(TARGET, host=STRANGER) as stranger, RawCaller(TARGET) as customer:
        stranger.invite()
        assert agent.wait(RequestsTurnedAway).sources == (TurnedAwaySource(STRANGER, "udp", 1),)
        refuse(agent, ring(agent, customer), customer)
        assert len(agent.of_type(IncomingCall)) == 1
        assert not stranger.count(lambda seen: not seen.sent), "an answer would tell that somebody is here"


def test_the_setting_opens_the_phone_at_once(agent: EngineProcess, registrar: Party) -> None:
    use(agent, account(registrar.port, anywhere=True))
    with RawCaller(TARGET, host=STRANGER) as stranger, RawCaller(TARGET) as customer:
        call = ring(agent, stranger)
        assert not call.trusted
        refuse(agent, call, stranger)
        call = ring(agent, customer)
        assert call.trusted
        refuse(agent, call, customer)
    use(agent, account(registrar.port))
    with RawCaller(TARGET, host=STRANGER) as stranger:
        stranger.invite()
        agent.wait(RequestsTurnedAway)


def test_without_a_registrar_anybody_may_call() -> None:
    with engine(PORT) as agent, RawCaller(TARGET, host=STRANGER) as caller:
        call = ring(agent, caller)
        assert call.trusted
        refuse(agent, call, caller)


def test_a_registrar_known_by_its_name(registrar: Party) -> None:
    with engine(PORT, account=account(registrar.port, "localhost")) as agent, RawCaller(TARGET) as customer:
        agent.wait(RegistrationChanged, lambda event: event.code == 200)
        refuse(agent, ring(agent, customer), customer)


@pytest.mark.parametrize("method", ["OPTIONS", "MESSAGE", "SUBSCRIBE", "NOTIFY", "REFER", "INFO", "UPDATE", "PRACK"])
def test_a_stranger_gets_no_answer_to_anything(agent: EngineProcess, method: str) -> None:
    with RawCaller(TARGET, host=STRANGER) as stranger:
        stranger.stray(method)
        agent.wait(RequestsTurnedAway)
        assert not stranger.count(lambda seen: not seen.sent)


def test_an_ack_without_tag_ends_nothing() -> None:
    """The wheel's own assertion would end the process, and with it the call."""
    with engine(PORT) as agent, RawCaller(TARGET) as customer, RawCaller(TARGET, host=STRANGER) as stranger:
        call = ring(agent, customer)
        agent.send(Respond(call.call, 200))
        customer.wait_for(got(200))
        customer.ack()
        agent.wait(CallEstablished)
        stranger.invite()
        agent.wait(IncomingCall)
        for _ in range(20):
            stranger.stray("ACK")
        agent.wait(RequestsTurnedAway)
        customer.bye()
        customer.wait_for(got(200, "BYE"))


def test_a_second_to_header_is_no_tag() -> None:
    with engine(PORT) as agent, RawCaller(TARGET, headers=("To: <sip:agent1@127.0.0.1>;tag=1",)) as stranger:
        stranger.invite()
        stranger.stray("ACK", "To: <sip:agent1@127.0.0.1>;tag=1")
        agent.wait(RequestsTurnedAway)
        agent.send(Register())
        agent.wait(CommandRefused)


def test_only_the_caller_can_cancel() -> None:
    with engine(PORT) as agent, RawCaller(TARGET) as caller:
        call = ring(agent, caller)
        with RawCaller(TARGET, host=STRANGER, port=caller.port) as stranger:
            caller.cancel(through=stranger)
            agent.wait(RequestsTurnedAway)
        assert agent.of_type(CallEnded) == []
        caller.cancel()
        caller.wait_for(got(487))
        caller.ack()
        assert agent.wait(CallEnded).call == call.call


def test_another_caller_cannot_cancel_either() -> None:
    with engine(PORT) as agent, RawCaller(TARGET) as caller, RawCaller(TARGET, host=STRANGER) as other:
        call, second = ring(agent, caller), ring(agent, other)
        caller.cancel(through=other)
        agent.wait(RequestsTurnedAway)
        other.cancel()
        other.wait_for(got(487))
        other.ack()
        assert agent.wait(CallEnded).call == second.call
        refuse(agent, call, caller)


def test_a_flood_of_strangers_takes_no_place_and_no_memory(agent: EngineProcess) -> None:
    process = psutil.Process(agent.process.pid)

    def flood(stranger: RawCaller, count: int) -> None:
        for _ in range(count):
            stranger.another()
            stranger.invite()
        turned_away = agent.wait(RequestsTurnedAway, lambda event: event.total >= count // 2, timeout=15)
        assert turned_away.sources[0].address == STRANGER

    with RawCaller(TARGET, host=STRANGER) as stranger:
        flood(stranger, 100)
        before = process.memory_info().rss
        flood(stranger, 3000)
        with Party(Script(), TARGET) as customer:
            agent.send(HangUp(agent.ringing_call().call))
            customer.wait_for_end()
        assert process.memory_info().rss - before < 4_000_000
    assert len(agent.of_type(IncomingCall)) == 1


def test_strangers_at_an_open_phone_leave_places_to_the_registrars_callers(registrar: Party) -> None:
    with engine(PORT, account=account(registrar.port, anywhere=True)) as agent, ExitStack() as stack:
        agent.wait(RegistrationChanged, lambda event: event.code == 200)
        places = agent.library.call_limit // 4
        strangers = [
            stack.enter_context(RawCaller(TARGET, host=f"127.0.0.{100 + number}")) for number in range(places + 4)
        ]
        for stranger in strangers:
            stranger.invite()
        for stranger in strangers[places:]:
            stranger.wait_for(got(486))
            stranger.ack()
        assert len(agent.of_type(IncomingCall)) == places
        customer = stack.enter_context(RawCaller(TARGET))
        agent.events.clear()
        customer.invite()
        assert agent.wait(IncomingCall, lambda event: event.trusted)
        for call in agent.of_type(IncomingCall):
            agent.send(HangUp(call.call))


def test_one_stranger_cannot_ring_again_and_again(registrar: Party) -> None:
    with (
        engine(PORT, account=account(registrar.port, anywhere=True)) as agent,
        RawCaller(TARGET, host=STRANGER) as stranger,
    ):
        agent.wait(RegistrationChanged, lambda event: event.code == 200)
        for _ in range(5):
            call = ring(agent, stranger)
            refuse(agent, call, stranger)
            stranger.another()
        stranger.invite()
        stranger.wait_for(got(486))
        stranger.ack()
        with RawCaller(TARGET, host=SECOND_STRANGER) as other:
            refuse(agent, ring(agent, other), other)


def has_come(due: float) -> bool:
    return time.monotonic() >= due


def test_fifteen_callers_a_second_through_one_registrar_all_ring(agent: EngineProcess) -> None:
    with ExitStack() as stack:
        callers = [stack.enter_context(RawCaller(TARGET)) for _ in range(45)]
        began = time.monotonic()
        for number, caller in enumerate(callers):
            until(partial(has_come, began + number / 15), f"the turn of caller {number}")
            refuse(agent, ring(agent, caller), caller)
    assert len(agent.of_type(IncomingCall)) == 45
    assert agent.of_type(RequestsTurnedAway) == []


def test_requests_within_a_call_come_from_wherever_the_other_side_is(agent: EngineProcess) -> None:
    """A call past the proxy: we dialled an address the registrar does not serve, and its BYE comes from there."""
    with RawCaller(TARGET, host=STRANGER) as callee:
        agent.send(Dial("o1", f"sip:friend@{STRANGER}:{callee.port}"))
        callee.respond(callee.wait_for(was_asked("INVITE")), 200, "sendrecv")
        agent.wait(CallEstablished)
        callee.bye()
        callee.wait_for(got(200, "BYE"))
        assert agent.wait(CallEnded).by_remote


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority")).make()


@contextmanager
def in_a_network(account: Account, ca_file: str = "") -> Iterator[EngineProcess]:
    """Registered, and listening on an address of its own: what it has on 127.0.0.1 is for this machine only."""
    process = EngineProcess()
    try:
        process.start(Start(account, bind=OWN_ADDRESS, port=PORT, ca_file=ca_file))
        process.wait(RegistrationChanged, lambda event: event.code == 200)
        yield process
    finally:
        code = process.close()
    assert code == 0, list(process.errors)


def open_to_the_network(agent: EngineProcess) -> set[str]:
    """Every socket that takes something from other machines; media has none while nobody talks."""
    sockets = psutil.Process(agent.process.pid).net_connections("inet")
    outside = [each for each in sockets if each.laddr.ip != "127.0.0.1" and not each.raddr]
    return {f"{'udp' if each.type == socket.SOCK_DGRAM else 'tcp'}:{each.laddr.port}" for each in outside}


def test_over_tls_nothing_else_is_open_unless_anybody_may_call(authority: Authority) -> None:
    with EngineParty(OVER_TCP) as server, TlsFront(authority, server.port) as front:
        over_tls = replace(account(front.port), transport="tls")
        with in_a_network(over_tls, ca_file=str(authority.ca_file)) as agent:
            (listens,) = agent.of_type(EngineReady)[0].addresses
            alone = {f"tcp:{listens.rpartition(':')[2]}"}
            assert listens.startswith("tls:")
            assert open_to_the_network(agent) == alone
            use(agent, replace(over_tls, accept_from_anywhere=True))
            assert open_to_the_network(agent) == alone | {f"udp:{PORT}", f"tcp:{PORT}"}
            use(agent, over_tls)
            until(lambda: open_to_the_network(agent) == alone, "the others are closed again")


def test_over_tcp_no_udp_port_is_open() -> None:
    with EngineParty(OVER_TCP) as server, in_a_network(replace(account(server.port), transport="tcp")) as agent:
        assert open_to_the_network(agent) == {f"tcp:{PORT}"}


def test_a_datagram_with_the_registrars_address_rings_nowhere_over_tcp() -> None:
    """Anybody can write any address into a datagram; and the socket for wake-ups is one."""
    with EngineParty(OVER_TCP) as server, in_a_network(replace(account(server.port), transport="tcp")) as agent:
        sockets = psutil.Process(agent.process.pid).net_connections("udp")
        wakes_at = next(each.laddr for each in sockets if each.laddr.ip == "127.0.0.1" and not each.raddr)
        with RawCaller((wakes_at.ip, wakes_at.port)) as forger:
            forger.invite()
            assert agent.wait(RequestsTurnedAway).sources == (TurnedAwaySource("127.0.0.1", "udp", 1),)
        assert agent.of_type(IncomingCall) == []
