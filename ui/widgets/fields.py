"""Form fields made in one line."""

from __future__ import annotations

from PyQt6.QtWidgets import QCheckBox, QLineEdit, QSpinBox


def text_field(text: str = "", placeholder: str = "", *, secret: bool = False) -> QLineEdit:
    """A line of text; *secret* shows dots."""
    field = QLineEdit(text)
    field.setPlaceholderText(placeholder)
    if secret:
        field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def check_box(text: str, *, checked: bool) -> QCheckBox:
    """A switch."""
    box = QCheckBox(text)
    box.setChecked(checked)
    return box


def spin_box(value: int, low: int, high: int, suffix: str) -> QSpinBox:
    """A whole number within its range."""
    box = QSpinBox()
    box.setRange(low, high)
    box.setSuffix(suffix)
    box.setValue(value)
    return box
