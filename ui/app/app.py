"""The windows of one running core, and what ties them together.

Windows that come up only when they are asked for are imported then: the start does not wait for them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QApplication

from softphone.diagnostics.flight_recorder import FlightRecorder
from softphone.errors import RefusedError, UserFacingError
from softphone.model.call_record import CallRecord
from softphone.model.printable import printable
from softphone.model.view import Notice, NoticeKind, SessionView
from ui.app.main_window import MainWindow
from ui.app.team_requests import TeamRequests
from ui.prompts.call_waiting_prompt import CallWaitingPrompt
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.shared.questions import ask_password, confirm
from ui.shared.signals import SessionSignals
from ui.shared.texts import plain
from ui.shared.window_places import WindowPlaces

if TYPE_CHECKING:
    from ui.settings.settings_window import SettingsWindow

_logger = logging.getLogger(__name__)

LOG_LINES = 100


class App:
    """Main window, prompt and settings over one core.

    *done* is set when the agent wants to leave, *again* before it when the softphone is to start again.
    """

    def __init__(self, core: CorePort, places: WindowPlaces | None = None) -> None:
        self.core, self._places = core, places
        self.done, self.again = asyncio.Event(), False
        self.signals = SessionSignals(core.session)
        self.background = Background()
        self.recorder = FlightRecorder()
        core.session.on_event(self.recorder.note)
        self.prompt = CallWaitingPrompt(core.session)
        self.signals.view_changed.connect(self.prompt.follow)  # before the main window: the caller is painted first
        self.main_window = MainWindow(self.signals, core.numbers, agent_name=self._agent_name)
        self.team = TeamRequests(self.signals, self.background, self.main_window, self._agent_name, time.monotonic)
        self.prompt.anchor = self.main_window
        self.settings: SettingsWindow | None = None
        self._me = self._password_asked_for = ""
        self._reading = self._stale = self._closed = False
        core.call_log.on_change(self.refresh_log)
        self.signals.view_changed.connect(self._call_attention)
        self.main_window.painted.connect(self.prompt.warm_up)
        self.main_window.closed.connect(lambda: self._start(self._leave()))
        self.main_window.settings_wanted.connect(self.open_settings)
        self.main_window.log.details_requested.connect(self.show_details)
        self.main_window.log.story_requested.connect(self.tell_story)
        self.main_window.top.bundle_wanted.connect(self.open_support_bundle)

    def show(self) -> None:
        """Bring the windows up with what is true now."""
        self.main_window.show()
        self.prompt.follow(self.core.session.view)
        self.team.follow(self.core.session.view)
        self.refresh_log()

    def open_settings(self) -> None:
        """One settings window at a time."""
        from ui.settings.settings_window import SettingsWindow

        if self.settings is None:
            try:
                self.settings = SettingsWindow(self.core, self.background, self.main_window, self._places)
            except UserFacingError as error:
                self._tell(str(error))
                return
            self.settings.finished.connect(self._forget_settings)
            self.settings.restart_wanted.connect(lambda: self._start(self._start_again()))
        self.settings.show()
        self.settings.raise_()
        self.settings.activateWindow()

    def greet(self) -> None:
        """On the first start of all: offer to set things up. Calls go on beside it."""
        if self.core.settings_store.untouched:
            from ui.app.demo_process import start_demo
            from ui.app.first_start import FirstStart

            greeting = FirstStart(self.core, self.background, start_demo, self._tell, self.main_window)
            greeting.finished.connect(greeting.deleteLater)
            greeting.show()

    def show_details(self, record: CallRecord) -> None:
        """Why a call of the log went as it did; calls go on meanwhile."""
        from ui.log.call_details import CallDetails

        CallDetails(record, self.core.team.team, self.core.numbers, self.main_window).show()

    def tell_story(self, record: CallRecord) -> None:
        """What went wrong in a call of the log."""
        from softphone.policy.call_story import what_went_wrong
        from ui.log.call_story import CallStory

        noted = self.recorder.of_call(record.call)
        words = what_went_wrong(record, [each.entry for each in noted])
        CallStory(words, [printable(each.line) for each in noted], self.main_window).show()

    def open_support_bundle(self) -> None:
        """Everything a supporter needs to see, to be read before it is saved."""
        self._start(self._open_support_bundle())

    def refresh_log(self) -> None:
        """Read the last calls again; what is told while they are read is read in one go after that."""
        self._stale = True
        if not (self._reading or self._closed):
            self._reading = True
            self._start(self._read_log())

    def open_link(self, address: str) -> None:
        """A sip: or tel: link was clicked in another program.

        Any page can have such links, and can click them itself: who is called is the agent's decision, unless the
        settings say otherwise.
        """
        self.main_window.raise_to_front()
        if self.core.settings_store.load().calls.dial_links:
            self._start(self._dial_when_ready(address))
        else:
            self.main_window.offer_to_dial(address)

    def ask_for_missing_password(self) -> None:
        """A registrar wants a password; when the keyring has none for it, the agent is asked."""
        self._start(self._ask_for_missing_password())

    def account_may_have_changed(self) -> None:
        """Another registrar, or one without TLS, gets no password that was given for the one before."""
        self._start(self._ask_when_account_changed())

    async def close(self) -> None:
        """Take the windows down; the core stays as it is."""
        self._closed = True
        self.signals.close()
        self.team.close()
        await self.background.close()
        for window in (self.prompt, self.settings, self.main_window):
            if window is not None:
                window.hide()
                window.deleteLater()
        self.signals.deleteLater()

    def _start(self, work: Coroutine[object, object, object]) -> None:
        self.background.start(work, lambda: None, self._tell)

    def _tell(self, problem: str) -> None:
        self.signals.notify(Notice(NoticeKind.ERROR, problem))

    def _forget_settings(self) -> None:
        if self.settings is not None:
            self.settings.deleteLater()
            self.settings = None
        self.account_may_have_changed()

    def _call_attention(self, view: SessionView) -> None:
        if view.prompt is not None or self.team.recall.isVisible():
            QApplication.alert(self.main_window)

    def _agent_name(self, login: str) -> str:
        user = self.core.team.team.user(login)
        return "" if login == self._me else (plain(user.name) if user else "") or login

    async def _read_log(self) -> None:
        try:
            self._me = self.core.settings_store.load().agent.login
            while self._stale:
                self._stale = False
                self.main_window.log.show_records(await self.core.call_log.recent(LOG_LINES))
        except UserFacingError as error:
            self._cannot_read_log(error)
        finally:
            self._reading = False

    def _cannot_read_log(self, error: UserFacingError) -> None:
        """The team's database has a quiet sign of its own, and tells when there is something to read again."""
        self.main_window.log.show_unreadable()
        if not self.core.session.view.team.shared:
            raise error
        _logger.info("the call log cannot be read: %s", error)

    async def _open_support_bundle(self) -> None:
        from softphone.diagnostics.support_bundle import parts_of
        from ui.app.bundle_window import BundleWindow
        from ui.app.support import bundle_parts

        data, more = self.core.data, bundle_parts(self.core.session, self.recorder)
        parts = await asyncio.to_thread(parts_of, data.log_directory, data.settings_file, more)
        mask = self.core.settings_store.load().diagnostics.mask_numbers
        BundleWindow(parts, mask=mask, parent=self.main_window).show()

    async def _dial_when_ready(self, target: str) -> None:
        up = asyncio.Event()

        def look(view: SessionView) -> None:
            if view.engine.pid:
                up.set()

        self.signals.view_changed.connect(look)
        look(self.core.session.view)
        try:
            await up.wait()
        finally:
            self.signals.view_changed.disconnect(look)
        self.main_window.dial(target)

    async def _leave(self) -> None:
        """At once when nothing is lost by it."""
        tr, calls = self.main_window.tr, self.core.session.view.calls
        unsaved = self.settings.unsaved if self.settings is not None else ()
        question = [tr("You have calls. Quitting ends them.")] if calls else []
        if unsaved:
            question.append(tr("There are unsaved changes: {where}.").format(where=", ".join(unsaved)))
        yes = tr("End calls and quit") if calls else tr("Discard changes and quit")
        if not question or await confirm(self.main_window, "\n".join(question), yes):
            self.done.set()

    async def _start_again(self) -> None:
        """Never while somebody is on the line; what is unsaved is asked about."""
        tr, view = self.main_window.tr, self.core.session.view
        if view.calls or view.prompt:
            raise RefusedError(tr("You have calls. Restart the softphone when they are over."))
        unsaved = self.settings.unsaved if self.settings is not None else ()
        question = tr("There are unsaved changes: {where}.").format(where=", ".join(unsaved))
        if not unsaved or await confirm(self.main_window, question, tr("Discard changes and restart")):
            self.again = True
            self.done.set()

    async def _ask_when_account_changed(self) -> None:
        if self.core.settings_store.load().account.password_name != self._password_asked_for:
            await self._ask_for_missing_password()

    async def _ask_for_missing_password(self) -> None:
        account = self.core.settings_store.load().account
        self._password_asked_for = account.password_name
        if not account.registrar:
            return
        known = await asyncio.to_thread(self.core.secrets.password, account.password_name)
        if known:
            return
        password = await ask_password(self.main_window, account.sip_uri, lasting=self.core.secrets.lasting)
        if password:
            await asyncio.to_thread(self.core.secrets.set_password, account.password_name, password)
            self.core.session.settings_changed()


async def run_app(core: CorePort, places: WindowPlaces | None = None) -> App:
    """Windows for *core*, on the screen, at the *places* they had. The caller closes first the app, then the core."""
    app = App(core, places)
    app.show()
    return app
