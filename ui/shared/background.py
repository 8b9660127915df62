"""Coroutines started by clicks: kept alive, reported when they fail, awaited at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from PyQt6 import sip
from PyQt6.QtCore import QObject

from softphone.errors import UserFacingError

SAVE_SECONDS = 5.0
Work = Coroutine[object, object, object]


class Background:
    """Runs coroutines for the windows and delivers their outcome on the GUI thread."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._saves: set[asyncio.Task[None]] = set()

    def start(self, work: Work, done: Callable[[], None], failed: Callable[[str], None]) -> None:
        """Run *work*, then *done*; a problem a person can read goes to *failed*, any other is a bug."""
        self._run(work, done, failed)

    def save(self, work: Work, done: Callable[[], None], failed: Callable[[str], None]) -> None:
        """The same for work that is not cut off when the app ends."""
        self._saves.add(self._run(work, done, failed))

    @property
    def busy(self) -> bool:
        """Whether anything goes on."""
        return bool(self._tasks)

    async def close(self) -> None:
        """Cancel what goes on, but let saves come to their end."""
        for task in self._tasks - self._saves:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SAVE_SECONDS)

    def _run(self, work: Work, done: Callable[[], None], failed: Callable[[str], None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(_supervise(work, done, failed))
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        task.add_done_callback(lambda _: work.close())  # for the one that is cancelled before its first step
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._saves.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            task.get_loop().call_exception_handler({"message": "a window's work failed", "exception": error})


def while_there(window: QObject, slot: Callable[..., None]) -> Callable[..., None]:
    """*slot* for work that may outlive *window*: it is called only while there is one."""
    return lambda *arguments: None if sip.isdeleted(window) else slot(*arguments)


async def _supervise(work: Work, done: Callable[[], None], failed: Callable[[str], None]) -> None:
    try:
        await work
    except UserFacingError as error:
        failed(str(error))
    else:
        done()
