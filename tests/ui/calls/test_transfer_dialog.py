"""Passing a caller on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from softphone.model.call import CallStatus
from softphone.model.colleague import Availability
from tests.fakes.phone import a_call, a_colleague, a_view, drawn, waiting_prompt
from tests.qtest import QTest
from tests.ui.items import texts_of
from ui.calls.transfer_dialog import TransferDialog

BUSY = a_colleague("agent3", "Agent Three", Availability.ON_A_CALL)
FREE = a_colleague("agent9", "Somebody Free")
GONE = a_colleague("agent4", "Agent Four", Availability.SIGNED_OUT)
VIEW = a_view(calls=(a_call("c1"),), colleagues=(BUSY, GONE, FREE))


@pytest.fixture
def dialog(qtbot) -> TransferDialog:
    made = TransferDialog(VIEW, VIEW.calls[0], None, 0.0)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.open()
    made.activateWindow()
    return made


@pytest.fixture
def targets(dialog) -> list[str]:
    chosen: list[str] = []
    dialog.target_chosen.connect(chosen.append)
    return chosen


def names(dialog: TransferDialog) -> list[str]:
    return texts_of(dialog.list)


def test_free_colleagues_come_first_and_those_who_have_gone_not_at_all(dialog):
    assert dialog.caller.text() == "First caller"
    assert names(dialog) == ["Somebody Free", "Agent Three"]


def test_a_number_is_typed_and_enter_transfers(dialog, targets):
    assert not dialog.transfer.isEnabled()
    QTest.keyClicks(dialog.field, " 555 1234 ")
    assert dialog.target.text() == "to 555 1234"
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert (targets, dialog.isVisible()) == (["555 1234"], False)


def test_letters_look_for_a_colleague_and_the_arrow_goes_to_the_first(dialog, targets):
    QTest.keyClicks(dialog.field, "three")
    assert names(dialog) == ["Agent Three"]
    QTest.keyClick(dialog.field, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is dialog.list
    assert dialog.target.text() == "to Agent Three"
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    assert targets == ["sip:agent3@example.com"]


def test_by_mouse(qtbot, dialog, targets):
    item = dialog.list.visualItemRect(dialog.list.item(0)).center()
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=item)
    assert dialog.transfer.accessibleName() == "Transfer to Somebody Free"
    qtbot.mouseClick(dialog.transfer, Qt.MouseButton.LeftButton)
    assert targets == ["sip:agent9@example.com"]


def test_what_is_typed_last_counts(dialog, targets):
    dialog.list.setCurrentRow(0)
    QTest.keyClicks(dialog.field, "agent")
    assert dialog.target.text() == "to agent"
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert targets == ["agent"]


def test_it_follows_the_colleagues_and_keeps_who_is_chosen(dialog):
    dialog.list.setCurrentRow(0)
    dialog.follow(drawn(replace(VIEW, colleagues=(replace(BUSY, availability=Availability.FREE), FREE))))
    assert names(dialog) == ["Agent Three", "Somebody Free"]
    assert dialog.list.chosen() == FREE


@pytest.mark.parametrize(
    "calls", [(), (a_call("c1", status=CallStatus.ENDING),), (a_call("c1", status=CallStatus.HELD, claimed_by="X"),)]
)
def test_it_goes_with_the_call(dialog, targets, calls):
    dialog.follow(drawn(replace(VIEW, calls=calls)))
    assert (dialog.isVisible(), targets) == (False, [])


def test_a_held_call_can_be_transferred_too_and_escape_leaves_it(dialog, targets):
    dialog.follow(drawn(replace(VIEW, calls=(a_call("c1", status=CallStatus.HELD),))))
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert (dialog.isVisible(), targets) == (False, [])


def test_while_the_prompt_is_up_nothing_is_transferred(dialog, targets):
    QTest.keyClicks(dialog.field, "5")
    dialog.follow(drawn(replace(VIEW, prompt=waiting_prompt())))
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert (dialog.isVisible(), targets) == (True, [])


def test_without_colleagues_there_is_only_the_field(dialog, targets):
    assert dialog.list.isVisible()
    dialog.follow(drawn(replace(VIEW, colleagues=())))
    assert not dialog.list.isVisible()
    QTest.keyClicks(dialog.field, "5")
    QTest.keyClick(dialog.field, Qt.Key.Key_Down)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert targets == ["5"]
