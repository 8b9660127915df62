"""Tasks of the event loop that are asked for more often than they need to run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from softphone.errors import UserFacingError

_log = logging.getLogger(__name__)

CANCEL_AGAIN_SECONDS = 0.5


async def cancelled(task: asyncio.Task[None] | None) -> None:
    """End a task and wait until it has; some libraries swallow a cancellation now and then, so it is repeated."""
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_AGAIN_SECONDS)


class CoalescingTask:
    """One thing to do in a task of its own: never twice at a time, and once more when asked for meanwhile."""

    def __init__(self, work: Callable[[], Awaitable[object]], name: str) -> None:
        self._work = work
        self._name = name
        self._asked = False
        self._task: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Have it done soon, what is known now included."""
        self._asked = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name=self._name)

    async def finish(self) -> None:
        """Wait until everything asked for is done."""
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Stop, in the middle if need be."""
        self._asked = False
        await cancelled(self._task)

    async def _run(self) -> None:
        while self._asked:
            self._asked = False
            try:
                await self._work()
            except UserFacingError as error:
                _log.info("%s: %s", self._name, error)
            except Exception:  # noqa: BLE001 - the next time may go well
                _log.exception("%s", self._name)


class Throttle:
    """Passes the first of many requests on at once, and those that follow soon after it together."""

    def __init__(self, tell: Callable[[], None], quiet_seconds: float) -> None:
        self._tell = tell
        self._quiet_seconds = quiet_seconds
        self._again = False
        self._timer: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Tell, now or soon."""
        if self._timer is None:
            self._pass_on()
        else:
            self._again = True

    def close(self) -> None:
        """Tell nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _pass_on(self) -> None:
        self._again = False
        self._timer = asyncio.get_running_loop().call_later(self._quiet_seconds, self._look)
        self._tell()

    def _look(self) -> None:
        self._timer = None
        if self._again:
            self._pass_on()
