"""The prompt: somebody calls the agent's direct line, now what?

A window that Qt blocks loses its key presses, so the main window is not blocked by Qt; it locks its own controls
while the prompt is up, all but the field the agent may be typing in, the keypad and mute.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QPaintEvent, QShortcut
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from softphone.model.actions import Choice, Choose, MuteBeep, PressKeys
from softphone.model.view import CallerView, PromptKind, PromptView, SessionView
from softphone.ports import AgentPhone
from ui.prompts.caller_card import CallerCard, FurtherCallers
from ui.prompts.choice_row import ChoiceRow
from ui.prompts.prompt import Prompt
from ui.shared import texts
from ui.widgets.dialpad import digit_of
from ui.widgets.labels import ElidedLabel, PlainLabel

SWITCH_SECONDS = 0.2  # clicks that were meant for the caller who was in front a moment ago


class CallWaitingPrompt(Prompt):
    """Shows the caller who has waited longest and takes the agent's answer."""

    painted = pyqtSignal(str, float)  # call id, time.monotonic(): its first picture is on the screen

    def __init__(
        self, phone: AgentPhone, anchor: QWidget | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(phone, anchor, now)
        self._view: PromptView | None = None
        self._can = phone.view.can
        self._settled_from = 0.0
        self._muted = False
        self._announced = ""
        self._build()

    def warm_up(self) -> None:
        """Make the native window and load fonts and style now, so that the first caller need not wait for it."""
        self.winId()
        self.grab()

    def call_id(self) -> str:
        """The call the buttons are about, empty while the prompt is down."""
        return self._view.callers[0].id if self._view else ""

    def follow(self, view: SessionView) -> None:
        """Show what the session says: come up, change, or go."""
        prompt = view.prompt if view.prompt and view.prompt.callers else None
        before, self._view, self._can = self._view, prompt, view.can
        if prompt is None:
            self.hide()
            return
        front_changed = before is None or before.callers[0].id != prompt.callers[0].id
        if front_changed or (before and before.kind is not prompt.kind):
            self._start_over(switched=before is not None and front_changed)
        self._render(prompt, muted=view.muted)
        self.fit()
        if not self.isVisible():
            self._announced = ""
            self.come_up()

    def tick(self) -> None:
        """Move the clocks on."""
        if self._view is None:
            return
        now = self.now()
        self.card.tick(now)
        self.further.tick(now)
        self._show_current(self._view)
        self._show_choices(self._view)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Digits go to the running call, as on the keypad; nothing else means anything here."""
        digit = digit_of(event) if event is not None and not event.isAutoRepeat() else ""
        current = self._view.current if self._view else None
        if digit and current and self._can(PressKeys(current.id)):
            self.attempt(lambda: self.phone.act(PressKeys(current.id, digit)))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint, and say once per call that it has been painted."""
        super().paintEvent(event)
        if self._announced != self.call_id():
            self._announced = self.call_id()
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
        self.current = ElidedLabel(faint=True)
        self.more = PlainLabel(bold=True)
        self.beep = QCheckBox(self.tr("Mute &beep"))
        self.beep.setAccessibleName(self.tr("Mute the call-waiting beep"))
        self.beep.clicked.connect(lambda on: self.attempt(lambda: self.phone.act(MuteBeep(on))))
        self._lay_out()
        for keys, slot in (("Ctrl+M", self._toggle_mute), ("Ctrl+B", self.beep.click)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self.early_keys.guard(self.beep, *self.choices.buttons.values())

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.direct)
        bottom.setSpacing(16)
        bottom.addWidget(self.current, 1)
        bottom.addWidget(self.more)
        bottom.addWidget(self.beep)
        rows = self.rows_under_stripe()
        rows.setSpacing(8)
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
        self.ask_anew()
        self._settled_from = self.now() + SWITCH_SECONDS if switched else 0.0
        self.clock.start()  # the next tick, 250 ms from now, settles it
        self.update()

    def _render(self, view: PromptView, *, muted: bool) -> None:
        now, front = self.now(), view.callers[0]
        ringing = view.kind is PromptKind.RINGING
        self.heading.setText(self.tr("Incoming call") if ringing else self.tr("Call waiting"))
        self.setWindowTitle(f"{self.heading.text()} – {texts.caller(front.remote)}")
        self.setAccessibleName(self.windowTitle())
        self.direct.setVisible(front.direct)
        self.card.show_caller(front, now)
        self.further.show_callers(view.callers[1:], now)
        self.more.setText(self._how_many_more(view.callers[1:]))
        self.show_problem(self.refusal, view.problem)
        self.beep.setVisible(not ringing)
        self.beep.setChecked(view.beep_muted)
        self._muted = muted
        self._show_current(view)
        self._show_choices(view)

    def _how_many_more(self, further: tuple[CallerView, ...]) -> str:
        return self.tr("{count} more waiting").format(count=len(further)) if further else ""

    def _show_current(self, view: PromptView) -> None:
        if view.current is None:
            self.current.setText("")
            return
        line = texts.current_call(view.current, self.now() - view.current.since)
        self.current.setText(f"{line} · {self.tr('muted')}" if self._muted else line)

    def _show_choices(self, view: PromptView) -> None:
        settled = self.now() >= self._settled_from
        self.choices.show_choices(view.kind, view.choices if settled else ())

    def _on_key(self, choice: Choice) -> None:
        if self.early_keys.over:
            self._choose(choice)

    def _choose(self, choice: Choice) -> None:
        call = self.call_id()
        if call:
            self.attempt(lambda: self.phone.act(Choose(call, choice)))

    def _toggle_mute(self) -> None:
        self.attempt(lambda: self.phone.mute(not self._muted))
