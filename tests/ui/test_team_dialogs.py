"""The dialogs of the team for those who use the keyboard, hear the screen, read large letters or from the right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QDialog, QWidget

from softphone.model.call import CallStatus
from softphone.model.colleague import Availability
from tests.fakes.phone import FakePhone, a_call, a_colleague, a_held_call
from tests.qtest import QTest
from tests.ui.settings.test_every_dialog import SCREEN, controls, cut, name_of, other_reader
from ui.calls.note_dialog import NoteDialog
from ui.calls.transfer_dialog import TransferDialog
from ui.prompts.pick_up_choice import PickUpChoice
from ui.prompts.recall_prompt import RecallPrompt
from ui.widgets.labels import ElidedLabel

reader = other_reader  # the fixture, by the name it is asked for here
HELD = a_held_call(note="Wants the blue one, and asks for a discount. " * 4)
LONG = a_call("c1", "A caller of a rather long name, from a company of a long name")


def choice(phone: FakePhone, now) -> QDialog:
    phone.show(calls=(LONG,), held_calls=(HELD,))
    return PickUpChoice(phone.view, HELD, None, now)


def transfer(phone: FakePhone, now) -> QDialog:
    busy = a_colleague("agent3", "Agent Three", Availability.ON_A_CALL)
    phone.show(calls=(LONG,), colleagues=(a_colleague(), busy))
    return TransferDialog(phone.view, LONG, None, now())


def recall(phone: FakePhone, now) -> QDialog:
    forgotten = a_call("c1", status=CallStatus.HELD, recall=True, since=now.now - 190)
    phone.show(calls=(forgotten,), recall=forgotten, held_calls=(a_held_call(call="c1", note=HELD.note),))
    prompt = RecallPrompt(phone, now=now)
    prompt.follow(phone.view)
    return prompt


def note(_phone: FakePhone, _now) -> QDialog:
    return NoteDialog(HELD)


Make = Callable[[FakePhone, Callable[[], float]], QDialog]
every_dialog = pytest.mark.parametrize("make", [choice, transfer, recall, note])


@pytest.fixture
def show(qtbot, phone, now) -> Callable[[Make], QDialog]:
    def show_it(make: Make) -> QDialog:
        dialog = make(phone, now)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(dialog, before_close_func=lambda widget: widget.hide())
        with qtbot.waitExposed(dialog):
            dialog.open()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        now.now += 1
        return dialog

    return show_it


@every_dialog
def test_tab_reaches_every_control_and_each_has_a_name(show, make):
    dialog = show(make)
    expected, reached = controls(dialog) - {dialog}, set()
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert expected
    assert expected - reached == set()
    assert [control for control in expected if not name_of(control, dialog)] == []


@every_dialog
def test_no_words_are_cut(show, make, reader):
    dialog = show(make)
    smallest = dialog.minimumSizeHint()
    for size in (dialog.size(), smallest):
        assert (size.width() <= SCREEN.width(), size.height() <= SCREEN.height()) == (True, True)
    widgets = [widget for widget in dialog.findChildren(QWidget) if not isinstance(widget, ElidedLabel)]
    assert [words for widget in widgets if (words := cut(widget))] == []
