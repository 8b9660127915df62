"""Starts the app, sees to it that there is one of it, and ends it cleanly whatever ends it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from softphone.config.paths import DataDirectory
from softphone.config.provisioning_import import take_over
from softphone.errors import NotRunningError, UserFacingError
from softphone.session import control
from softphone.session.status_report import record_report
from ui.app.app import App, run_app
from ui.app.control_client import ControlClient
from ui.app.control_socket import AlreadyRunningError, ControlServer
from ui.app.crash_report import CrashReporter, on_screen
from ui.app.event_loop import AppEventLoop
from ui.shared.core import CorePort
from ui.shared.questions import tell_error
from ui.shared.window_places import WindowPlaces

LOG_LINES = 20
MOST_LOG_LINES = 10_000

OpenCore = Callable[[], Awaitable[CorePort]]


def run(open_core: OpenCore, *, data_dir: Path | None = None, dial: str = "") -> int:
    """The app from start to end; its exit status.

    One app runs for each *data_dir* (None for the user's own). When it runs already it is raised, and
    *dial*, an address to call, is dialled there.
    """
    data = DataDirectory(data_dir)
    try:
        if hand_over(data.control_socket, dial):
            return 0
        application = make_application()
    except UserFacingError as error:
        return _complain(error)
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(application)) as runner:
        return runner.run(_run(open_core, data, dial))


def hand_over(control_socket: str, dial: str) -> bool:
    """Let the running app do it. False when there is none; raises ControlError when it refuses."""
    try:
        with ControlClient(control_socket) as client:
            client.request("raise")
            if dial:
                client.request("dial", dial)
    except NotRunningError:
        return False
    return True


def make_application() -> QApplication:
    """Qt's application object. Raises UserFacingError where Qt would abort the process."""
    no_display = not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and no_display:
        raise UserFacingError("There is no display to show the softphone on (DISPLAY is not set).")
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("softphone")
    application.setApplicationDisplayName("Softphone")
    application.setQuitOnLastWindowClosed(False)
    return application


async def _run(open_core: OpenCore, data: DataDirectory, dial: str) -> int:
    reporter = CrashReporter()
    reporter.install(asyncio.get_running_loop())
    try:
        with ending_on_signals():
            return await _start(open_core, data, dial)
    except asyncio.CancelledError:
        return 0
    finally:
        reporter.uninstall()


async def _start(open_core: OpenCore, data: DataDirectory, dial: str) -> int:
    """Serve until the end; a problem on the way there is told before it ends."""
    try:
        data.ensure()
        async with _open_door(data.control_socket) as door:
            places = WindowPlaces(data.window_places_file)
            while await _serve(open_core, door, dial, places):
                dial = ""  # it was dialled the first time
            return 0
    except AlreadyRunningError:
        return _status_of_hand_over(data.control_socket, dial)
    except UserFacingError as error:
        _complain(error)
        if on_screen():
            await tell_error(str(error))
        return 1


class _Door:
    """The control socket's handler: requests that come before the core is up wait for it."""

    def __init__(self, control_socket: str) -> None:
        self._opened: asyncio.Future[App] = asyncio.get_running_loop().create_future()
        self.server = ControlServer(control_socket, self.answer)

    def open_for(self, app: App) -> None:
        """The app is up."""
        self._opened.set_result(app)
        app.core.session.on_event(self.server.publish)

    def shut(self) -> None:
        """The app starts again: requests wait until it is up."""
        if self._opened.done():
            self._opened = asyncio.get_running_loop().create_future()

    def close(self) -> None:
        """Nobody gets an answer any more."""
        self._opened.cancel()
        self.server.close()
        self.server.deleteLater()

    async def answer(self, verb: str, request: Mapping[str, object]) -> object:
        """What concerns the whole app is answered here, telephony by the table of verbs."""
        app = await asyncio.shield(self._opened)
        if verb == "raise":
            app.main_window.raise_to_front()
        elif verb == "quit":
            app.done.set()
        elif verb == "settings-import":
            done = await take_over(app.core, str(request.get("arg", "")))
            app.core.session.settings_changed()
            return done
        elif verb == "log":
            return [record_report(record) for record in await app.core.call_log.recent(_lines(request))]
        else:
            answer = control.answer(app.core.session, verb, request)
            return await answer if isinstance(answer, Awaitable) else answer
        return None


def _lines(request: Mapping[str, object]) -> int:
    text = str(request.get("arg", "") or LOG_LINES)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_LOG_LINES:
        raise control.UsageError(f"log shows 1 to {MOST_LOG_LINES:,} lines.")
    return int(text)


@contextlib.asynccontextmanager
async def _open_door(control_socket: str) -> AsyncIterator[_Door]:
    door = _Door(control_socket)
    try:
        door.server.listen()
        yield door
    finally:
        door.close()


async def _serve(open_core: OpenCore, door: _Door, dial: str, places: WindowPlaces) -> bool:
    """The app over one core until it is done; whether it is to start again, with what the settings say then."""
    core = await open_core()
    try:
        app = await run_app(core, places)
        gc.freeze()  # what lives now lives for good: no collection walks through it while somebody calls
        try:
            door.open_for(app)
            app.ask_for_missing_password()
            if dial:
                app.dial_when_ready(dial)
            else:
                app.greet()
            await app.done.wait()
        finally:
            door.shut()
            await app.close()
    finally:
        await core.close()
        gc.unfreeze()
    return app.again


@contextlib.contextmanager
def ending_on_signals() -> Iterator[None]:
    """SIGINT and SIGTERM cancel the running task once; everything is then taken down in the usual order."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    once = [task.cancel] if task is not None else []

    def end() -> None:
        if once:
            once.pop()()

    if sys.platform == "win32":  # asyncio has no signal handlers there; Python's own run between Qt's events
        previous = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(end))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _status_of_hand_over(control_socket: str, dial: str) -> int:
    """Another process was a moment faster."""
    try:
        if hand_over(control_socket, dial):
            return 0
    except UserFacingError as error:
        return _complain(error)
    return _complain(UserFacingError("The softphone is being started or ended by another process. Please try again."))


def _complain(error: UserFacingError) -> int:
    print(f"softphone: {error}", file=sys.stderr)  # noqa: T201
    return 1
