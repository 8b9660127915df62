"""Writing a note about a held caller."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from tests.fakes.phone import IDLE, a_held_call
from tests.qtest import QTest
from ui.calls.note_dialog import MOST_LETTERS, NoteDialog


@pytest.fixture
def dialog(qtbot) -> NoteDialog:
    made = NoteDialog(a_held_call(note="Wants the blue one."))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.open()
    made.activateWindow()
    return made


@pytest.fixture
def written(dialog) -> list[str]:
    notes: list[str] = []
    dialog.written.connect(notes.append)
    return notes


def test_enter_saves_one_line_of_what_was_typed(dialog, written):
    QTest.keyClicks(dialog.field, "  Or   the red one. ")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert written == ["Wants the blue one. Or the red one."]
    assert not dialog.isVisible()


def test_it_ends_at_200_letters_and_says_how_many_are_left(dialog, written):
    dialog.field.selectAll()
    QTest.keyClicks(dialog.field, "a" * (MOST_LETTERS - 1))
    assert dialog.left.text() == "1 character left"
    QTest.keyClicks(dialog.field, "bcd")
    assert dialog.left.text() == "0 characters left"
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert written == ["a" * (MOST_LETTERS - 1) + "b"]


def test_a_long_text_pasted_into_the_middle_is_cut_at_the_end(dialog, written):
    dialog.field.setPlainText("begin ")
    dialog.field.insertPlainText("<b>\n" + "x" * 300)
    dialog.field.finished.emit()
    assert len(written[0]) == MOST_LETTERS
    assert dialog.field.textCursor().position() <= MOST_LETTERS


def test_tab_leaves_the_field_and_escape_and_cancel_save_nothing(dialog, written):
    QTest.keyClick(dialog.field, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() in (dialog.save, dialog.cancel)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.open()
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert (dialog.isVisible(), written) == (False, [])


def test_an_empty_note_takes_it_back(dialog, written):
    dialog.field.selectAll()
    QTest.keyClick(dialog.field, Qt.Key.Key_Delete)
    QTest.keyClick(dialog.field, Qt.Key.Key_Enter)
    assert written == [""]


def test_it_goes_when_the_caller_is_not_held_any_more(dialog, written):
    dialog.follow(IDLE)
    assert (dialog.isVisible(), written) == (False, [])
