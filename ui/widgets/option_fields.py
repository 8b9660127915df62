"""Controls made from how an option is declared (model.options), all with the same four handles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import Qt, pyqtBoundSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSlider, QSpinBox, QWidget

from softphone.model.options import declared
from softphone.model.sip import tidy_address

PERCENT = 100


@dataclass(frozen=True, slots=True)
class OptionField:
    """A control, what it holds, how that is changed, and the signal that tells of it."""

    control: QWidget
    value: Callable[[], Any]
    put: Callable[[Any], None]
    changed: pyqtBoundSignal


def option_field(of: type, name: str, default: object, words: Mapping[str, str] | None = None) -> OptionField:
    """The control for the field *name* of the dataclass *of*, *words* being what its choices are called.

    Its kind follows from the declaration and from the type of the *default*.
    """
    option = declared(of, name)
    field: OptionField
    if option.choices:
        field = choice_field({choice: (words or {}).get(choice, choice) for choice in option.choices})
    elif isinstance(default, bool):
        field = switch_field(option.label)
    elif isinstance(default, int):
        field = whole_number_field(int(option.low), int(option.high))
    elif isinstance(default, float):
        field = percent_field(option.low, option.high)
    else:
        field = list_field() if isinstance(default, tuple) else text_line_field()
    return field


def text_line_field() -> OptionField:
    """A line of text; blanks around it do not count."""
    line = QLineEdit()
    return OptionField(line, lambda: line.text().strip(), line.setText, line.textChanged)


def address_field(example: str) -> OptionField:
    """A SIP address, in its usual writing however it was typed."""
    line = QLineEdit()
    line.setPlaceholderText(example)
    return OptionField(line, lambda: tidy_address(line.text()), line.setText, line.textChanged)


def secret_field() -> OptionField:
    """Something that is typed but never shown."""
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return OptionField(line, line.text, line.setText, line.textChanged)


def list_field() -> OptionField:
    """A list of texts, with commas between them."""
    line = QLineEdit()

    def value() -> tuple[str, ...]:
        return tuple(part.strip() for part in line.text().split(",") if part.strip())

    def put(parts: tuple[str, ...]) -> None:
        line.setText(", ".join(parts))
        line.setCursorPosition(0)

    return OptionField(line, value, put, line.textChanged)


def switch_field(label: str) -> OptionField:
    """A switch that carries its own words."""
    box = QCheckBox(label)
    return OptionField(box, box.isChecked, box.setChecked, box.toggled)


def choice_field(choices: Mapping[str, str]) -> OptionField:
    """One of several values, each with its words; one that is not among them is shown as it is."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    for value, words in choices.items():
        box.addItem(words, value)

    def put(value: str) -> None:
        if box.findData(value) < 0:
            box.addItem(value, value)
        box.setCurrentIndex(box.findData(value))

    return OptionField(box, box.currentData, put, box.currentIndexChanged)


def whole_number_field(low: int, high: int) -> OptionField:
    """A whole number within its range."""
    box = QSpinBox()
    box.setRange(low, high)
    return OptionField(box, box.value, box.setValue, box.valueChanged)


def percent_field(low: float, high: float) -> OptionField:
    """A share, as a slider."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(round(low * PERCENT), round(high * PERCENT))
    slider.setPageStep(10)
    return OptionField(
        slider,
        lambda: slider.value() / PERCENT,
        lambda share: slider.setValue(round(share * PERCENT)),
        slider.valueChanged,
    )
