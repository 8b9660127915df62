"""The prompt, with real clicks and keys."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QPushButton

from softphone.model.actions import Choice, Choose, MuteBeep, PressKeys
from softphone.model.call import CallStatus
from softphone.model.profile import NoAnswer
from softphone.model.view import Party, SessionView
from tests.fakes.phone import IDLE, FakePhone, a_call, a_view, an_offer, ringing_prompt, waiting_prompt
from tests.qtest import QTest
from ui.prompts.call_waiting_prompt import CallWaitingPrompt

KEYS = {Choice.HOLD_AND_ANSWER: Qt.Key.Key_1, Choice.HANGUP_AND_ANSWER: Qt.Key.Key_2, Choice.IGNORE: Qt.Key.Key_3}
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def prompt(qtbot, phone: FakePhone, now) -> CallWaitingPrompt:
    made = CallWaitingPrompt(phone, now=now)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.hide())
    return made


def waiting(now, *names: str, **more) -> SessionView:
    """A view with these callers waiting, the first for 7 seconds, with 53 to go."""
    names = names or ("Name of the caller",)
    offers = [an_offer(f"w{index}", name, arrived=now.now - 7 + index) for index, name in enumerate(names)]
    current = a_call(since=now.now - 192)
    return a_view(calls=(current,), prompt=waiting_prompt(*offers, current=current, **more))


def come_up(qtbot, prompt: CallWaitingPrompt, view: SessionView) -> None:
    with qtbot.waitExposed(prompt):
        prompt.follow(view)


def words(prompt: CallWaitingPrompt) -> list[str]:
    shown = [button for button in prompt.choices.buttons.values() if button.isVisible()]
    return [button.text().replace("&&", "&") for button in shown]


def test_it_shows_who_calls_which_number_for_how_long_and_what_happens_next(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now))
    assert prompt.heading.text() == "Call waiting"
    assert prompt.direct.isVisible()
    assert prompt.card.name.text() == "Name of the caller"
    assert prompt.card.number.text() == "(555) 867-5309"
    assert prompt.card.called.text() == "called Spring campaign · (555) 123-0001"
    assert prompt.card.waiting.text() == "waiting 0:07"
    assert prompt.card.next.text() == "→ Voicemail in 0:53"
    assert prompt.current.text() == "on the line: First caller 3:12"
    assert words(prompt) == ["Hold & Answer", "Hangup & Answer", "Ignore"]


def test_the_clocks_follow_the_monotonic_clock_even_after_a_blocked_thread(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now))
    before = prompt.card.left.value()
    now.now += 3
    qtbot.waitUntil(lambda: prompt.card.waiting.text() == "waiting 0:10")
    assert prompt.card.next.text() == "→ Voicemail in 0:50"
    assert prompt.current.text() == "on the line: First caller 3:15"
    assert prompt.card.left.value() < before


@pytest.mark.parametrize(
    ("kind", "target", "text"),
    [
        (NoAnswer.HANG_UP, "", "→ Hang up in 0:53"),
        (NoAnswer.AGENT, "agent2", "→ agent2 in 0:53"),
        (NoAnswer.VOICEMAIL, "sip:vm@example.com", "→ Voicemail in 0:53"),
    ],
)
def test_every_no_answer_route_has_its_words(qtbot, prompt, now, kind, target, text):
    offer = an_offer(arrived=now.now - 7, next_kind=kind, next_target=target)
    come_up(qtbot, prompt, a_view(prompt=waiting_prompt(offer)))
    assert prompt.card.next.text() == text


@pytest.mark.parametrize("choice", KEYS)
def test_a_click_answers_for_the_caller_in_front(qtbot, prompt, phone, now, choice):
    come_up(qtbot, prompt, waiting(now))
    qtbot.mouseClick(prompt.choices.buttons[choice], Qt.MouseButton.LeftButton)
    assert phone.requests == [Choose("w0", choice)]


@pytest.mark.parametrize("choice", KEYS)
def test_a_shortcut_does_the_same_once_the_keys_are_alive(qtbot, prompt, phone, now, choice):
    come_up(qtbot, prompt, waiting(now))
    QTest.keyClick(prompt, KEYS[choice], CONTROL)
    now.now += 0.49
    QTest.keyClick(prompt, KEYS[choice], CONTROL)
    assert phone.requests == []
    now.now += 0.02
    QTest.keyClick(prompt, KEYS[choice], CONTROL)
    assert phone.requests == [Choose("w0", choice)]


def test_keys_typed_into_it_do_nothing_at_first_and_press_no_button_later(qtbot, prompt, phone, now):
    come_up(qtbot, prompt, waiting(now))
    for _ in range(2):
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_A):
            QTest.keyClick(QApplication.focusWidget() or prompt, key)
        now.now += 1
    assert phone.requests == []
    assert prompt.isVisible()


def test_tab_reaches_the_buttons_and_space_presses_them_when_the_keys_are_alive(
    qtbot, prompt: CallWaitingPrompt, phone, now
):
    come_up(qtbot, prompt, waiting(now))
    QTest.keyClick(prompt, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is prompt
    now.now += 1
    QTest.keyClick(prompt, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is prompt.choices.buttons[Choice.HOLD_AND_ANSWER]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert phone.requests == [Choose("w0", Choice.HOLD_AND_ANSWER)]


def test_it_is_modal_on_top_and_neither_takes_the_keyboard_nor_has_a_close_or_default_button(
    qtbot, prompt: CallWaitingPrompt, now
):
    come_up(qtbot, prompt, waiting(now))
    assert prompt.isModal()
    assert QApplication.activeModalWidget() is prompt
    assert prompt.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    assert not prompt.windowFlags() & Qt.WindowType.WindowCloseButtonHint
    assert prompt.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert not any(button.isDefault() or button.autoDefault() for button in prompt.findChildren(QPushButton))
    prompt.close()
    assert prompt.isVisible()


def test_every_control_has_an_accessible_name(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now))
    names = [button.accessibleName() for button in prompt.choices.buttons.values() if button.isVisible()]
    assert names == ["Hold & Answer", "Hangup & Answer", "Ignore"]
    assert prompt.beep.accessibleName()
    assert prompt.card.left.accessibleName()
    assert "Name of the caller" in prompt.accessibleName()


def test_several_waiting_callers_each_have_their_own_countdown(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now, "One", "Two", "Three"))
    assert prompt.call_id() == "w0"
    assert prompt.more.text() == "2 more waiting"
    assert prompt.further.lines == (
        "Two · (555) 867-5309 0:06  → Voicemail in 0:54",
        "Three · (555) 867-5309 0:05  → Voicemail in 0:55",
    )


def test_when_the_front_caller_gives_up_the_next_one_is_asked_about_and_stray_input_is_not_meant_for_them(
    qtbot, prompt, phone, now
):
    come_up(qtbot, prompt, waiting(now, "One", "Two"))
    now.now += 5
    two = a_view(prompt=waiting_prompt(an_offer("w1", "Two", arrived=now.now)))
    prompt.follow(two)
    ignore = prompt.choices.buttons[Choice.IGNORE]
    qtbot.mouseClick(ignore, Qt.MouseButton.LeftButton)
    QTest.keyClick(prompt, Qt.Key.Key_3, CONTROL)
    assert phone.requests == []
    assert prompt.card.name.text() == "Two"
    assert prompt.further.lines == ()
    now.now += 0.3
    qtbot.waitUntil(ignore.isEnabled)
    qtbot.mouseClick(ignore, Qt.MouseButton.LeftButton)
    assert phone.requests == [Choose("w1", Choice.IGNORE)]


def test_a_further_caller_leaves_the_running_question_alone(qtbot, prompt, phone, now):
    come_up(qtbot, prompt, waiting(now, "One"))
    now.now += 1
    prompt.follow(waiting(now, "One", "Two"))
    QTest.keyClick(prompt, Qt.Key.Key_1, CONTROL)
    assert phone.requests == [Choose("w0", Choice.HOLD_AND_ANSWER)]


def test_the_same_window_becomes_an_incoming_call_prompt_and_back(qtbot, prompt, phone, now):
    come_up(qtbot, prompt, waiting(now))
    prompt.follow(a_view(prompt=ringing_prompt(an_offer("w0"))))
    assert prompt.isVisible()
    assert prompt.heading.text() == "Incoming call"
    assert words(prompt) == ["Answer", "Ignore"]
    assert not prompt.beep.isVisible()
    assert prompt.current.text() == ""
    now.now += 1
    QTest.keyClick(prompt, Qt.Key.Key_1, CONTROL)
    assert phone.requests == [Choose("w0", Choice.ANSWER)]
    prompt.follow(waiting(now))
    assert words(prompt) == ["Hold & Answer", "Hangup & Answer", "Ignore"]


def test_the_call_ends_it(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now))
    prompt.follow(IDLE)
    assert not prompt.isVisible()
    assert prompt.call_id() == ""
    come_up(qtbot, prompt, waiting(now))
    assert prompt.isVisible()


def test_choices_that_are_not_possible_now_are_disabled(qtbot, prompt, phone, now):
    come_up(qtbot, prompt, waiting(now, choices=(Choice.IGNORE,)))
    qtbot.mouseClick(prompt.choices.buttons[Choice.HOLD_AND_ANSWER], Qt.MouseButton.LeftButton)
    now.now += 1
    QTest.keyClick(prompt, Qt.Key.Key_1, CONTROL)
    assert phone.requests == []
    assert prompt.choices.buttons[Choice.IGNORE].isEnabled()


def test_a_problem_is_shown_and_moves_no_button(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now))
    button = prompt.choices.buttons[Choice.IGNORE]
    place = button.mapTo(prompt, button.rect().topLeft())
    prompt.follow(waiting(now, problem="The hold was refused."))
    assert prompt.problem.isVisible()
    assert prompt.problem.text == "The hold was refused."
    assert button.mapTo(prompt, button.rect().topLeft()) == place


def test_a_refused_choice_says_why(qtbot, prompt, phone, now):
    come_up(qtbot, prompt, waiting(now))
    phone.refusal = "The caller has just hung up."
    qtbot.mouseClick(prompt.choices.buttons[Choice.HOLD_AND_ANSWER], Qt.MouseButton.LeftButton)
    assert prompt.problem.text == "The caller has just hung up."


def test_mute_the_beep_and_the_keypad_work_while_it_is_up(qtbot, prompt, phone, now):
    come_up(qtbot, prompt, waiting(now))
    now.now += 1
    QTest.keyClick(prompt, Qt.Key.Key_M, CONTROL)
    qtbot.mouseClick(prompt.beep, Qt.MouseButton.LeftButton, pos=prompt.beep.rect().center() / 4)
    for key in (Qt.Key.Key_5, Qt.Key.Key_NumberSign):
        QTest.keyClick(prompt, key)
    assert phone.requests == [("mute", True), MuteBeep(True), PressKeys("c1", "5"), PressKeys("c1", "#")]


def test_a_held_call_is_not_on_the_line_and_hears_no_digits(qtbot, prompt, phone, now):
    held = a_call(status=CallStatus.HELD, since=now.now - 61)
    come_up(qtbot, prompt, a_view(prompt=waiting_prompt(current=held)))
    assert prompt.current.text() == "on hold: First caller 1:01"
    now.now += 1
    QTest.keyClick(prompt, Qt.Key.Key_5)
    assert phone.requests == []


def test_text_from_the_network_is_shown_as_text(qtbot, prompt, now):
    offer = an_offer(remote=Party("<b>Eve</b>\u202e\r\n& Co", "<img src=x>", "sip:eve@example.com"))
    come_up(qtbot, prompt, a_view(prompt=waiting_prompt(offer)))
    assert prompt.card.name.text() == "<b>Eve</b>& Co"
    assert prompt.card.name.textFormat() is Qt.TextFormat.PlainText


def test_a_caller_without_name_and_number_is_named_unknown(qtbot, prompt, now):
    come_up(qtbot, prompt, a_view(prompt=waiting_prompt(an_offer(remote=Party("", "", "")))))
    assert prompt.card.name.text() == "Unknown caller"
    assert not prompt.card.number.isVisible()


def test_a_long_name_does_not_widen_it(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now))
    width = prompt.width()
    prompt.follow(waiting(now, "W" * 300))
    assert prompt.width() == width


def test_it_tells_once_per_call_that_it_was_painted(qtbot, prompt, now):
    told: list[str] = []
    prompt.painted.connect(lambda call, _at: told.append(call))
    prompt.follow(waiting(now, "One", "Two"))
    qtbot.waitUntil(lambda: told == ["w0"])
    prompt.follow(waiting(now, "One", "Two", problem="Something"))
    prompt.repaint()
    prompt.follow(a_view(prompt=waiting_prompt(an_offer("w1"))))
    qtbot.waitUntil(lambda: told == ["w0", "w1"])


def test_no_clock_runs_while_it_is_down(qtbot, prompt, now):
    come_up(qtbot, prompt, waiting(now))
    assert prompt.clock.isActive()
    prompt.follow(IDLE)
    assert not prompt.clock.isActive()
