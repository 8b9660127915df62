"""Coroutines started by clicks: kept alive, reported when they fail, awaited at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from softphone.errors import UserFacingError


class Background:
    """Runs coroutines for the windows and delivers their outcome on the GUI thread."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(
        self, work: Coroutine[object, object, object], done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """Run *work*, then *done*; a problem a person can read goes to *failed*, any other is a bug."""
        task = asyncio.get_running_loop().create_task(_supervise(work, done, failed))
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    async def close(self) -> None:
        """Let what was started come to its end: a save is never cut off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        for task in self._tasks:
            task.cancel()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            task.get_loop().call_exception_handler({"message": "a window's work failed", "exception": error})


async def _supervise(
    work: Coroutine[object, object, object], done: Callable[[], None], failed: Callable[[str], None]
) -> None:
    try:
        await work
    except UserFacingError as error:
        failed(str(error))
    else:
        done()
