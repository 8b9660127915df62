"""What stands under a control: what is wrong with its content, and what the admin should know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.labels import PlainLabel
from ui.widgets.status_icon import StatusIcon, StatusKind


class AdviceLabel(QWidget):
    """A sentence with an icon in front of it; takes no room while there is nothing to say."""

    def __init__(self, kind: StatusKind = StatusKind.PAUSED) -> None:
        super().__init__()
        self._text = PlainLabel()
        self._text.wrap()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(StatusIcon(kind), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Say this; nothing hides it."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class NotedField(QWidget):
    """A control with its problem, its advice and a *hint* under it; a screen reader reads them as its description.

    It is as wide as its form has room for, so that the sentences have; boxes keep the width they need.
    """

    def __init__(self, control: QWidget, hint: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._hint = hint
        self.control = control
        self.problem = AdviceLabel(StatusKind.BAD)
        self.advice = AdviceLabel(StatusKind.PAUSED)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        box = isinstance(control, QComboBox | QAbstractSpinBox)
        rows.addWidget(control, 0, Qt.AlignmentFlag.AlignLeading if box else Qt.AlignmentFlag(0))
        for widget in (self.problem, self.advice):
            rows.addWidget(widget)
        if hint:
            words = PlainLabel(hint, faint=True)
            words.wrap()
            rows.addWidget(words)
        self.show_notes("", ())

    def show_notes(self, problem: str, advice: Iterable[str]) -> None:
        """Show what is wrong and what is worth knowing."""
        self.problem.set_text(problem)
        self.advice.set_text("\n".join(advice))
        said = (self.problem.text, self.advice.text, self._hint)
        self.control.setAccessibleDescription(" ".join(filter(None, said)))


def when_edited(control: QWidget, slot: Callable[[], None]) -> None:
    """Call *slot* whenever the content of *control*, or of the controls in it, is changed."""
    for widget in (control, *control.findChildren(QWidget)):
        if isinstance(widget, QLineEdit):
            widget.textChanged.connect(lambda _: slot())
        elif isinstance(widget, QAbstractButton):
            widget.toggled.connect(lambda _: slot())
        elif isinstance(widget, QComboBox):
            widget.currentIndexChanged.connect(lambda _: slot())
        elif isinstance(widget, QSpinBox):
            widget.valueChanged.connect(lambda _: slot())
