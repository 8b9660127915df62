"""The question that comes up when nobody picks up a caller one holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QPushButton

from softphone.model.actions import LeaveOnHold, RequestHangUp, RequestResume
from softphone.model.call import CallStatus
from softphone.model.view import CallView, SessionView
from tests.fakes.phone import IDLE, FakePhone, a_call, a_held_call, a_view
from tests.qtest import QTest
from ui.prompts.recall_prompt import RecallPrompt

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def prompt(qtbot, phone: FakePhone, now) -> RecallPrompt:
    made = RecallPrompt(phone, now=now)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.hide())
    return made


def forgotten(now, call_id: str = "c1", seconds: float = 190, **more) -> CallView:
    call = a_call(call_id, status=CallStatus.HELD, held_for_anyone=True, recall=True, since=now.now - seconds)
    return replace(call, **more)


def view_of(*calls: CallView, **more) -> SessionView:
    """A picture in which the agent is asked about the first of *calls*."""
    return a_view(calls=calls, **{"recall": calls[0], **more})


def come_up(qtbot, prompt: RecallPrompt, view: SessionView) -> None:
    with qtbot.waitExposed(prompt):
        prompt.follow(view)


def test_it_says_who_waits_for_how_long_and_what_the_note_says(qtbot, prompt, now):
    held = a_held_call(call="c1", note="Wants the blue one.")
    come_up(qtbot, prompt, view_of(forgotten(now), held_calls=(a_held_call("h0", note="Not this."), held)))
    assert prompt.caller.text() == "First caller"
    assert prompt.detail.text() == "(555) 010-2233 · Spring campaign"
    assert prompt.held.text() == "on hold for 3:10, nobody has picked up"
    assert prompt.note.text() == "“Wants the blue one.”"
    now.now += 2
    qtbot.waitUntil(lambda: prompt.held.text() == "on hold for 3:12, nobody has picked up")
    prompt.follow(view_of(forgotten(now)))
    assert not prompt.note.isVisible()


@pytest.mark.parametrize(
    ("button", "key", "action"),
    [
        ("resume", Qt.Key.Key_1, RequestResume("c1")),
        ("leave", Qt.Key.Key_2, LeaveOnHold("c1")),
        ("hang_up", Qt.Key.Key_3, RequestHangUp("c1")),
    ],
)
def test_each_button_and_its_key(qtbot, prompt, phone, now, button, key, action):
    come_up(qtbot, prompt, view_of(forgotten(now)))
    QTest.keyClick(prompt, key, CONTROL)
    assert phone.requests == []
    now.now += 0.51
    QTest.keyClick(prompt, key, CONTROL)
    qtbot.mouseClick(getattr(prompt, button), Qt.MouseButton.LeftButton)
    assert phone.requests == [action, action]


def test_it_is_modal_on_top_and_polite(qtbot, prompt: RecallPrompt, phone, now):
    come_up(qtbot, prompt, view_of(forgotten(now)))
    assert QApplication.activeModalWidget() is prompt
    assert prompt.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert prompt.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    buttons = prompt.findChildren(QPushButton)
    assert [button.accessibleName() for button in buttons] == ["Resume", "Leave on hold", "Hang up"]
    assert not any(button.isDefault() or button.autoDefault() for button in buttons)
    for _ in range(2):
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space):
            QTest.keyClick(QApplication.focusWidget() or prompt, key)
        now.now += 1
    prompt.close()
    assert (prompt.isVisible(), phone.requests) == (True, [])


def test_it_goes_when_nobody_is_asked_about_any_more(qtbot, prompt, now):
    come_up(qtbot, prompt, view_of(forgotten(now)))
    prompt.follow(view_of(forgotten(now), recall=None))
    assert (prompt.isVisible(), prompt.call_id()) == (False, "")
    come_up(qtbot, prompt, view_of(forgotten(now)))
    prompt.follow(IDLE)
    assert not prompt.isVisible()
    assert not prompt.clock.isActive()


def test_keys_meant_for_one_caller_do_not_reach_the_next(qtbot, prompt, phone, now):
    first, second = forgotten(now, "c1", 100), forgotten(now, "c2", 300)
    come_up(qtbot, prompt, view_of(second, first))
    assert prompt.call_id() == "c2"
    now.now += 1
    prompt.follow(view_of(first))
    QTest.keyClick(prompt, Qt.Key.Key_3, CONTROL)
    assert (prompt.call_id(), phone.requests) == ("c1", [])


def test_a_refusal_says_why(qtbot, prompt, phone, now):
    come_up(qtbot, prompt, view_of(forgotten(now)))
    phone.refusal = "Agent Two is just picking the caller up."
    qtbot.mouseClick(prompt.resume, Qt.MouseButton.LeftButton)
    assert prompt.problem.isVisible()
    assert prompt.problem.text == phone.refusal
