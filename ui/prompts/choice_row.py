"""The prompt's big buttons and their shortcuts."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from softphone.model.actions import Choice
from softphone.model.view import PromptKind
from ui.prompts.choice_button import ChoiceButton
from ui.shared.texts import choice_name

KEYS = {
    Choice.HOLD_AND_ANSWER: "Ctrl+1",
    Choice.ANSWER: "Ctrl+1",
    Choice.HANGUP_AND_ANSWER: "Ctrl+2",
    Choice.IGNORE: "Ctrl+3",
}
OFFERED = {
    PromptKind.CALL_WAITING: (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER, Choice.IGNORE),
    PromptKind.RINGING: (Choice.ANSWER, Choice.IGNORE),
}


class ChoiceRow(QWidget):
    """Shows the buttons of a kind of prompt. A shortcut works from every window of the app while this is visible."""

    clicked = pyqtSignal(object)
    key_pressed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons = {choice: ChoiceButton(QKeySequence(KEYS[choice])) for choice in Choice}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        for choice, button in self.buttons.items():
            button.set_words(choice_name(choice))
            button.clicked.connect(lambda _checked, choice=choice: self.clicked.emit(choice))
            layout.addWidget(button, 1)
        for keys in sorted(set(KEYS.values())):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(lambda keys=keys: self._on_key(keys))

    def show_choices(self, kind: PromptKind, allowed: tuple[Choice, ...]) -> None:
        """Show the buttons of *kind*, and any other that is allowed; those not allowed now are disabled."""
        for choice, button in self.buttons.items():
            button.setEnabled(choice in allowed)
            button.setVisible(choice in OFFERED[kind] or choice in allowed)

    def _on_key(self, keys: str) -> None:
        for choice, button in self.buttons.items():
            if KEYS[choice] == keys and button.isEnabled() and not button.isHidden():
                self.key_pressed.emit(choice)
                return
