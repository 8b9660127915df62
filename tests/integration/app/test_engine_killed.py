"""``kill -9`` of the engine in the middle of a call: the window stays, the agent is told, the next call works."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.lab.app import Status
from tests.lab.desk import Desk, open_desk
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from tests.lab.ports import free_port
from tests.lab.provisioning import Provisioning


@pytest.fixture(scope="module")
def kamailio() -> Iterator[Kamailio]:
    with running_kamailio() as server:
        yield server


@pytest.fixture
def desk(kamailio: Kamailio) -> Iterator[Desk]:
    account = Provisioning(free_port(), registrar=kamailio.registrar("udp"), password=PASSWORD)
    with open_desk(account, proxy=kamailio.address) as desk, desk:
        yield desk


def test_the_window_stays_the_agent_is_told_and_the_next_call_works(
    desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    engine = desk.app.engine_pid
    with desk.app.events() as events:
        killed = time.monotonic()
        os.kill(engine, signal.SIGKILL)
        for event, what in (
            ("EngineLost", "noticed"),
            ("EngineReady", "engine back"),
            ("RegistrationChanged", "registered"),
        ):
            seconds = events.wait_for(event)["at"] - killed
            record_property(f"engine killed, {what} after", f"{seconds * 1000:.0f} ms")
        status = desk.app.wait_for(lambda s: s["registration"] == "registered" and not s["calls"], "all is well again")
        events.wait_for("notice")
    assert not status["prompt"]["visible"], "nothing is offered that is gone"
    assert status["engine"]["restarts"] == 1
    assert status["engine"]["pid"] not in (0, engine)
    assert desk.app.process.poll() is None
    assert desk.logged(first)["outcome"] == "lost"
    assert desk.logged(second)["outcome"] == "lost"
    desk.first_call(user="+15550102244")


def registered_after(restarts: int, status: Status) -> bool:
    return bool(status["engine"]["restarts"] == restarts and status["registration"] == "registered")


def test_it_comes_back_again_and_again(desk: Desk) -> None:
    for restarts in (1, 2):
        os.kill(desk.app.engine_pid, signal.SIGKILL)
        desk.app.wait_for(
            partial(registered_after, restarts),
            "registered again",
            15,
        )
