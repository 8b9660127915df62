"""What holds for every window that comes up by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton

from softphone.model.call import CallStatus
from softphone.model.view import SessionView
from tests.fakes.phone import FakePhone, a_call, a_view, an_offer, waiting_prompt
from tests.qtest import QTest
from ui.prompts.call_waiting_prompt import CallWaitingPrompt
from ui.prompts.prompt import Prompt
from ui.prompts.recall_prompt import RecallPrompt

CONTROL = Qt.KeyboardModifier.ControlModifier


def waiting(now, call_id: str) -> SessionView:
    return a_view(prompt=waiting_prompt(an_offer(call_id, arrived=now.now)))


def recalled(now, call_id: str) -> SessionView:
    held = a_call(call_id, status=CallStatus.HELD, held_for_anyone=True, recall=True, since=now.now - 190)
    return a_view(calls=(held,), recall=held)


Show = Callable[[str], None]


@pytest.fixture(params=[(CallWaitingPrompt, waiting), (RecallPrompt, recalled)], ids=lambda param: param[0].__name__)
def up(request, qtbot, phone: FakePhone, now) -> tuple[Prompt, Show]:
    """A prompt that is up about call c1, its keys alive, and what makes it ask about another call."""
    kind, view = request.param
    prompt = kind(phone, now=now)
    qtbot.addWidget(prompt, before_close_func=lambda widget: widget.hide())
    with qtbot.waitExposed(prompt):
        prompt.follow(view(now, "c1"))
    now.now += 1
    return prompt, lambda call_id: prompt.follow(view(now, call_id))


def press_first(prompt: Prompt) -> None:
    QTest.keyClick(prompt, Qt.Key.Key_1, CONTROL)


def test_it_can_neither_be_closed_nor_be_answered_by_escape_or_enter(up: tuple[Prompt, Show], phone: FakePhone):
    prompt, _ = up
    prompt.close()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(prompt, key)
    assert prompt.isVisible()
    assert phone.requests == []


def test_it_is_on_top_is_not_activated_and_has_no_default_button(up: tuple[Prompt, Show]):
    prompt, _ = up
    assert prompt.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert not prompt.windowFlags() & Qt.WindowType.WindowCloseButtonHint
    assert prompt.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert not any(button.isDefault() or button.autoDefault() for button in prompt.findChildren(QPushButton))


def test_keys_are_dead_again_when_it_asks_about_another_call(up: tuple[Prompt, Show], phone: FakePhone, now):
    prompt, ask_about = up
    ask_about("c2")
    now.now += 0.4
    press_first(prompt)
    assert phone.requests == []
    now.now += 0.2
    prompt.tick()
    press_first(prompt)
    assert len(phone.requests) == 1


def test_a_refusal_is_told_whole_and_is_gone_with_the_question_it_was_about(up: tuple[Prompt, Show], phone: FakePhone):
    prompt, ask_about = up
    phone.refusal = "That cannot be done just now, because of a reason that takes two lines to tell, or even three."
    press_first(prompt)
    assert prompt.problem.text == phone.refusal
    layout = prompt.layout()
    assert layout is not None
    assert prompt.height() >= layout.totalHeightForWidth(prompt.width())
    ask_about("c2")
    assert prompt.problem.text == ""
