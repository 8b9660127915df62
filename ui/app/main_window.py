"""The agent's window: a picture of the session and the wishes an agent can have."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QKeySequence, QPaintEvent, QShortcut, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QMainWindow, QPushButton, QTabWidget, QVBoxLayout, QWidget

from softphone.model.actions import (
    Action,
    CallAction,
    PressKeys,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
    SetStatus,
)
from softphone.model.view import RegistrationStatus, SessionView
from softphone.ports import NumberPlan
from ui.app.log_page import LogPage
from ui.calls.call_list import CallList
from ui.calls.held_calls import HeldCallList
from ui.log.call_log import CallLogList
from ui.shared import texts
from ui.shared.signals import SessionSignals
from ui.team.team_list import TeamList
from ui.widgets.banner import Banner
from ui.widgets.dial_field import DialField
from ui.widgets.dialpad import Dialpad, digit_of
from ui.widgets.labels import PlainLabel
from ui.widgets.notice_bar import NoticeBar
from ui.widgets.status_icon import StatusKind
from ui.widgets.team_health_label import TeamHealthLabel
from ui.widgets.top_bar import TopBar

TICK_MS = 250
MINIMUM_WIDTH = 360


class MainWindow(QMainWindow):
    """Shows each SessionView it is given. While the prompt is up only typing, the keypad and mute are left."""

    closed = pyqtSignal()
    painted = pyqtSignal()  # its first picture is on the screen
    settings_wanted = pyqtSignal()

    def __init__(
        self,
        signals: SessionSignals,
        numbers: NumberPlan,
        now: Callable[[], float] = time.monotonic,
        agent_name: Callable[[str], str] = str,
    ) -> None:
        """*agent_name* is what to call the agent of a login; nothing for oneself."""
        super().__init__()
        self._signals, self._phone, self._now = signals, signals.phone, now
        self._view = signals.phone.view
        self._painted = False
        self.setWindowTitle(self.tr("Softphone"))
        self.setMinimumWidth(MINIMUM_WIDTH)
        self._build()
        self._build_tabs(numbers, agent_name)
        self._lay_out()
        self._add_shortcuts()
        signals.view_changed.connect(self.follow)
        signals.noticed.connect(self.notices.add)
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._tick)
        self.follow(self._view)
        self.resize(400, 600)

    def follow(self, view: SessionView) -> None:
        """Show this picture."""
        self._view = view
        self.top.show_status(view.agent_status)
        self.top.show_registration(view.registration)
        self.problem.set_text(self._problem(view))
        self.queued.setText(self._queue_words(view.queued))
        self.queued.setVisible(view.queued > 0)
        locked = view.prompt is not None
        self.calls.show_calls(view, locked=locked, now=self._now())
        self._show_team(view, locked=locked)
        self.call_button.setEnabled(view.can(RequestDial("", "")) and not locked)
        self.top.setEnabled(not locked)

    def raise_to_front(self) -> None:
        """Come up, also from minimised; what a second start asks for."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def dial(self, target: str) -> None:
        """Call somebody; a refusal becomes a notice and leaves what was typed."""
        if self._signals.attempt(lambda: self._phone.dial(target)) and self.number.text().strip() == target:
            self.number.clear()

    def offer_to_dial(self, address: str) -> None:
        """Put an address into the field; Enter calls it. What was typed there comes back with Ctrl+Z."""
        self._focus_number()
        self.number.insert(texts.plain(address))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Closing is asking the app to end; it does so when it has cleaned up."""
        if event is not None:
            event.ignore()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Digits typed anywhere but in a field are keypad presses."""
        digit = digit_of(event) if event is not None else ""
        if digit:
            self._press(digit)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint, and say once that it has been painted."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def showEvent(self, event: QShowEvent | None) -> None:
        """The clocks run while somebody can see them."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """No clock runs for nobody."""
        super().hideEvent(event)
        self._clock.stop()

    def _build(self) -> None:
        self.top = TopBar()
        self.top.status_chosen.connect(lambda status: self._act(SetStatus(status)))
        self.top.settings_wanted.connect(self.settings_wanted)
        self.problem = Banner(StatusKind.BAD)
        self.notices = NoticeBar()
        self.notices.call_back.connect(self.dial)
        self.number = DialField()
        self.number.setPlaceholderText(self.tr("number, name or sip: address"))
        self.number.setClearButtonEnabled(True)
        self.number.setAccessibleName(self.tr("Number, name or SIP address to call"))
        self.number.returnPressed.connect(self._dial_typed)
        self.call_button = QPushButton(self.tr("&Call"))
        self.call_button.clicked.connect(self._dial_typed)
        self.queued = PlainLabel(faint=True)
        self.calls = CallList()
        self.calls.action.connect(self._act)
        self.calls.mute_toggled.connect(self._mute)
        self.sign = TeamHealthLabel()

    def _build_tabs(self, numbers: NumberPlan, agent_name: Callable[[str], str]) -> None:
        self.keypad = Dialpad()
        self.keypad.pressed.connect(self._press)
        self.held = HeldCallList()
        self.held.resume_wanted.connect(lambda call: self._act(RequestResume(call)))
        self.held.left_downwards.connect(self._focus_finished)
        self.log = CallLogList(numbers, agent_name)
        self.log.dial_requested.connect(self.dial)
        self.log_page = LogPage(self.held, self.log)
        self.team = TeamList()
        self.team.dial_requested.connect(self.dial)
        self.tabs = QTabWidget()
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.addTab(self.keypad, self.tr("&Keypad"))
        self.tabs.addTab(self.log_page, "")
        self.tabs.addTab(self.team, self.tr("&Team"))

    def _lay_out(self) -> None:
        dialling = QHBoxLayout()
        dialling.addWidget(self.number, 1)
        dialling.addWidget(self.call_button)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(12, 10, 12, 12)
        rows.setSpacing(8)
        rows.addWidget(self.top)
        rows.addWidget(self.problem)
        rows.addWidget(self.notices)
        rows.addLayout(dialling)
        rows.addWidget(self.queued)
        rows.addWidget(self.calls)
        rows.addWidget(self.tabs, 1)
        rows.addWidget(self.sign)
        self.setCentralWidget(body)
        self.number.setFocus()

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+M", self._toggle_mute),
            ("Ctrl+D", self._focus_number),
            ("Ctrl+K", self._focus_keypad),
            ("Ctrl+L", self._focus_log),
            ("Ctrl+T", self._focus_team),
            ("Ctrl+H", self._toggle_hold),
            ("Ctrl+Shift+H", self._hold_for_anyone),
            ("Ctrl+Shift+T", self._transfer),
            ("Ctrl+E", self._hang_up),
            ("Ctrl+,", self.settings_wanted.emit),
            ("Ctrl+Q", self.closed.emit),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(slot)

    def _tick(self) -> None:
        for clocks in (self.calls, self.held, self.team):
            clocks.tick(self._now())

    def _show_team(self, view: SessionView, *, locked: bool) -> None:
        count, now = len(view.held_calls), self._now()
        title = self.tr("Call &log")
        self.tabs.setTabText(self.tabs.indexOf(self.log_page), f"{title} ({count})" if count else title)
        offline = self.tr("Picking up needs the team's database, which cannot be reached.")
        problem = "" if view.team.online else offline
        self.held.show_held(view, problem=problem, locked=locked, now=now)
        self.team.show_colleagues(view, locked=locked, now=now)
        self.sign.show_health(view.team)

    def _problem(self, view: SessionView) -> str:
        failed = view.registration.status is RegistrationStatus.FAILED
        registration = view.registration.text or self.tr("Registration failed") if failed else ""
        parts = (view.engine.problem, registration, view.sound.note)
        return "\n".join(texts.plain(part) for part in parts if part)

    def _queue_words(self, count: int) -> str:
        return self.tr("1 caller queued") if count == 1 else self.tr("{count} callers queued").format(count=count)

    def _act(self, action: Action) -> None:
        if self._view.prompt is None:
            self._signals.attempt(lambda: self._phone.act(action))

    def _mute(self, muted: bool) -> None:
        self._signals.attempt(lambda: self._phone.mute(muted))
        self.follow(self._phone.view)  # a refused click must not leave the button pressed

    def _toggle_mute(self) -> None:
        self._mute(not self._view.muted)

    def _dial_typed(self) -> None:
        target = self.number.text().strip()
        if target and self._view.prompt is None:
            self.dial(target)

    def _press(self, digit: str) -> None:
        if call := self._call_for(PressKeys):
            self._signals.attempt(lambda: self._phone.act(PressKeys(call, digit)))
        else:
            self.number.insert(digit)

    def _toggle_hold(self) -> None:
        if call := self._call_for(RequestHold):
            self._act(RequestHold(call))
        elif call := self._call_for(RequestResume):
            self._act(RequestResume(call))

    def _hold_for_anyone(self) -> None:
        if call := self._call_for(RequestHoldForAnyone):
            self._act(RequestHoldForAnyone(call))

    def _transfer(self) -> None:
        if call := self._call_for(RequestTransfer):
            self.calls.transfer_wanted.emit(call)

    def _hang_up(self) -> None:
        current = self._view.current  # a caller on hold is hung up on by their own button only
        if current is not None and self._view.can(action := RequestHangUp(current.id)):
            self._act(action)

    def _focus_number(self) -> None:
        self.number.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.number.selectAll()

    def _focus_keypad(self) -> None:
        self.tabs.setCurrentWidget(self.keypad)
        self.keypad.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_log(self) -> None:
        self.tabs.setCurrentWidget(self.log_page)
        if not self.held.focus_first():
            self.log.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_finished(self) -> None:
        self.log.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _focus_team(self) -> None:
        self.tabs.setCurrentWidget(self.team)
        self.team.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _call_for(self, action: Callable[[str], CallAction]) -> str:
        """The call *action* is possible with, the current one before others; empty when there is none."""
        current = (self._view.current,) if self._view.current is not None else ()
        return next((call.id for call in (*current, *self._view.calls) if self._view.can(action(call.id))), "")
