"""Windows over a fake phone, and coroutines on the app's own loop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QTimer
from PyQt6.QtWidgets import QApplication

from tests.conftest import assert_nothing_left
from tests.fakes.phone import FakeCore, FakePhone
from ui.app.event_loop import AppEventLoop


class FakeTime:
    """``time.monotonic`` that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def now() -> FakeTime:
    return FakeTime()


@pytest.fixture
def phone() -> FakePhone:
    return FakePhone()


@pytest.fixture
def core(phone: FakePhone) -> FakeCore:
    return FakeCore(session=phone)


@pytest.fixture
def run(qapp: QApplication) -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """Runs a coroutine to its end on the app's loop, for at most 20 seconds."""
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(qapp)) as runner:
        yield lambda work: runner.run(asyncio.wait_for(work, 20))


@pytest.fixture(autouse=True)
def no_timer_left_running(qapp: QApplication) -> Iterator[None]:
    """What a test has put on Qt's list of things to delete goes with it; then no timer of its runs any more."""
    before = active_timers()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert_nothing_left({active_timers: before})


def active_timers() -> set[object]:
    """The running timers Python knows of."""
    timers = [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer)]  # type(): proxies may be dead
    return {id(timer) for timer in timers if not sip.isdeleted(timer) and timer.isActive()}


async def until(condition: Callable[[], object]) -> None:
    """Wait for *condition* on the loop; the runner's own limit ends a wait that is in vain."""
    while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.005)
