"""The main window is a picture of the view, and its controls are requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from softphone.model.actions import PressKeys, RequestHangUp, RequestHold, RequestResume, SetStatus
from softphone.model.call import CallStatus
from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.profile import AgentStatus
from softphone.model.view import EngineView, Notice, NoticeKind, RegistrationStatus, RegistrationView, SoundView
from tests.fakes.phone import FakeNumberPlan, FakePhone, a_call, waiting_prompt
from tests.qtest import QTest
from ui.app.main_window import MINIMUM_WIDTH, MainWindow
from ui.shared.signals import SessionSignals
from ui.widgets.labels import PlainLabel
from ui.widgets.status_icon import StatusKind
from ui.widgets.two_lines import DETAIL

THEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
A_RECORD = CallRecord(
    "c1",
    "id",
    Direction.INCOMING,
    "agent1",
    "Alice",
    "sip:alice@example.com",
    "+15551230001",
    "Spring campaign",
    True,
    THEN,
    None,
    THEN,
    12.4,
    Outcome.ABANDONED,
    "The caller gave up.",
)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot, phone: FakePhone, now) -> MainWindow:
    signals = SessionSignals(phone)
    made = MainWindow(signals, FakeNumberPlan(), now)
    signals.setParent(made)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.hide())
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_it_shows_status_and_registration_by_shape_and_words(window, phone):
    assert window.top.status.text() == "Available"
    assert (window.top.icon.kind, window.top.registration.text()) == (StatusKind.GOOD, "registered")
    kinds = {StatusKind.GOOD}
    for status in (RegistrationStatus.NONE, RegistrationStatus.TRYING, RegistrationStatus.FAILED):
        phone.show(registration=RegistrationView(status, "sip:a@example.com", 0, ""), agent_status=AgentStatus.WRAP_UP)
        kinds.add(window.top.icon.kind)
    assert len(kinds) == 4
    assert window.top.status.text() == "Wrap-up"


def test_a_status_is_chosen_by_menu_and_by_key(window, phone):
    window.top.actions_by_status[AgentStatus.DO_NOT_DISTURB].trigger()
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert phone.requests == [SetStatus(AgentStatus.DO_NOT_DISTURB), SetStatus(AgentStatus.WRAP_UP)]


def test_problems_stay_until_they_are_gone(window, phone):
    phone.show(
        engine=EngineView(0, 3, "The telephone process does not start."),
        registration=RegistrationView(RegistrationStatus.FAILED, "sip:a@example.com", 401, "The password is wrong."),
        sound=SoundView(note="There is no microphone."),
    )
    assert window.problem.isVisible()
    lines = ["The telephone process does not start.", "The password is wrong.", "There is no microphone."]
    assert window.problem.text.splitlines() == lines
    phone.show(
        engine=EngineView(1, 4, ""),
        sound=SoundView("Mic"),
        registration=replace(phone.view.registration, status=RegistrationStatus.TRYING),
    )
    assert not window.problem.isVisible()


def test_dialling(qtbot, window, phone):
    QTest.keyClicks(window.number, "Alice")
    qtbot.mouseClick(window.call_button, Qt.MouseButton.LeftButton)
    QTest.keyClicks(window.number, " 555 1234 ")
    QTest.keyClick(window.number, Qt.Key.Key_Return)
    assert phone.requests == [("dial", "Alice"), ("dial", "555 1234")]
    assert window.number.text() == ""


def test_a_refused_number_stays_in_the_field_and_the_reason_is_told(window, phone):
    phone.refusal = "“Nobody” is neither a number nor a name."
    QTest.keyClicks(window.number, "Nobody")
    QTest.keyClick(window.number, Qt.Key.Key_Return)
    assert window.number.text() == "Nobody"
    assert [notice.text for notice in window.notices.notices] == [phone.refusal]


def test_calls_have_rows_that_live_as_long_as_they_do(window, phone, now):
    phone.show(calls=(a_call("c1", since=now.now - 192), a_call("c2", status=CallStatus.HELD, held_for_anyone=True)))
    assert list(window.calls.rows) == ["c1", "c2"]
    first = window.calls.rows["c1"]
    assert (first.mute.isVisible(), first.hold.isVisible(), first.resume.isVisible()) == (True, True, False)
    assert first._clock.text() == "3:12"
    second = window.calls.rows["c2"]
    assert (second.mute.isVisible(), second.hold.isVisible(), second.resume.isVisible()) == (False, False, True)
    assert "held for anyone" in second._detail.text()
    phone.show(calls=(a_call("c1", status=CallStatus.HELD),))
    assert list(window.calls.rows) == ["c1"]
    assert window.calls.rows["c1"] is first
    assert first.resume.isVisible()


def test_only_calls_the_agent_is_part_of_have_rows_and_queued_ones_are_counted(window, phone):
    hidden = (CallStatus.QUEUED, CallStatus.WAITING, CallStatus.RINGING)
    phone.show(calls=tuple(a_call(status.value, status=status) for status in hidden), queued=2)
    assert not window.calls.rows
    assert window.queued.text() == "2 callers queued"
    phone.show(queued=1)
    assert window.queued.text() == "1 caller queued"
    phone.show(queued=0)
    assert not window.queued.isVisible()


def test_the_clock_of_a_call_runs(qtbot, window, phone, now):
    phone.show(calls=(a_call(since=now.now),))
    now.now += 61
    qtbot.waitUntil(lambda: window.calls.rows["c1"]._clock.text() == "1:01")


def test_buttons_of_a_row(qtbot, window, phone):
    phone.show(calls=(a_call("c1"), a_call("c2", status=CallStatus.HELD)))
    rows = window.calls.rows
    for button in (rows["c1"].mute, rows["c1"].hold, rows["c2"].resume, rows["c2"].hang_up, rows["c1"].mute):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert phone.requests == [
        ("mute", True),
        RequestHold("c1"),
        RequestResume("c2"),
        RequestHangUp("c2"),
        ("mute", False),
    ]


def test_a_refused_mute_does_not_look_muted(qtbot, window, phone):
    phone.show(calls=(a_call(),))
    phone.refusal = "There is no microphone."
    qtbot.mouseClick(window.calls.rows["c1"].mute, Qt.MouseButton.LeftButton)
    assert not window.calls.rows["c1"].mute.isChecked()


def test_everything_has_a_key(window, phone):
    window.log.show_records((A_RECORD,))
    phone.show(calls=(a_call("c1"),))
    for key in (Qt.Key.Key_M, Qt.Key.Key_H, Qt.Key.Key_E):
        QTest.keyClick(window, key, CONTROL)
    assert phone.requests == [("mute", True), RequestHold("c1"), RequestHangUp("c1")]
    phone.show(calls=(a_call("c1", status=CallStatus.HELD),))
    QTest.keyClick(window, Qt.Key.Key_H, CONTROL)
    assert phone.requests[-1] == RequestResume("c1")
    wanted: list[str] = []
    window.settings_wanted.connect(lambda: wanted.append("settings"))
    QTest.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
    assert (wanted, QApplication.focusWidget()) == (["settings"], window.log.list)
    QTest.keyClick(window, Qt.Key.Key_D, CONTROL)
    assert QApplication.focusWidget() is window.number


def test_the_keypad_writes_a_number_or_plays_tones(qtbot, window, phone):
    QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
    qtbot.mouseClick(window.keypad.keys["5"], Qt.MouseButton.LeftButton)
    QTest.keyClick(window.keypad.keys["5"], Qt.Key.Key_6)
    assert window.number.text() == "56"
    phone.show(calls=(a_call("c1"),))
    qtbot.mouseClick(window.keypad.keys["#"], Qt.MouseButton.LeftButton)
    QTest.keyClick(window.keypad.keys["5"], Qt.Key.Key_7)
    assert phone.requests == [PressKeys("c1", "#"), PressKeys("c1", "7")]


def test_while_the_prompt_is_up_only_typing_keypad_and_mute_are_left(qtbot, window, phone):
    call = a_call()
    phone.show(calls=(call,), prompt=waiting_prompt(current=call))
    row = window.calls.rows["c1"]
    for button in (row.hold, row.hang_up, window.call_button, window.top.settings):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClicks(window.number, "12")
    QTest.keyClick(window.number, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_H, Qt.Key.Key_E):
        QTest.keyClick(window, key, CONTROL)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert phone.requests == []
    assert window.number.text() == "12"
    QTest.keyClick(window, Qt.Key.Key_M, CONTROL)
    qtbot.mouseClick(window.keypad.keys["3"], Qt.MouseButton.LeftButton)
    assert phone.requests == [("mute", True), PressKeys("c1", "3")]
    phone.show(prompt=None)
    assert row.hold.isEnabled()


def test_a_notice_can_be_put_away_and_a_lost_call_called_back(qtbot, window, phone):
    lost = Notice(NoticeKind.WARNING, "The call with Alice was lost.", "sip:alice@example.com")
    phone.tell(lost)
    phone.tell(lost)
    phone.tell(Notice(NoticeKind.INFO, "Something else."))
    assert len(window.notices.notices) == 2
    buttons = {button.text(): button for button in window.notices.findChildren(QAbstractButton)}
    qtbot.waitUntil(buttons["Call &back"].isVisible)
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == [window]
    qtbot.mouseClick(buttons["Call &back"], Qt.MouseButton.LeftButton)
    assert phone.requests == [("dial", "sip:alice@example.com")]
    assert [notice.text for notice in window.notices.notices] == ["Something else."]
    qtbot.mouseClick(buttons["✕"], Qt.MouseButton.LeftButton)
    assert not window.notices.isVisible()


def test_old_notices_make_room(window, phone):
    for number in range(5):
        phone.tell(Notice(NoticeKind.INFO, f"Notice {number}"))
    assert [notice.text for notice in window.notices.notices] == ["Notice 2", "Notice 3", "Notice 4"]


def test_the_call_log(qtbot, window, phone):
    window.log.show_records((A_RECORD, replace(A_RECORD, remote_name="")))
    QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
    texts = [window.log.list.item(row).text() for row in range(window.log.list.count())]
    assert texts == ["↙ Alice", "↙ alice"]
    assert "abandoned · waited 0:12 · Spring campaign" in window.log.list.item(0).data(
        Qt.ItemDataRole.AccessibleTextRole
    )
    local = THEN.astimezone()
    assert f"{local:%M}" in window.log.list.item(0).data(DETAIL).split(" · ")[0]
    window.log.list.setCurrentRow(0)
    QTest.keyClick(window.log.list, Qt.Key.Key_Return)
    assert phone.requests == [("dial", "sip:alice@example.com")]


def test_the_call_log_keeps_what_is_there_and_follows_every_change(window):
    first, second, third = (replace(A_RECORD, remote_name=name) for name in ("First", "Second", "Third"))
    log = window.log
    log.show_records((second, first))
    kept = log.list.item(0)
    log.list.setCurrentItem(kept)
    for records in ((third, second), (third, second, first), (first,), (), (first, third), (third, first)):
        log.show_records(records)
        names = [log.list.item(row).text() for row in range(log.list.count())]
        assert names == [f"↙ {record.remote_name}" for record in records]
        if records == (third, second):
            assert log.list.currentItem() is kept


def test_every_control_has_a_name_for_those_who_hear_the_screen(window, phone):
    phone.show(calls=(a_call("c1"), a_call("c2", status=CallStatus.HELD)))
    controls = [*window.findChildren(QAbstractButton), *window.findChildren(QLineEdit)]
    nameless = [c for c in controls if c.isVisible() and not (c.accessibleName() or getattr(c, "text", str)())]
    assert nameless == []


def test_it_is_usable_at_its_smallest(qtbot, window, phone):
    phone.show(calls=(a_call("c1", "W" * 200), a_call("c2", status=CallStatus.HELD)), queued=3)
    phone.tell(Notice(NoticeKind.WARNING, "The call with somebody of a long name was lost. " * 3, "sip:a@example.com"))
    window.resize(1, 1)
    assert window.width() == MINIMUM_WIDTH
    assert window.minimumSizeHint().width() <= MINIMUM_WIDTH
    label = next(label for label in window.notices.findChildren(PlainLabel) if label.text())
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()) > label.fontMetrics().height())
    row = window.calls.rows["c1"]
    assert row.hang_up.mapTo(window, row.hang_up.rect().bottomRight()).x() < MINIMUM_WIDTH


def test_its_clock_stops_while_nobody_sees_it(window):
    assert window._clock.isActive()
    window.hide()
    assert not window._clock.isActive()


@pytest.mark.parametrize("key", [Qt.Key.Key_D, Qt.Key.Key_E, Qt.Key.Key_H, Qt.Key.Key_K])
def test_the_number_field_leaves_the_phones_shortcuts_alone(window, key):
    """On X11 a line of text wants these keys for itself; offscreen it does not, so it is asked as Qt would ask it."""
    question = QKeyEvent(QEvent.Type.ShortcutOverride, key, CONTROL)
    question.accept()
    window.number.event(question)
    assert not question.isAccepted()


def test_the_phones_shortcuts_work_while_a_number_is_typed(window, phone):
    phone.show(calls=(a_call("c1"),))
    QTest.keyClicks(window.number, "555")
    for key in (Qt.Key.Key_H, Qt.Key.Key_E):
        QTest.keyClick(window.number, key, CONTROL)
    assert phone.requests == [RequestHold("c1"), RequestHangUp("c1")]
    assert window.number.text() == "555"
    QTest.keyClick(window.number, Qt.Key.Key_K, CONTROL)
    assert window.number.text() == "555"
    QTest.keyClick(window.number, Qt.Key.Key_D, CONTROL)
    assert window.number.selectedText() == "555"
