"""Starts the app, sees to it that there is one of it, and ends it cleanly whatever ends it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

from softphone.config.paths import DataDirectory
from softphone.errors import UserFacingError
from ui.app.app import run_app
from ui.app.control_client import hand_over
from ui.app.control_requests import ControlRequests
from ui.app.control_socket import AlreadyRunningError
from ui.app.crash_report import CrashReporter
from ui.app.event_loop import AppEventLoop
from ui.app.qt_application import make_application
from ui.app.start_problem import tell
from ui.shared.core import CorePort
from ui.shared.window_places import WindowPlaces

OpenCore = Callable[[], Awaitable[CorePort]]


def run(open_core: OpenCore, *, data_dir: Path | None = None, link: str = "") -> int:
    """The app from start to end; its exit status. What keeps it from starting, or ends it, is told on the screen.

    One app runs for each *data_dir* (None for the user's own). When another process has become it a moment
    ago, that one is raised, and gets *link*, an address that was clicked in another program.
    """
    data = DataDirectory(data_dir)
    try:
        application = make_application()
        with asyncio.Runner(loop_factory=lambda: AppEventLoop(application)) as runner:
            runner.run(_run(open_core, data, link))
    except AlreadyRunningError:
        return _hand_over(data, link)
    except Exception as error:  # noqa: BLE001 - whoever has started it from a menu sees nothing else
        return tell(error, data.path)
    return 0


async def _run(open_core: OpenCore, data: DataDirectory, link: str) -> None:
    reporter = CrashReporter()
    reporter.install(asyncio.get_running_loop())
    try:
        with ending_on_signals():
            await _start(open_core, data, link)
    except asyncio.CancelledError:
        return
    finally:
        reporter.uninstall()


async def _start(open_core: OpenCore, data: DataDirectory, link: str) -> None:
    data.ensure()
    async with _listening(data.control_socket) as requests:
        places = WindowPlaces(data.window_places_file)
        while await _serve(open_core, requests, link, places):
            link = ""  # it was opened the first time


@contextlib.asynccontextmanager
async def _listening(control_socket: str) -> AsyncIterator[ControlRequests]:
    requests = ControlRequests(control_socket)
    try:
        requests.server.listen()
        yield requests
    finally:
        requests.close()


async def _serve(open_core: OpenCore, requests: ControlRequests, link: str, places: WindowPlaces) -> bool:
    """The app over one core until it is done; whether it is to start again, with what the settings say then."""
    core = await open_core()
    try:
        app = await run_app(core, places)
        gc.freeze()  # what lives now lives for good: no collection walks through it while somebody calls
        gc.enable()
        try:
            requests.open_for(app)
            app.ask_for_missing_password()
            if link:
                app.open_link(link)
            else:
                app.greet()
            await app.done.wait()
        finally:
            requests.shut()
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


def _hand_over(data: DataDirectory, link: str) -> int:
    try:
        if hand_over(data.control_socket, link):
            return 0
        raise UserFacingError("Another process is just starting or ending the softphone. Please try again.")
    except UserFacingError as error:
        return tell(error, data.path)
