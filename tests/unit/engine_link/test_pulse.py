"""The questions, the answers, and the end."""

from __future__ import annotations

import asyncio

from softphone.engine_link.pulse import Pulse
from softphone.policy.heartbeat import Rhythm

QUICK = Rhythm(interval=0.01, patience=0.05)


async def test_one_that_answers_is_asked_again() -> None:
    asked, ended = asyncio.Semaphore(0), asyncio.Event()

    def ask() -> None:
        asked.release()
        pulse.answered()

    pulse = Pulse(QUICK, ask, ended.set)
    pulse.start()
    async with asyncio.timeout(5):
        for _ in range(10):
            await asked.acquire()
    pulse.stop()
    assert not ended.is_set()


async def test_one_that_does_not_answer_is_ended_once() -> None:
    ended = asyncio.Semaphore(0)
    asked: list[None] = []
    pulse = Pulse(QUICK, lambda: asked.append(None), ended.release)
    pulse.start()
    async with asyncio.timeout(5):
        await ended.acquire()
    assert len(asked) == 1
    await asyncio.sleep(5 * QUICK.interval)
    assert ended.locked(), "not a second time"


async def test_after_the_end_nobody_is_asked() -> None:
    asked: list[None] = []
    pulse = Pulse(QUICK, lambda: asked.append(None), lambda: None)
    pulse.start()
    pulse.stop()
    await asyncio.sleep(5 * QUICK.interval)
    assert asked == []
