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
from tests.lab.waiting import until


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


def test_one_that_hangs_is_ended_the_call_is_offered_to_be_called_back_and_the_next_one_works(
    desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    first = desk.first_call()
    engine = desk.app.engine_pid
    with desk.app.events() as events:
        stopped = time.monotonic()
        os.kill(engine, signal.SIGSTOP)
        seconds = events.wait_for("EngineLost", 30)["at"] - stopped
        record_property("engine hangs, noticed after", f"{seconds:.1f} s")
        assert events.wait_for("notice")["text"].endswith("broke off.")
        events.wait_for("RegistrationChanged")
    assert desk.app.engine_pid != engine
    assert desk.logged(first)["outcome"] == "lost"
    desk.first_call(user="+15550102244")


def test_a_crash_is_kept_with_where_its_threads_were(desk: Desk) -> None:
    logs = desk.app.data / "logs"
    os.kill(desk.app.engine_pid, signal.SIGSEGV)
    (report,) = until(lambda: list(logs.glob("engine-*.txt")), "a crash report")
    text = report.read_text()
    assert "signal 11 (SIGSEGV)" in text
    assert "most recent call first" in text
    assert "engine.py" in text
    assert PASSWORD not in text
    desk.app.wait_for(lambda s: s["engine"]["restarts"] == 1 and s["registration"] == "registered", "all is well", 15)
    desk.app.restart()
    left = [file.name for file in logs.glob("stacks-*")]
    assert left == [f"stacks-{desk.app.engine_pid}"], "an engine that has ended leaves nothing but its report"
