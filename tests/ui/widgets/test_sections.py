"""Sectioned forms: the navigation follows scrolling and typing, and leads to each section."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from tests.qtest import QTest
from ui.widgets.sections import SectionedForm

TITLES = ("General", "Agent Contact", "Access")


class Form(SectionedForm):
    """Three sections of eight lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[list[QLineEdit]] = []


@pytest.fixture
def form(qtbot) -> Form:
    made = Form()
    for title in TITLES:
        section = QWidget()
        rows = QVBoxLayout(section)
        made.lines.append([QLineEdit() for _ in range(8)])
        for line in made.lines[-1]:
            rows.addWidget(line)
        made.add_section(title, section)
    made.resize(400, 300)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def in_view(form: SectionedForm, widget: QWidget) -> bool:
    viewport = form.area.viewport()
    assert viewport is not None
    return viewport.rect().contains(widget.mapTo(viewport, widget.rect().center()))


def test_a_click_leads_to_the_section_also_to_the_last_one(form):
    for row in (2, 1, 0):
        box = form.navigation.visualItemRect(form.navigation.item(row))
        QTest.mouseClick(form.navigation.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
        assert form.current == row
        assert in_view(form, form.lines[row][0])


def test_a_click_on_the_named_section_leads_back_to_it(form):
    form.show_section(1)
    form.area.verticalScrollBar().setValue(form.area.verticalScrollBar().value() + 20)
    assert form.current == 1
    box = form.navigation.visualItemRect(form.navigation.item(1))
    before = form.area.verticalScrollBar().value()
    QTest.mouseClick(form.navigation.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert form.area.verticalScrollBar().value() == before - 20


def test_the_navigation_follows_scrolling_from_the_first_to_the_last(form):
    bar = form.area.verticalScrollBar()
    named = []
    for position in range(bar.maximum() + 1):
        bar.setValue(position)
        named.append(form.current)
    assert named[0] == 0
    assert named[-1] == 2
    assert named == sorted(named)
    assert set(named) == {0, 1, 2}


def test_the_navigation_follows_the_keyboard_and_what_is_typed_in_is_in_view(form):
    form.lines[0][-1].setFocus()
    QTest.keyClick(form.lines[0][-1], Qt.Key.Key_Tab)
    assert form.focusWidget() is form.lines[1][0]
    assert form.current == 1
    assert in_view(form, form.lines[1][0])


def test_enter_goes_from_the_navigation_into_the_section(form):
    form.navigation.setFocus()
    QTest.keyClick(form.navigation, Qt.Key.Key_End)
    QTest.keyClick(form.navigation, Qt.Key.Key_Return)
    assert form.focusWidget() is form.lines[2][0]


def test_in_a_right_to_left_language_the_navigation_is_at_the_right(form):
    assert form.navigation.geometry().right() < form.area.geometry().left()
    form.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    form.layout().activate()
    assert form.navigation.geometry().left() > form.area.geometry().right()
