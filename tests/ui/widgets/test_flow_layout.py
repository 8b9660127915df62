"""A row of buttons in narrow and wide windows, from left and from right."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton, QWidget

from ui.widgets.flow_layout import SPACING, FlowLayout


@pytest.fixture
def row(qtbot) -> QWidget:
    widget = QWidget()
    layout = FlowLayout()
    widget.setLayout(layout)
    for text in ("One", "The second one", "Three"):
        layout.addWidget(QPushButton(text))
    qtbot.addWidget(widget)
    widget.show()
    return widget


def places(row: QWidget, width: int) -> list[tuple[int, int]]:
    layout = row.layout()
    assert layout is not None
    row.resize(width, layout.heightForWidth(width))
    layout.activate()
    return [(button.x(), button.y()) for button in row.findChildren(QPushButton)]


def test_one_line_when_it_is_wide_and_more_when_it_is_narrow(row):
    hint = row.layout().sizeHint()
    height = row.findChildren(QPushButton)[0].sizeHint().height()
    assert {y for _, y in places(row, hint.width())} == {0}
    assert row.layout().heightForWidth(hint.width()) == height
    assert [y for _, y in places(row, hint.width() - 1)] == [0, 0, height + SPACING]
    narrowest = row.layout().minimumSize().width()
    assert [(x, y) for x, y in places(row, narrowest)] == [(0, line * (height + SPACING)) for line in range(3)]


def test_hidden_buttons_take_no_room(row):
    before = row.layout().sizeHint().width()
    one = row.findChildren(QPushButton)[0]
    one.hide()
    assert row.layout().sizeHint().width() == before - one.sizeHint().width() - SPACING


def test_it_begins_where_reading_begins(row, qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        first, second, third = places(row, 600)
        assert first[0] > second[0] > third[0]
        assert first[0] + row.findChildren(QPushButton)[0].width() == 600
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_items_can_be_taken_out(row):
    layout = row.layout()
    assert (layout.count(), layout.itemAt(3), layout.takeAt(3)) == (3, None, None)
    assert layout.takeAt(0).widget().text() == "One"
    assert layout.count() == 2
