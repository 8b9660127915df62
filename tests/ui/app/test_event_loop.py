"""The app's loop: asyncio's promises kept on Qt's event loop."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from contextlib import suppress
from functools import partial

from PyQt6.QtCore import Qt, QTimer

from tests.ui.conftest import until
from ui.app.event_loop import AppEventLoop


def app_loop() -> AppEventLoop:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, AppEventLoop)
    return loop


def test_a_timer_is_never_early_and_hardly_late(run):
    async def lateness() -> list[float]:
        loop, late = app_loop(), []
        assert loop._scheduler._timer.timerType() is Qt.TimerType.PreciseTimer
        for delay in (0.001, 0.0205, 0.037, 0.1003):
            when = loop.time() + delay
            fired: asyncio.Future[float] = loop.create_future()
            loop.call_at(when, lambda fired: fired.set_result(loop.time()), fired)
            late.append(await fired - when)
        return late

    best = min(run(lateness()) for _ in range(3))
    assert all(late >= 0 for late in best)
    assert min(best) < 0.02


def test_callbacks_run_in_the_order_they_were_asked_for(run):
    async def order() -> list[int]:
        loop = app_loop()
        seen: list[int] = []
        for index in range(50):
            (loop.call_soon_threadsafe if index % 2 else loop.call_soon)(seen.append, index)
        await until(lambda: len(seen) == 50)
        return seen

    assert run(order()) == list(range(50))


def test_deadlines_run_in_their_own_order(run):
    async def order() -> list[str]:
        loop = app_loop()
        seen: list[str] = []
        start = loop.time()
        for name, delay in (("late", 0.03), ("early", 0.01), ("middle", 0.02), ("past", -5)):
            loop.call_at(start + delay, seen.append, name)
        await until(lambda: len(seen) == 4)
        return seen

    assert run(order()) == ["past", "early", "middle", "late"]


def test_a_cancelled_timer_never_fires_and_leaves_nothing(run):
    async def fired() -> list[int]:
        loop = app_loop()
        seen: list[int] = []
        handles = [loop.call_later(0.01 + index / 1000, seen.append, index) for index in range(100)]
        keep = handles.pop(50)
        for handle in handles:
            handle.cancel()
            handle.cancel()
        assert len(loop._scheduler._deadlines) == 2  # this one and the limit of the test
        await until(lambda: seen)
        keep.cancel()
        assert keep.when() <= loop.time()
        return seen

    assert run(fired()) == [50]


def test_a_wait_of_many_years_is_made_of_long_ones(qapp):
    loop = AppEventLoop(qapp)
    seen: list[int] = []
    handle = loop.call_later(1e12, seen.append, 1)
    for _ in range(2):
        assert loop._scheduler._timer.remainingTime() > 3600 * 1000
        loop._scheduler._timer.timeout.emit()
    handle.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert seen == []


def test_qt_gets_its_turn_while_coroutines_keep_each_other_busy(run):
    async def busy_until_qt_timer() -> int:
        rounds, fired = 0, []
        QTimer.singleShot(20, lambda: fired.append(1))
        while not fired:
            await asyncio.sleep(0)
            rounds += 1
        return rounds

    assert run(busy_until_qt_timer()) > 1


def test_work_in_threads_and_calls_from_threads(run):
    async def in_threads() -> tuple[bool, int]:
        elsewhere = await asyncio.to_thread(threading.get_ident)
        called: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(lambda: loop.call_soon_threadsafe(called.set_result, 7))
        return elsewhere != threading.get_ident(), await called

    assert run(in_threads()) == (True, 7)


def test_a_child_process_is_read_and_waited_for(run):
    async def echo() -> bytes:
        child = await asyncio.create_subprocess_exec(
            "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await child.communicate(b"hello")
        assert child.returncode == 0
        return output

    assert run(echo()) == b"hello"


def test_timeouts_and_cancellation_work(run):
    async def timed_out() -> float:
        start = time.monotonic()
        try:
            async with asyncio.timeout(0.05):
                await asyncio.Event().wait()
        except TimeoutError:
            return time.monotonic() - start
        raise AssertionError("no timeout")

    assert run(timed_out()) >= 0.05


def test_nothing_runs_while_the_loop_does_not_and_nothing_is_lost(qapp, qtbot):
    loop = AppEventLoop(qapp)
    seen: list[str] = []

    async def ask() -> None:
        loop.call_later(0.01, seen.append, "timer")
        loop.call_soon(seen.append, "soon")

    loop.run_until_complete(ask())
    at_the_end = list(seen)
    later: list[int] = []
    QTimer.singleShot(20, lambda: later.append(1))
    qtbot.waitUntil(lambda: bool(later))
    assert seen == at_the_end
    loop.run_until_complete(until(lambda: len(seen) == 2))
    loop.close()
    assert sorted(seen) == ["soon", "timer"]


def test_a_reader_is_called_while_there_is_something_and_no_more_when_removed(run):
    async def heard() -> list[bytes]:
        loop, seen = asyncio.get_running_loop(), []
        reader, writer = os.pipe()
        os.set_blocking(reader, False)

        def read() -> None:
            with suppress(BlockingIOError):
                seen.append(os.read(reader, 100))

        loop.add_reader(reader, read)
        for text in (b"one", b"two"):
            os.write(writer, text)
            await until(partial(seen.__contains__, text))
        assert loop.remove_reader(reader)
        assert not loop.remove_reader(reader)
        os.write(writer, b"three")
        turn = loop.create_future()
        loop.call_later(0.01, turn.set_result, None)
        await turn
        for end in (reader, writer):
            os.close(end)
        return seen

    assert run(heard()) == [b"one", b"two"]


def test_what_a_reader_raises_is_reported_as_any_callbacks(run):
    async def reported() -> str:
        loop = asyncio.get_running_loop()
        problems: list[dict[str, object]] = []
        loop.set_exception_handler(lambda _loop, context: problems.append(context))
        reader, writer = os.pipe()

        def fail() -> None:
            loop.remove_reader(reader)
            raise ValueError("broken")

        loop.add_reader(reader, fail)
        os.write(writer, b"x")
        await until(lambda: bool(problems))
        for end in (reader, writer):
            os.close(end)
        return str(problems[0]["exception"])

    assert run(reported()) == "broken"
