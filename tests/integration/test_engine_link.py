"""The supervisor with the real engine: killed, its port taken, under both event loops; with a real registrar."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest
from PyQt6.QtWidgets import QApplication

from softphone.engine_link.launch import engine_argv
from softphone.engine_link.process_user_agent import ProcessUserAgent
from softphone.model.ua_commands import Account, Dial, Start
from softphone.model.ua_events import (
    CallDialing,
    CommandRefused,
    EngineFailed,
    EngineLost,
    EngineReady,
    RegistrationChanged,
    UaEvent,
)
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from ui.app.event_loop import AppEventLoop

PORT = 25300


@pytest.fixture
def kamailio() -> Iterator[Kamailio]:
    with running_kamailio() as server:
        yield server


@pytest.fixture(params=["asyncio", "qt"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[Any, Any, None]], None]:
    """Runs a coroutine on the loop of a command line, or on that of the app."""

    def run_it(work: Coroutine[Any, Any, None]) -> None:
        factory = None
        if request.param == "qt":
            application = request.getfixturevalue("qapp")
            assert isinstance(application, QApplication)
            factory = lambda: AppEventLoop(application)  # noqa: E731
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(asyncio.wait_for(work, 60))

    return run_it


class Heard:
    """What the user agent has told, each with the time it was heard."""

    def __init__(self) -> None:
        self.events: list[tuple[float, UaEvent]] = []
        self._changed = asyncio.Event()

    def __call__(self, event: UaEvent) -> None:
        self.events.append((time.monotonic(), event))
        self._changed.set()

    async def wait(
        self, kind: type[UaEvent], fits: Callable[[Any], bool] = lambda _: True, *, since: float = 0.0
    ) -> tuple[float, Any]:
        while True:
            for at, event in self.events:
                if at >= since and isinstance(event, kind) and fits(event):
                    return at, event
            self._changed.clear()
            await self._changed.wait()


@asynccontextmanager
async def supervised(start: Start) -> AsyncIterator[tuple[ProcessUserAgent, Heard]]:
    agent, heard = ProcessUserAgent(engine_argv()), Heard()
    await agent.start(start, heard)
    try:
        yield agent, heard
    finally:
        await agent.stop()
        assert not [child for child in psutil.Process().children() if child.name() != "kamailio"]


def registered(event: RegistrationChanged) -> bool:
    return event.code == 200 and event.expires_seconds > 0


def test_killed_it_is_noticed_at_once_and_registers_again(
    run: Callable[[Coroutine[Any, Any, None]], None], kamailio: Kamailio
) -> None:
    async def story() -> None:
        account = Account("sip:agent1@127.0.0.1", kamailio.registrar("udp"), "udp", "agent1", PASSWORD)
        async with supervised(Start(account, bind="127.0.0.1", port=PORT)) as (agent, heard):
            _, ready = await heard.wait(EngineReady)
            await heard.wait(RegistrationChanged, registered)
            killed = time.monotonic()
            os.kill(ready.pid, signal.SIGKILL)
            told, lost = await heard.wait(EngineLost)
            ready_again, second = await heard.wait(EngineReady, lambda event: event.pid != ready.pid)
            registered_again, _ = await heard.wait(RegistrationChanged, registered, since=killed)
            assert lost.exit_code == -signal.SIGKILL
            assert told - killed < 0.1
            assert second.addresses == ready.addresses
            assert agent.restarts == 1
            for what, at in (("told", told), ("ready again", ready_again), ("registered again", registered_again)):
                print(f"kill -9: {what} after {(at - killed) * 1000:.1f} ms")  # noqa: T201 - shown by pytest -s

    run(story())


def test_a_port_in_use_is_told_and_tried_again_until_it_is_free(
    run: Callable[[Coroutine[Any, Any, None]], None],
) -> None:
    async def story() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", PORT))
            async with supervised(Start(Account("sip:agent1@127.0.0.1"), bind="127.0.0.1", port=PORT)) as (_, heard):
                _, failure = await heard.wait(EngineFailed)
                assert failure.problem == "port-in-use"
                other.close()
                await heard.wait(EngineReady)
                assert not [event for _, event in heard.events if isinstance(event, EngineLost)]

    run(story())


def test_what_the_engine_refuses_comes_back_in_words(run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    async def story() -> None:
        async with supervised(Start(Account("sip:agent1@127.0.0.1"), bind="127.0.0.1", port=PORT)) as (agent, heard):
            await heard.wait(EngineReady)
            agent.send(Dial("c1", "sip:nobody@127.0.0.1\r\nEvil: 1"))
            _, refused = await heard.wait(CommandRefused)
            assert (refused.command, refused.call) == (Dial, "c1")
            agent.send(Dial("c2", f"sip:nobody@127.0.0.1:{PORT + 2}"))
            _, dialing = await heard.wait(CallDialing)
            assert dialing.call == "c2"

    run(story())


async def test_it_ends_politely_in_well_under_its_time() -> None:
    async with supervised(Start(Account("sip:agent1@127.0.0.1"), bind="127.0.0.1", port=PORT)) as (agent, heard):
        _, ready = await heard.wait(EngineReady)
        engine = psutil.Process(ready.pid)
        await agent.stop()
        assert not engine.is_running()
    assert not [event for _, event in heard.events if isinstance(event, EngineLost)]
