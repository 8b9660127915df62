"""Picking somebody up while on a call: what becomes of the call?"""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from softphone.model.actions import Choice
from softphone.model.view import CallView, HeldCallView, SessionView
from ui.prompts.choice_button import ChoiceButton
from ui.prompts.early_keys import EarlyKeyFilter
from ui.shared import texts
from ui.widgets.labels import ElidedLabel, PlainLabel

KEYS = {Choice.HOLD_AND_ANSWER: "Ctrl+1", Choice.HANGUP_AND_ANSWER: "Ctrl+2"}


class PickUpChoice(QDialog):
    """Asks, and goes by itself when there is nothing left to ask. No button is pressed by a stray Enter."""

    chosen = pyqtSignal(object)  # a Choice, or None when there is no call any more
    too_late = pyqtSignal(str)  # the name of whoever was faster, empty when the caller is gone

    def __init__(
        self, view: SessionView, held: HeldCallView, parent: QWidget | None, now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # no button has the focus until Tab gives it to one
        self._held = held
        self._early_keys = EarlyKeyFilter(self, now)
        self.caller = ElidedLabel(scale=1.5, bold=True)
        self.detail = ElidedLabel(faint=True)
        self.current = ElidedLabel()
        self.buttons = {choice: ChoiceButton(QKeySequence(keys)) for choice, keys in KEYS.items()}
        self.cancel = ChoiceButton(QKeySequence("Esc"))
        self._name_buttons()
        self._lay_out()
        self._connect()
        self._early_keys.guard(self, self.cancel, *self.buttons.values())
        self._early_keys.start()
        self.setFocus()
        self.follow(view)

    def follow(self, view: SessionView) -> None:
        """Keep up with what is asked about, and with the call it is asked because of."""
        held, asked_elsewhere = view.held_call(self._held.id), view.prompt is not None
        if held is None or (held.claimed_by and not held.picking):
            self.reject()
            self.too_late.emit(held.claimed_by if held else "")
        elif Choice.ANSWER in held.pick_up and not asked_elsewhere:
            self._answer(None)
        else:
            self._show(held, view.current)
            for choice, button in self.buttons.items():
                button.setEnabled(choice in held.pick_up and not asked_elsewhere)  # first the other question

    def _show(self, held: HeldCallView, current: CallView | None) -> None:
        name = texts.caller(held.remote)
        self.setWindowTitle(self.tr("Pick up {name}").format(name=name))
        self.caller.setText(name)
        holder = self.tr("held by {name}").format(name=texts.plain(held.holder_name or held.holder))
        parts = (texts.caller_number(held.remote), texts.plain(held.label), holder)
        self.detail.setText(" · ".join(part for part in parts if part))
        on_a_call = self.tr("You are on a call: {name}")
        self.current.setText(on_a_call.format(name=texts.caller(current.remote)) if current else "")
        self.setAccessibleName(f"{self.windowTitle()}. {self.current.text()}")

    def _connect(self) -> None:
        self.cancel.clicked.connect(self.reject)
        for choice, button in self.buttons.items():
            button.clicked.connect(lambda _checked, choice=choice: self._answer(choice))
            shortcut = QShortcut(QKeySequence(KEYS[choice]), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda choice=choice: self._on_key(choice))

    def _on_key(self, choice: Choice) -> None:
        if self._early_keys.over and self.buttons[choice].isEnabled():
            self._answer(choice)

    def _answer(self, choice: Choice | None) -> None:
        self.accept()
        self.chosen.emit(choice)

    def _name_buttons(self) -> None:
        self.buttons[Choice.HOLD_AND_ANSWER].set_words(self.tr("Hold & Pick up"))
        self.buttons[Choice.HANGUP_AND_ANSWER].set_words(self.tr("Hangup & Pick up"))
        self.cancel.set_words(self.tr("Cancel"))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(10)
        for button in (*self.buttons.values(), self.cancel):
            line.addWidget(button, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(6)
        rows.addWidget(PlainLabel(self.tr("Pick up")))
        rows.addWidget(self.caller)
        rows.addWidget(self.detail)
        rows.addSpacing(8)
        rows.addWidget(self.current)
        rows.addSpacing(6)
        rows.addLayout(line)
