"""asyncio on Qt's event loop, with timers one can rely on.

qasync starts one coarse Qt timer per callback: up to 50 ms late, sometimes early, alive after
``cancel()``, and silently wrong above 2**31 ms. Here one precise Qt timer serves a heap of
deadlines that are compared with the monotonic clock, and callbacks without delay run in the order
they were asked for, a batch per Qt event, so that Qt's own events always get their turn.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

import qasync
from PyQt6.QtCore import QCoreApplication, QEvent, QObject, QSocketNotifier, Qt, QTimer
from PyQt6.sip import voidptr

LONGEST_WAIT_MS = 24 * 3600 * 1000  # Qt counts in int32 milliseconds; longer waits are made of several
WORKER_THREADS = 4


class _Timer(asyncio.TimerHandle):
    """A deadline; *pending* until it is ready to run or was cancelled."""

    pending = True


class _Scheduler(QObject):
    """The ready queue and the heap of deadlines of one loop."""

    _WAKE = QEvent.Type(QEvent.registerEventType())

    def __init__(self, time: Callable[[], float]) -> None:
        super().__init__()
        self._time = time
        self._ready: deque[asyncio.Handle] = deque()
        self._deadlines: list[tuple[float, int, _Timer]] = []
        self._sequence = 0
        self._cancelled = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)

    def add(self, handle: asyncio.Handle) -> None:
        """Run *handle* soon; callable from any thread."""
        self._ready.append(handle)
        QCoreApplication.postEvent(self, QEvent(self._WAKE))

    def add_timer(self, handle: _Timer) -> None:
        """Run *handle* once its time has come, never earlier."""
        self._sequence += 1
        heapq.heappush(self._deadlines, (handle.when(), self._sequence, handle))
        if self._deadlines[0][2] is handle:
            self._set_timer()

    def forget(self, handle: _Timer) -> None:
        """*handle* is being cancelled; such are dropped when first in line, or when they are the larger half."""
        if not handle.pending:
            return
        handle.pending = False
        self._cancelled += 1
        if self._cancelled * 2 > len(self._deadlines):
            self._deadlines = [entry for entry in self._deadlines if entry[2].pending]
            heapq.heapify(self._deadlines)
            self._cancelled = 0
        self._set_timer()

    def resume(self) -> None:
        """The loop runs (again): what became ready meanwhile gets its wake-ups."""
        QCoreApplication.removePostedEvents(self)
        for _ in self._ready:
            QCoreApplication.postEvent(self, QEvent(self._WAKE))

    def close(self) -> None:
        """Drop everything; nothing runs any more."""
        self._timer.stop()
        self._ready.clear()
        self._deadlines.clear()
        QCoreApplication.removePostedEvents(self)

    def event(self, event: QEvent | None) -> bool:
        """Run one ready handle per wake-up that was posted; Qt delivers some when the loop has stopped already."""
        if event is None or event.type() != self._WAKE:
            return super().event(event)
        if self._ready and asyncio._get_running_loop() is not None:
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()
        return True

    def _on_timeout(self) -> None:
        now = self._time()
        while self._deadlines and self._deadlines[0][0] <= now:
            self._pop()
        self._set_timer()

    def _pop(self) -> None:
        """Take the first one out; it becomes ready unless it was cancelled."""
        handle = heapq.heappop(self._deadlines)[2]
        if handle.pending:
            handle.pending = False
            self.add(handle)
        else:
            self._cancelled -= 1

    def _set_timer(self) -> None:
        while self._deadlines and not self._deadlines[0][2].pending:
            self._pop()
        if not self._deadlines:
            self._timer.stop()
            return
        wait_ms = math.ceil((self._deadlines[0][0] - self._time()) * 1000)
        self._timer.start(min(max(0, wait_ms), LONGEST_WAIT_MS))


class AppEventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """The loop the app runs on: qasync's sockets and subprocesses, our own timers and queue."""

    def __init__(self, app: QCoreApplication) -> None:
        self._scheduler = _Scheduler(self.time)
        self._notifiers: dict[int, QSocketNotifier] = {}
        super().__init__(app)
        self.set_default_executor(ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="app-worker"))

    def run_forever(self) -> None:
        """Run until ``stop()``."""
        self._scheduler.resume()
        super().run_forever()

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Run *callback* after what is already asked for."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._scheduler.add(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """The same from any thread: both the queue and Qt's postEvent allow it."""
        return self.call_soon(callback, *args, context=context)

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run *callback* in *delay* seconds, never earlier."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run *callback* once ``time()`` is *when* or later, never earlier."""
        self._check_closed()
        handle = _Timer(when, callback, args, self, context)
        self._scheduler.add_timer(handle)
        return handle

    def add_reader(self, fd: int, callback: Callable[..., object], *args: Any) -> None:
        """Call *callback* when the descriptor *fd* can be read, in turn with everything else that is to run soon.

        qasync's own way takes more than twice as long. Straight from the notifier would be faster still, but under GLib
        Qt then paints the other windows before one that was just opened.
        """
        self._check_closed()
        self.remove_reader(fd)
        notifier = self._notifiers[fd] = QSocketNotifier(voidptr(fd), QSocketNotifier.Type.Read)

        def run() -> None:
            if self._notifiers.get(fd) is notifier:
                try:
                    callback(*args)
                finally:
                    if self._notifiers.get(fd) is notifier:
                        notifier.setEnabled(True)

        def ready(*_: object) -> None:
            notifier.setEnabled(False)  # until its turn has come, or it would ask for one again and again
            self.call_soon(run)

        notifier.activated.connect(ready)

    def remove_reader(self, fd: int) -> bool:
        """Watch *fd* no more; False when nobody did."""
        notifier = self._notifiers.pop(fd, None)
        if notifier is None:
            return False
        notifier.setEnabled(False)
        notifier.deleteLater()
        return True

    def close(self) -> None:
        """Release everything the loop holds."""
        for fd in tuple(self._notifiers):
            self.remove_reader(fd)
        super().close()
        self._scheduler.close()

    def _timer_handle_cancelled(self, handle: _Timer) -> None:
        self._scheduler.forget(handle)

    def _add_callback(self, handle: asyncio.Handle, _delay: float = 0) -> asyncio.Handle:
        self._scheduler.add(handle)
        return handle
