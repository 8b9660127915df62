"""Nobody picks up a caller this agent holds: the agent is asked to care.

As polite as the call-waiting prompt: a top-level window of its own that is opened with ``open()`` and not
activated, no default button, keys dead at first. What ends it is the call, or somebody who picks the caller up.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from softphone.errors import UserFacingError
from softphone.model.actions import Action, AnswerRecall, RequestHangUp, RequestResume
from softphone.model.view import CallStatus, CallView, SessionView
from ui.prompts.accent import Accent
from ui.prompts.choice_button import ChoiceButton
from ui.prompts.early_keys import EarlyKeyFilter
from ui.prompts.pick_up_choice import current_call
from ui.shared import texts
from ui.shared.core import PhonePort
from ui.widgets.banner import Banner
from ui.widgets.labels import ElidedLabel, PlainLabel
from ui.widgets.status_icon import StatusKind

TICK_MS = 250
LEAST_WIDTH = 420


def recalled(view: SessionView) -> CallView | None:
    """The caller to ask about: nobody is asked who is talking, or being asked about another caller."""
    if view.prompt is not None or current_call(view) is not None:
        return None
    forgotten = [call for call in view.calls if call.recall and not call.claimed_by and call.status is CallStatus.HELD]
    return min(forgotten, key=lambda call: call.since, default=None)


class RecallPrompt(QDialog):
    """Resume, leave on hold, or hang up. One object follows every change."""

    def __init__(
        self, phone: PhonePort, anchor: QWidget | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        flags = Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint
        super().__init__(None, Qt.WindowType.Dialog | flags | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # no button has the focus until Tab gives it to one
        self._phone, self._now = phone, now
        self.anchor = anchor  # the window on whose screen it comes up
        self._call: CallView | None = None
        self._dead = EarlyKeyFilter(self, now)
        self._build()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self.tick)

    def call_id(self) -> str:
        """The call the buttons are about, empty while the prompt is down."""
        return self._call.id if self._call else ""

    def follow(self, view: SessionView) -> None:
        """Come up, change, or go."""
        before, self._call = self.call_id(), recalled(view)
        if self._call is None:
            self.hide()
            return
        if self._call.id != before:
            self._dead.start()
            self.problem.set_text("")
            self.setFocus()
        self._render(self._call, view)
        if not self.isVisible():
            self._come_up()

    def tick(self) -> None:
        """Move the clock on."""
        if self._call is not None:
            self.held.setText(texts.nobody_picks_up(self._now() - self._call.since))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """There is no closing without an answer: the caller is still there."""
        if event is not None:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Neither Escape nor Enter mean anything here."""

    def showEvent(self, event: QShowEvent | None) -> None:
        """The clock runs while somebody can see it."""
        super().showEvent(event)
        self._clock.start()
        window = self.windowHandle()
        if window is not None and QGuiApplication.platformName() == "xcb":
            window.setModality(Qt.WindowModality.NonModal)  # Qt on X11 activates every modal window that it maps

    def hideEvent(self, event: QHideEvent | None) -> None:
        """No clock runs for nobody."""
        super().hideEvent(event)
        self._clock.stop()

    def _build(self) -> None:
        self.caller = ElidedLabel(scale=1.9, bold=True)
        self.detail = ElidedLabel()
        self.held = PlainLabel()
        self.note = PlainLabel()
        self.note.wrap()
        self.problem = Banner(StatusKind.BAD)
        self.resume = self._button("Ctrl+1", self.tr("Resume"), RequestResume)
        self.leave = self._button("Ctrl+2", self.tr("Leave on hold"), AnswerRecall)
        self.hang_up = self._button("Ctrl+3", self.tr("Hang up"), RequestHangUp)
        self._dead.guard(self, self.resume, self.leave, self.hang_up)
        line = QHBoxLayout()
        line.setSpacing(10)
        for button in (self.resume, self.leave, self.hang_up):
            line.addWidget(button, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(6)
        rows.addWidget(Accent())
        rows.addWidget(PlainLabel(self.tr("Still on hold for anyone"), bold=True))
        for widget in (self.caller, self.detail, self.held, self.note):
            rows.addWidget(widget)
        rows.addSpacing(6)
        rows.addLayout(line)
        rows.addWidget(self.problem)
        self.setMinimumWidth(LEAST_WIDTH)

    def _button(self, keys: str, words: str, action: Callable[[str], Action]) -> ChoiceButton:
        button = ChoiceButton(QKeySequence(keys))
        button.set_words(words)
        button.clicked.connect(lambda: self._act(action))
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: self._act(action) if self._dead.alive else None)
        return button

    def _come_up(self) -> None:
        if self.anchor is not None and (screen := self.anchor.screen()) is not None:
            free = screen.availableGeometry()
            self.move(free.center().x() - self.width() // 2, free.top() + free.height() // 6)
        self.open()
        self.raise_()  # above dialogs that have come up since; it takes the keyboard from none of them

    def _render(self, call: CallView, view: SessionView) -> None:
        name = texts.caller(call.remote)
        self.setWindowTitle(self.tr("Still on hold: {name}").format(name=name))
        self.setAccessibleName(self.windowTitle())
        self.caller.setText(name)
        parts = (texts.caller_number(call.remote), texts.plain(call.label))
        self.detail.setText(" · ".join(part for part in parts if part))
        self.detail.setVisible(bool(self.detail.text()))
        note = next((texts.plain(held.note) for held in view.held_calls if held.call == call.id), "")
        self.note.setText(self.tr("“{note}”").format(note=note) if note else "")
        self.note.setVisible(bool(note))
        self.tick()
        self._fit()

    def _fit(self) -> None:
        """As high as what is shown, growing downwards."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.width() if self.isVisible() else 0, self.sizeHint().width())
            self.resize(width, layout.totalHeightForWidth(width))

    def _act(self, action: Callable[[str], Action]) -> None:
        if not self._call:
            return
        try:
            self._phone.act(action(self._call.id))
        except UserFacingError as error:
            self.problem.set_text(texts.plain(str(error)))
            self._fit()
