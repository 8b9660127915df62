"""Pickup where everybody is registered at a proxy: what goes through it, and what has to go past it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from softphone.model.sip import header_values
from softphone.model.ua_commands import Account, Dial, HangUp, Hold, Refer, Respond
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    DialogKnown,
    HoldConfirmed,
    IncomingCall,
    ReferProgress,
    RegistrationChanged,
)
from tests.integration.engine_process import EngineProcess, engine
from tests.integration.test_engine_replaces import replacing
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from tests.lab.linphone import Linphone
from tests.lab.modern_baresip import ModernBaresip
from tests.lab.ports import free_port

PORT, OTHER = free_port(), free_port()


@pytest.fixture(scope="module")
def server() -> Iterator[Kamailio]:
    with running_kamailio() as running:
        yield running


@pytest.fixture(params=["udp", "tcp"])
def holder(server: Kamailio, request: pytest.FixtureRequest) -> Iterator[EngineProcess]:
    with engine(PORT, account=registered("agent1", server, request.param)) as process:
        process.wait(RegistrationChanged, lambda event: event.code == 200)
        yield process


@pytest.fixture
def picker(server: Kamailio) -> Iterator[EngineProcess]:
    with engine(OTHER, account=registered("agent2", server, "udp")) as process:
        process.wait(RegistrationChanged, lambda event: event.code == 200)
        yield process


def registered(user: str, server: Kamailio, transport: str) -> Account:
    return Account(f"sip:{user}@127.0.0.1", server.registrar(transport), transport, user, PASSWORD)


def held(holder: EngineProcess) -> DialogKnown:
    call = holder.wait(IncomingCall).call
    holder.send(Respond(call, 200))
    holder.wait(CallEstablished)
    holder.send(Hold(call))
    holder.wait(HoldConfirmed)
    return holder.wait(DialogKnown)


def test_the_token_arrives_through_the_proxy(server: Kamailio, holder: EngineProcess, picker: EngineProcess) -> None:
    with ModernBaresip() as customer:
        customer.dial(f"sip:agent1@127.0.0.1:{server.port}")
        known = held(holder)
        holder.send(Refer(known.call, f"sip:agent2@127.0.0.1:{server.port};pickup=T0-ken"))
        incoming = picker.wait(IncomingCall)
        assert ";pickup=T0-ken" in header_values(incoming.headers, "To")[0]
        picker.send(Respond(incoming.call, 200))
        picker.wait(CallEstablished)
        assert holder.wait(ReferProgress, lambda event: event.final).code == 200
        holder.send(HangUp(known.call))
        holder.wait(CallEnded)
        assert picker.of_type(CallEnded) == []


@pytest.mark.parametrize("kind", [ModernBaresip, Linphone])
def test_a_takeover_goes_past_the_proxy_to_the_callers_own_address(
    server: Kamailio, holder: EngineProcess, picker: EngineProcess, kind: type[ModernBaresip | Linphone]
) -> None:
    with kind() as customer:
        customer.dial(f"sip:agent1@127.0.0.1:{server.port}")
        dialog = held(holder).dialog
        assert f"127.0.0.1:{customer.port}" in dialog.remote_target
        picker.send(Dial("p1", dialog.remote_target, replacing(dialog)))
        if kind is ModernBaresip:
            customer.wait_for("CALL_INCOMING")
            customer.answer()
        picker.wait(CallEstablished)
        assert holder.wait(CallEnded).by_remote, "the end of the old call came through the proxy"
        picker.send(HangUp("p1"))
        picker.wait(CallEnded)
