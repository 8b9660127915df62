from __future__ import annotations

import asyncio

from softphone.errors import UserFacingError
from softphone.storage.connection.background_tasks import CoalescingTask, Throttle


async def test_it_is_never_done_twice_at_a_time_and_once_more_when_asked_meanwhile() -> None:
    running, most, done = 0, 0, 0

    async def work() -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        done += 1
        if done == 1:
            raise UserFacingError("not this time")

    task = CoalescingTask(work, "work")
    task.ask()
    await asyncio.sleep(0)
    for _ in range(5):
        task.ask()
    await task.finish()
    assert (most, done) == (1, 2)


async def test_the_first_is_passed_on_at_once_and_the_rest_together() -> None:
    told = 0
    again = asyncio.Event()

    def tell() -> None:
        nonlocal told
        told += 1
        if told == 2:
            again.set()

    throttle = Throttle(tell, 0.02)
    for _ in range(5):
        throttle.ask()
    assert told == 1
    await asyncio.wait_for(again.wait(), 5)
    throttle.close()
    assert told == 2
