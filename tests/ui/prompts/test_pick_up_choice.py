"""The question what becomes of one's call when another caller is picked up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QPushButton, QWidget

from softphone.model.actions import Choice
from softphone.model.call import CallStatus
from tests.fakes.phone import a_call, a_held_call, a_view, drawn, ringing_prompt, waiting_prompt
from tests.qtest import QTest
from ui.prompts.pick_up_choice import PickUpChoice

HELD = a_held_call()
ON_A_CALL = a_view(calls=(a_call("c1"),), held_calls=(HELD,))
CONTROL = Qt.KeyboardModifier.ControlModifier
KEYS = {Choice.HOLD_AND_ANSWER: Qt.Key.Key_1, Choice.HANGUP_AND_ANSWER: Qt.Key.Key_2}


@pytest.fixture
def desk(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def told() -> dict[str, list[object]]:
    return {"chosen": [], "too late": []}


@pytest.fixture
def choice(qtbot, desk, now, told) -> PickUpChoice:
    dialog = PickUpChoice(ON_A_CALL, HELD, desk, now)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    dialog.chosen.connect(told["chosen"].append)
    dialog.too_late.connect(told["too late"].append)
    with qtbot.waitExposed(dialog):
        dialog.open()
    return dialog


def test_it_says_who_is_picked_up_and_whom_one_is_talking_to(choice):
    assert choice.caller.text() == "Held caller"
    assert choice.detail.text() == "(555) 010-4455 · Spring campaign · held by Agent Two"
    assert choice.current.text() == "You are on a call: First caller"
    assert [button.accessibleName() for button in choice.findChildren(QPushButton)] == [
        "Hold & Pick up",
        "Hangup & Pick up",
        "Cancel",
    ]
    assert choice.isModal()
    assert not any(button.isDefault() or button.autoDefault() for button in choice.findChildren(QPushButton))


@pytest.mark.parametrize("wish", KEYS)
def test_a_click_answers(qtbot, choice, told, wish):
    qtbot.mouseClick(choice.buttons[wish], Qt.MouseButton.LeftButton)
    assert told == {"chosen": [wish], "too late": []}
    assert not choice.isVisible()


@pytest.mark.parametrize("wish", KEYS)
def test_a_shortcut_does_the_same_once_the_keys_are_alive(choice, told, now, wish):
    now.now += 0.49
    QTest.keyClick(choice, KEYS[wish], CONTROL)
    QTest.keyClick(choice, Qt.Key.Key_Escape)
    assert (told["chosen"], choice.isVisible()) == ([], True)
    now.now += 0.02
    QTest.keyClick(choice, KEYS[wish], CONTROL)
    assert told["chosen"] == [wish]


def test_a_stray_enter_presses_nothing_and_escape_and_cancel_leave_all_as_it_was(qtbot, choice, told, now):
    now.now += 1
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        QTest.keyClick(QApplication.focusWidget() or choice, key)
    assert choice.isVisible()
    QTest.keyClick(choice, Qt.Key.Key_Escape)
    assert not choice.isVisible()
    choice.open()
    qtbot.mouseClick(choice.cancel, Qt.MouseButton.LeftButton)
    assert not choice.isVisible()
    assert told == {"chosen": [], "too late": []}


@pytest.mark.parametrize(("held_calls", "by"), [((), ""), ((replace(HELD, claimed_by="Agent Three"),), "Agent Three")])
def test_it_goes_when_the_caller_does_or_somebody_is_faster(choice, told, held_calls, by):
    choice.follow(drawn(replace(ON_A_CALL, held_calls=held_calls)))
    assert not choice.isVisible()
    assert told == {"chosen": [], "too late": [by]}


def test_when_ones_call_ends_there_is_nothing_left_to_ask(choice, told):
    choice.follow(drawn(replace(ON_A_CALL, calls=(a_call("c1", status=CallStatus.ENDING),))))
    assert not choice.isVisible()
    assert told["chosen"] == [None]


def test_a_call_that_is_being_dialled_can_only_be_hung_up(choice):
    choice.follow(drawn(replace(ON_A_CALL, calls=(a_call("c1", status=CallStatus.DIALING),))))
    assert [button.isEnabled() for button in choice.buttons.values()] == [False, True]


def test_while_the_prompt_asks_about_somebody_else_it_waits(qtbot, choice, told, now):
    now.now += 1
    choice.follow(drawn(replace(ON_A_CALL, prompt=waiting_prompt())))
    for wish, button in choice.buttons.items():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        QTest.keyClick(choice, KEYS[wish], CONTROL)
    assert told["chosen"] == []
    choice.follow(ON_A_CALL)
    qtbot.mouseClick(choice.buttons[Choice.HOLD_AND_ANSWER], Qt.MouseButton.LeftButton)
    assert told["chosen"] == [Choice.HOLD_AND_ANSWER]


def test_when_ones_call_ends_while_somebody_else_rings_that_question_comes_first(choice, told):
    choice.follow(drawn(replace(ON_A_CALL, calls=(), prompt=ringing_prompt())))
    assert (choice.isVisible(), told["chosen"]) == (True, [])
    assert not any(button.isEnabled() for button in choice.buttons.values())
    choice.follow(drawn(replace(ON_A_CALL, calls=())))
    assert (choice.isVisible(), told["chosen"]) == (False, [None])
