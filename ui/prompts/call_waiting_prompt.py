"""The prompt: somebody calls the agent's direct line, now what?

It is modal in what it asks and polite in how it asks it. It is opened with ``open()`` as a top-level
window of its own, so it comes up even when the main window is minimised, and it is not activated:
whoever is typing keeps the keyboard. A window that Qt blocks loses its key presses, so the main
window is not blocked by Qt; it locks its own controls while the prompt is up, all but the field the
agent may be typing in, the keypad and mute.

What ends it is the call, never the widget: there is no close button, and Escape does nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QShortcut,
    QShowEvent,
)
from PyQt6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from softphone.errors import UserFacingError
from softphone.model.actions import Choice, Choose
from softphone.model.view import CallStatus, OfferView, PromptKind, PromptView, SessionView
from ui.prompts.accent import Accent
from ui.prompts.caller_card import CallerCard, FurtherCallers
from ui.prompts.choice_row import ChoiceRow
from ui.shared import texts
from ui.shared.core import PhonePort
from ui.widgets.banner import Banner
from ui.widgets.dialpad import digit_of
from ui.widgets.labels import ElidedLabel, PlainLabel
from ui.widgets.status_icon import StatusKind

DEAD_SECONDS = 0.5  # keys typed before the agent can have read the prompt
SWITCH_SECONDS = 0.2  # clicks that were meant for the caller who was in front a moment ago
TICK_MS = 250
KEY_EVENTS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride)


class CallWaitingPrompt(QDialog):
    """Offers the oldest waiting caller and takes the agent's answer. One object follows every change."""

    painted = pyqtSignal(str, float)  # call id, time.monotonic(): its first picture is on the screen

    def __init__(
        self, phone: PhonePort, anchor: QWidget | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        flags = Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint
        super().__init__(None, Qt.WindowType.Dialog | flags | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # no button has the focus until Tab gives it to one
        self._phone, self._now = phone, now
        self.anchor = anchor  # the window on whose screen it comes up
        self._view: PromptView | None = None
        self._alive_from = self._settled_from = 0.0
        self._muted = False
        self._refusal = ""
        self._announced = ""
        self._build()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self.tick)

    def warm_up(self) -> None:
        """Make the native window and load fonts and style now, so that the first caller need not wait for it."""
        self.winId()
        self.grab()

    def offered_call_id(self) -> str:
        """The call the buttons are about, empty while the prompt is down."""
        return self._view.offers[0].id if self._view else ""

    def follow(self, view: SessionView) -> None:
        """Show what the session says: come up, change, or go."""
        prompt = view.prompt if view.prompt and view.prompt.offers else None
        before, self._view = self._view, prompt
        if prompt is None:
            self.hide()
            return
        front_changed = before is None or before.offers[0].id != prompt.offers[0].id
        if front_changed or (before and before.kind is not prompt.kind):
            self._start_over(switched=before is not None and front_changed)
        self._render(prompt, muted=view.muted)
        self._fit()
        if not self.isVisible():
            self._come_up()

    def tick(self) -> None:
        """Move the clocks on."""
        if self._view is None:
            return
        now = self._now()
        self.card.tick(now)
        self.further.tick(now)
        self._show_current(self._view)
        self._show_choices(self._view)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """A window manager's close loses no call either."""
        if event is not None:
            event.ignore()

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        """Keys are dead at first, on every widget of the prompt."""
        return event is not None and event.type() in KEY_EVENTS and self._now() < self._alive_from

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Digits go to the running call, as on the keypad; nothing else means anything here."""
        digit = digit_of(event) if event is not None and not event.isAutoRepeat() else ""
        current = self._view.current if self._view else None
        if digit and current and current.status is CallStatus.ACTIVE:
            self._attempt(lambda: self._phone.send_dtmf(current.id, digit))

    def showEvent(self, event: QShowEvent | None) -> None:
        """The clocks run while somebody can see them."""
        super().showEvent(event)
        self._clock.start()
        window = self.windowHandle()
        if window is not None and QGuiApplication.platformName() == "xcb":
            window.setModality(Qt.WindowModality.NonModal)  # Qt on X11 activates every modal window that it maps

    def hideEvent(self, event: QHideEvent | None) -> None:
        """No clock runs for nobody."""
        super().hideEvent(event)
        self._clock.stop()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint, and say once per call that it has been painted."""
        super().paintEvent(event)
        if self._announced != self.offered_call_id():
            self._announced = self.offered_call_id()
            QTimer.singleShot(0, self._announce)

    def _announce(self) -> None:
        if self._announced:
            self.painted.emit(self._announced, time.monotonic())

    def _build(self) -> None:
        self.heading = PlainLabel(bold=True)
        self.direct = PlainLabel(self.tr("your direct line"), faint=True)
        self.card, self.further = CallerCard(), FurtherCallers()
        self.choices = ChoiceRow()
        self.choices.clicked.connect(self._choose)
        self.choices.key_pressed.connect(self._on_key)
        self.problem = Banner(StatusKind.BAD)
        self.current = ElidedLabel(faint=True)
        self.more = PlainLabel(bold=True)
        self.beep = QCheckBox(self.tr("Mute &beep"))
        self.beep.setAccessibleName(self.tr("Mute the call-waiting beep"))
        self.beep.clicked.connect(lambda on: self._attempt(lambda: self._phone.mute_beep(on)))
        self._lay_out()
        for keys, slot in (("Ctrl+M", self._toggle_mute), ("Ctrl+B", self.beep.click)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        for widget in (self, self.beep, *self.choices.buttons.values()):
            widget.installEventFilter(self)

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.direct)
        bottom.setSpacing(16)
        bottom.addWidget(self.current, 1)
        bottom.addWidget(self.more)
        bottom.addWidget(self.beep)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(8)
        rows.addWidget(Accent())
        rows.addLayout(top)
        rows.addWidget(self.card)
        rows.addSpacing(6)
        rows.addWidget(self.choices)  # nothing that comes and goes stands above: buttons do not move
        rows.addWidget(self.problem)
        rows.addWidget(self.further)
        rows.addLayout(bottom)
        self.setMinimumWidth(500)

    def _start_over(self, *, switched: bool) -> None:
        """Another caller or another question: what is being typed or clicked now was not meant for it."""
        self._alive_from = self._now() + DEAD_SECONDS
        self._settled_from = self._now() + SWITCH_SECONDS if switched else 0.0
        self._clock.start()  # the next tick, 250 ms from now, settles it
        self._refusal = ""
        self.setFocus()
        self.update()

    def _come_up(self) -> None:
        self._announced = ""
        if self.anchor is not None and (screen := self.anchor.screen()) is not None:
            free = screen.availableGeometry()
            self.move(free.center().x() - self.width() // 2, free.top() + free.height() // 6)
        self.open()
        self.raise_()  # above dialogs that have come up since; it takes the keyboard from none of them

    def _fit(self) -> None:
        """As high as what is shown, growing downwards."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.width() if self.isVisible() else 0, self.sizeHint().width())
            self.resize(width, layout.totalHeightForWidth(width))

    def _render(self, view: PromptView, *, muted: bool) -> None:
        now, front = self._now(), view.offers[0]
        ringing = view.kind is PromptKind.RINGING
        self.heading.setText(self.tr("Incoming call") if ringing else self.tr("Call waiting"))
        self.setWindowTitle(f"{self.heading.text()} – {texts.caller(front.remote)}")
        self.setAccessibleName(self.windowTitle())
        self.direct.setVisible(front.direct)
        self.card.show_caller(front, now)
        self.further.show_callers(view.offers[1:], now)
        self.more.setText(self._how_many_more(view.offers[1:]))
        self.problem.set_text(texts.plain(view.problem or self._refusal))
        self.beep.setVisible(not ringing)
        self.beep.setChecked(view.beep_muted)
        self._muted = muted
        self._show_current(view)
        self._show_choices(view)

    def _how_many_more(self, further: tuple[OfferView, ...]) -> str:
        return self.tr("{count} more waiting").format(count=len(further)) if further else ""

    def _show_current(self, view: PromptView) -> None:
        if view.current is None:
            self.current.setText("")
            return
        name, elapsed = texts.caller(view.current.remote), texts.clock(self._now() - view.current.since)
        held = view.current.status is CallStatus.HELD
        line = self.tr("on hold: {name} {time}") if held else self.tr("on the line: {name} {time}")
        line = line.format(name=name, time=elapsed)
        self.current.setText(f"{line} · {self.tr('muted')}" if self._muted else line)

    def _show_choices(self, view: PromptView) -> None:
        settled = self._now() >= self._settled_from
        self.choices.show_choices(view.kind, view.choices if settled else ())

    def _on_key(self, choice: Choice) -> None:
        if self._now() >= self._alive_from:
            self._choose(choice)

    def _choose(self, choice: Choice) -> None:
        call = self.offered_call_id()
        if call:
            self._attempt(lambda: self._phone.act(Choose(call, choice)))

    def _toggle_mute(self) -> None:
        self._attempt(lambda: self._phone.mute(not self._muted))

    def _attempt(self, request: Callable[[], object]) -> None:
        try:
            request()
        except UserFacingError as error:
            self._refusal = str(error)
            self.problem.set_text(texts.plain(self._refusal))
