"""The wheel over a form scrolls it and changes nothing in passing."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication, QComboBox, QFormLayout, QSlider, QSpinBox, QWidget

from ui.widgets.sections import SectionedForm

DOWN = QPoint(0, -120)


class Form(SectionedForm):
    """One control of each kind that a wheel can turn."""

    def __init__(self) -> None:
        super().__init__()
        self.spin, self.combo, self.slider = QSpinBox(), QComboBox(), QSlider(Qt.Orientation.Horizontal)
        self.spin.setValue(50)
        self.combo.addItems(["one", "two", "three"])
        self.slider.setValue(50)


@pytest.fixture
def form(qtbot) -> Form:
    made = Form()
    section = QWidget()
    rows = QFormLayout(section)
    for control in (made.spin, made.combo, made.slider):
        rows.addRow(control)
    tall = QWidget()
    tall.setMinimumHeight(2000)
    made.add_section("Controls", section)
    made.add_section("More", tall)
    made.resize(300, 200)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def turned(control: QWidget) -> bool:
    """One notch down with the pointer on *control*; whether it kept that for itself; if not, Qt asks its parent."""
    where = QPointF(control.rect().center())
    event = QWheelEvent(
        where,
        control.mapToGlobal(where),
        QPoint(),
        DOWN,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(control, event)
    return event.isAccepted()


def values(form: Form) -> tuple[int, str, int]:
    return form.spin.value(), form.combo.currentText(), form.slider.value()


@pytest.mark.parametrize("name", ["spin", "combo", "slider"])
def test_a_control_without_the_keyboard_lets_the_wheel_pass(form, name):
    form.navigation.setFocus()
    before = values(form)
    assert not turned(getattr(form, name))
    assert values(form) == before
    assert not getattr(form, name).hasFocus()


@pytest.mark.parametrize("name", ["spin", "combo", "slider"])
def test_a_control_with_the_keyboard_turns(form, name):
    getattr(form, name).setFocus()
    before = values(form)
    assert turned(getattr(form, name))
    assert values(form) != before
