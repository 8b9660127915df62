"""A connection to the registrar that is silent, half open or closed: it is noticed, and another one is made."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from softphone.model.ua_commands import Account, Register
from softphone.model.ua_events import RegistrationChanged
from tests.integration.engine_process import EngineProcess, engine
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio, serving, stoppable_kamailio
from tests.lab.ports import free_port
from tests.lab.silent_relay import SilentRelay

PORT = free_port()


@pytest.fixture(scope="module")
def server() -> Iterator[Kamailio]:
    with running_kamailio() as running:
        yield running


@pytest.fixture
def relay(server: Kamailio) -> Iterator[SilentRelay]:
    with SilentRelay(server.address) as made:
        yield made


def registered(agent: EngineProcess, timeout: float = 5.0) -> None:
    agent.wait(RegistrationChanged, lambda event: event.code == 200, timeout)


def account(port: int, user: str = "agent1") -> Account:
    """Each connection that gets through leaves a binding for two minutes, and a user may have two."""
    return Account(f"sip:{user}@127.0.0.1", f"sip:127.0.0.1:{port}", "tcp", user, PASSWORD)


def test_a_silent_connection_is_given_up_and_a_new_one_made(relay: SilentRelay) -> None:
    with engine(PORT, account=account(relay.port)) as agent:
        registered(agent)
        relay.fall_silent()
        agent.send(Register())
        assert agent.wait(RegistrationChanged).reason == "the registrar does not answer"
        relay.speak()
        registered(agent)
        assert relay.connections >= 2


def test_a_silence_that_lasts_ends_soon_after_the_server_is_back(relay: SilentRelay) -> None:
    with engine(PORT, account=account(relay.port, "agent2")) as agent:
        registered(agent)
        relay.fall_silent()
        agent.send(Register())
        for _ in range(2):  # the connection there was, and one that was made in the silence
            assert agent.wait(RegistrationChanged).code == 0
        relay.speak()
        back = time.monotonic()
        registered(agent, 10)
        assert time.monotonic() - back < 6


def test_a_server_that_closes_its_connections_is_asked_again_at_once() -> None:
    with stoppable_kamailio() as (server, processes), engine(PORT, account=account(server.port)) as agent:
        registered(agent)
        processes.close()
        processes.enter_context(serving(server))
        agent.send(Register())
        registered(agent, 10)
