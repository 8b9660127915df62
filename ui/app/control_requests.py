"""What is asked of the running app by its control socket, and who answers it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping

from softphone.config.provisioning_import import take_over
from softphone.session.control import verbs as control
from softphone.session.control.report import record_report
from ui.app.app import App
from ui.app.control_socket import ControlServer
from ui.app.support import bundle_parts

SUPPORT_VERB = "support"

LOG_LINES = 20
MOST_LOG_LINES = 10_000


class ControlRequests:
    """Answers what comes by the control socket; requests that come before the core is up wait for it."""

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
        elif verb == "open-link":
            app.open_link(str(request.get("arg", "")))
        elif verb == "quit":
            app.done.set()
        elif verb == "settings-import":
            done = await take_over(app.core, str(request.get("arg", "")))
            app.core.session.settings_changed()
            app.account_may_have_changed()
            return done
        elif verb == SUPPORT_VERB:
            parts = bundle_parts(app.core.session, app.recorder)
            return [[part.name, part.text] for part in parts]
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
