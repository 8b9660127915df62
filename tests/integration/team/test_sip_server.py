"""docs/team/kamailio.cfg does what docs/team.md says of it; the agents' engines are its phones here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from softphone.demo.team.sip_server import SipServer, running_sip_server
from softphone.model.sip import Header, header_values
from softphone.model.ua_commands import Account, Dial, HangUp, Refer, Respond
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    IncomingCall,
    ReferAccepted,
    ReferProgress,
    RegistrationChanged,
)
from tests.integration.engine_process import EngineProcess, engine
from tests.lab.baresip import Baresip
from tests.lab.ports import free_port
from tests.lab.sip_message import asked, got, was_asked
from tests.lab.sipp import Party, Script

PAGE = Path(__file__).parents[3] / "docs" / "team"
Agents = tuple[EngineProcess, ...]
DIRECT, QUEUE = "+15551230001", "+15551230010"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SipServer]:
    with running_sip_server(tmp_path_factory.mktemp("kamailio"), PAGE, iter(free_port, None)) as running:
        yield running


@pytest.fixture(scope="module")
def agents(server: SipServer) -> Iterator[tuple[EngineProcess, ...]]:
    """agent1 by TLS, agent2 by UDP, agent3 by TCP."""
    with ExitStack() as stack:
        yield tuple(
            stack.enter_context(registered(server, number, transport))
            for number, transport in ((1, "tls"), (2, "udp"), (3, "tcp"))
        )


@contextmanager
def registered(server: SipServer, number: int, transport: str = "udp") -> Iterator[EngineProcess]:
    login, port = f"agent{number}", server.tls_port if transport == "tls" else server.port
    own = f"sip:{login}@127.0.0.1:{server.port}"
    account = Account(own, f"sip:127.0.0.1:{port}", transport, login, f"change-me-{number}", "off", 120)
    with engine(free_port(), account=account, ca_file=str(server.ca)) as phone:
        phone.wait(RegistrationChanged, lambda event: event.code == 200)
        yield phone


@pytest.fixture
def box(server: SipServer) -> Iterator[Party]:
    with Party(Script("answerer", user="voicemail"), port=server.voicemail_port) as party:
        yield party


def customer(server: SipServer, number: str = DIRECT, **script: Any) -> Party:
    return Party(Script(dialled=number, **script), server.address)


def talking(phone: EngineProcess) -> IncomingCall:
    """The next call of this agent is answered."""
    call = phone.wait(IncomingCall)
    phone.send(Respond(call.call, 200))
    phone.wait(CallEstablished, lambda event: event.call == call.call)
    return call


def header(call: IncomingCall, name: str) -> str:
    return next((known.value for known in call.headers if known.name.lower() == name.lower()), "")


def test_a_direct_line_leads_to_its_agent_with_the_number_that_was_dialled(server: SipServer, agents: Agents) -> None:
    with customer(server) as caller:
        call = talking(agents[0])
        assert DIRECT in header(call, "P-Called-Party-ID")
        agents[0].send(HangUp(call.call))
        caller.wait_for_end()


def test_the_queue_rings_at_every_agent_and_the_first_has_the_caller(server: SipServer, agents: Agents) -> None:
    with customer(server, QUEUE) as caller:
        calls = [agent.wait(IncomingCall) for agent in agents]
        assert all(QUEUE in header(call, "P-Called-Party-ID") for call in calls)
        agents[0].send(Respond(calls[0].call, 486))
        agents[2].send(Respond(calls[2].call, 200))
        caller.wait_for(asked("ACK"))
        agents[1].wait(CallEnded)
        caller.hang_up()
        caller.wait_for_end()


def test_a_caller_to_the_queue_cannot_pass_for_one_on_the_direct_line(server: SipServer, agents: Agents) -> None:
    forged = (f"X-Tracking-Number: {DIRECT}", f"P-Called-Party-ID: <sip:{DIRECT}@127.0.0.1>")
    with customer(server, QUEUE, headers=forged) as caller:
        calls = [agent.wait(IncomingCall) for agent in agents]
        for call in calls:
            assert header_values(call.headers, "P-Called-Party-ID") == (f"<sip:{QUEUE}@127.0.0.1>",)
            assert header_values(call.headers, "X-Tracking-Number") == ()
        agents[0].send(Respond(calls[0].call, 200))
        caller.wait_for(asked("ACK"))
        for agent in agents[1:]:
            agent.wait(CallEnded)
        caller.hang_up()
        caller.wait_for_end()
        agents[0].wait(CallEnded)


def test_a_queue_where_all_are_busy_ends_at_the_voicemail_box(server: SipServer, agents: Agents, box: Party) -> None:
    with customer(server, QUEUE) as caller:
        for agent in agents:
            agent.send(Respond(agent.wait(IncomingCall).call, 486))
        assert "reason=unavailable" in box.wait_for(was_asked("INVITE")).header("Diversion")
        caller.wait_for(asked("ACK"))


def test_the_softphone_sends_a_caller_to_the_box(server: SipServer, agents: Agents, box: Party) -> None:
    with customer(server) as caller:
        call = agents[0].wait(IncomingCall)
        headers = (
            Header("Contact", f"<sip:voicemail@127.0.0.1:{server.port}>"),
            Header("Diversion", "<sip:agent1@127.0.0.1>;reason=deflection"),
        )
        agents[0].send(Respond(call.call, 302, headers=headers))
        assert "reason=deflection" in box.wait_for(was_asked("INVITE")).header("Diversion")
        caller.wait_for(asked("ACK"))


@pytest.mark.parametrize("picker", [1, 2], ids=["udp", "tcp"])
def test_a_caller_is_handed_over_by_refer_and_the_token_arrives_in_to(
    server: SipServer, agents: Agents, picker: int
) -> None:
    with Baresip() as caller:
        caller.dial(f"sip:{DIRECT}@127.0.0.1:{server.port}")
        first = talking(agents[0])
        agents[0].send(Refer(first.call, f"sip:agent{picker + 1}@127.0.0.1:{server.port};pickup=f00d"))
        agents[0].wait(ReferAccepted)
        second = talking(agents[picker])
        assert ";pickup=f00d" in header(second, "To").partition(">")[0]
        assert agents[0].wait(ReferProgress, lambda event: event.code == 200).final
        agents[0].send(HangUp(first.call))
        agents[0].wait(CallEnded, lambda event: event.call == first.call)
        agents[picker].send(HangUp(second.call))
        caller.wait_for("CALL_CLOSED", count=2)


def test_sipp_is_handed_over_too(server: SipServer, agents: Agents) -> None:
    with customer(server) as caller:
        first = talking(agents[0])
        agents[0].send(Refer(first.call, f"sip:agent2@127.0.0.1:{server.port};pickup=f00d"))
        second = talking(agents[1])
        assert agents[0].wait(ReferProgress, lambda event: event.code == 200).final
        agents[0].send(HangUp(first.call))
        agents[0].wait(CallEnded, lambda event: event.call == first.call)
        agents[1].send(HangUp(second.call))
        agents[1].wait(CallEnded, lambda event: event.call == second.call)
        caller.wait_for_end()


@pytest.mark.parametrize("answer", [480, 486, 603])
def test_a_pickup_that_fails_never_reaches_the_voicemail_box(
    server: SipServer, agents: Agents, box: Party, answer: int
) -> None:
    with customer(server) as caller:
        first = talking(agents[0])
        agents[0].send(Refer(first.call, f"sip:agent2@127.0.0.1:{server.port};pickup=f00d"))
        agents[1].send(Respond(agents[1].wait(IncomingCall).call, answer))
        agents[0].wait(ReferProgress, lambda event: event.final and event.code >= 400)
        assert not box.wire
        agents[0].send(HangUp(first.call))
        caller.wait_for_end()


def test_a_pickup_by_somebody_who_is_gone_fails_at_once(server: SipServer, agents: Agents, box: Party) -> None:
    with customer(server) as caller:
        first = talking(agents[0])
        agents[0].send(Refer(first.call, f"sip:agent4@127.0.0.1:{server.port};pickup=f00d"))
        agents[0].wait(ReferProgress, lambda event: event.final and event.code >= 400)
        assert not box.wire
        agents[0].send(HangUp(first.call))
        caller.wait_for_end()


def test_an_agent_calls_a_colleague_and_has_to_say_who_they_are(server: SipServer, agents: Agents) -> None:
    agents[0].send(Dial("to-two", f"sip:agent2@127.0.0.1:{server.port}"))
    agents[0].wait(CallDialing)
    talking(agents[1])
    agents[0].send(HangUp("to-two"))
    agents[1].wait(CallEnded)
    with customer(server, "agent2", user="agent1") as stranger:
        stranger.wait_for(got(407))
