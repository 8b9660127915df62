"""Nobody picks up a caller this agent holds: the agent is asked to care, until somebody does."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from softphone.model.actions import Action, LeaveOnHold, RequestHangUp, RequestResume
from softphone.model.view import CallView, SessionView
from softphone.ports import AgentPhone
from ui.prompts.choice_button import ChoiceButton
from ui.prompts.prompt import Prompt
from ui.shared import texts
from ui.widgets.labels import ElidedLabel, PlainLabel

LEAST_WIDTH = 420


class RecallPrompt(Prompt):
    """Resume, leave on hold, or hang up."""

    def __init__(
        self, phone: AgentPhone, anchor: QWidget | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(phone, anchor, now)
        self._call: CallView | None = None
        self._actions: dict[ChoiceButton, Callable[[str], Action]] = {}
        self._build()

    def call_id(self) -> str:
        """The call the buttons are about, empty while the prompt is down."""
        return self._call.id if self._call else ""

    def follow(self, view: SessionView) -> None:
        """Come up, change, or go."""
        before, self._call = self.call_id(), view.recall
        if self._call is None:
            self.hide()
            return
        if self._call.id != before:
            self.ask_anew()
        self._render(self._call, view)
        self.fit()
        if not self.isVisible():
            self.come_up()

    def tick(self) -> None:
        """Move the clock on."""
        if self._call is not None:
            self.held.setText(texts.nobody_picks_up(self.now() - self._call.since))

    def _build(self) -> None:
        self.caller = ElidedLabel(scale=1.9, bold=True)
        self.detail = ElidedLabel()
        self.held = PlainLabel()
        self.note = PlainLabel()
        self.note.wrap()
        self.resume = self._button("Ctrl+1", self.tr("Resume"), RequestResume)
        self.leave = self._button("Ctrl+2", self.tr("Leave on hold"), LeaveOnHold)
        self.hang_up = self._button("Ctrl+3", self.tr("Hang up"), RequestHangUp)
        self.early_keys.guard(*self._actions)
        line = QHBoxLayout()
        line.setSpacing(10)
        for button in self._actions:
            line.addWidget(button, 1)
        rows = self.rows_under_stripe()
        rows.setSpacing(6)
        rows.addWidget(PlainLabel(self.tr("Still held for anyone"), bold=True))
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
        self._actions[button] = action
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: button.click() if self.early_keys.over else None)
        return button

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
        for button, action in self._actions.items():
            button.setEnabled(view.can(action(call.id)))
        self.tick()

    def _act(self, action: Callable[[str], Action]) -> None:
        if call := self.call_id():
            self.attempt(lambda: self.phone.act(action(call)))
