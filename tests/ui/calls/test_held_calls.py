"""The callers held for anyone, as rows of the call log's tab: what they say, and what can be done for them."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QPushButton, QToolTip

from softphone.model.actions import RequestResume
from softphone.model.call import CallStatus
from softphone.model.colleague import TeamHealth
from softphone.model.view import Party
from tests.fakes.phone import FakeNumberPlan, FakePhone, a_call, a_held_call, waiting_prompt
from tests.qtest import QTest
from tests.ui.app.test_main_window import A_RECORD, CONTROL
from ui.app.main_window import MINIMUM_WIDTH, MainWindow
from ui.shared.signals import SessionSignals

OWN = a_held_call("h2", "My caller", holder="agent1", holder_name="Agent One", call="c2")
OWN_CALL = a_call("c2", status=CallStatus.HELD, held_for_anyone=True)


@pytest.fixture
def window(qtbot, phone: FakePhone, now) -> MainWindow:
    signals = SessionSignals(phone)
    made = MainWindow(signals, FakeNumberPlan(), now)
    signals.setParent(made)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.hide())
    with qtbot.waitExposed(made):
        made.show()
    made.tabs.setCurrentWidget(made.log_page)
    return made


@pytest.fixture
def wanted(window) -> list[tuple[str, str]]:
    """What the rows ask the window for."""
    asked: list[tuple[str, str]] = []
    window.held.pick_up_wanted.connect(lambda held: asked.append(("pick up", held)))
    window.held.note_wanted.connect(lambda held: asked.append(("note", held)))
    return asked


def words(row) -> list[str]:
    labels = (row.name, row.detail, row.holder, row.note, row.clock)
    return [label.text() for label in labels if label.isVisible() and label.text()]


def buttons(row) -> list[str]:
    return [button.text() for button in row.findChildren(QPushButton) if button.isVisible()]


def test_a_row_says_who_is_held_by_whom_for_how_long_and_what_to_know(window, phone, now):
    phone.show(held_calls=(a_held_call(held_since=now.now - 95, note="Wants the blue one."),))
    row = window.held.rows["h1"]
    assert words(row) == [
        "Held caller",
        "(555) 010-4455 · Spring campaign · (555) 123-0001",
        "held by Agent Two",
        "“Wants the blue one.”",
        "1:35",
    ]
    assert buttons(row) == ["Pick up"]
    spoken = "Held caller, (555) 010-4455 · Spring campaign · (555) 123-0001, held by Agent Two"
    assert row.accessibleName() == f"{spoken}, “Wants the blue one.”, held 1 min"
    assert row.pick_up.accessibleName() == "Pick up Held caller"


def test_its_clock_runs(qtbot, window, phone, now):
    phone.show(held_calls=(a_held_call(held_since=now.now),))
    now.now += 61
    qtbot.waitUntil(lambda: window.held.rows["h1"].clock.text() == "1:01")


def test_the_callers_way_is_told_at_length(window, phone):
    way = ("Agent One talked for 3:10.", "Agent Two talked for 0:40.")
    phone.show(held_calls=(a_held_call(history=way),))
    row = window.held.rows["h1"]
    assert row.toolTip().splitlines()[-2:] == list(way)
    assert row.accessibleDescription() == " ".join(way)


def test_text_from_the_network_is_shown_as_text(window, phone):
    evil = Party("<b>Eve</b>\u202e", "1", "sip:eve@example.com")
    phone.show(held_calls=(a_held_call(remote=evil, note="<img src=x>"),))
    row = window.held.rows["h1"]
    assert row.name.text() == "<b>Eve</b>"
    assert row.note.textFormat() is Qt.TextFormat.PlainText
    assert "&lt;img src=x&gt;" in row.toolTip()


@pytest.mark.parametrize(
    ("more", "says", "can"),
    [
        ({}, "held by Agent Two", True),
        ({"holder_gone": True}, "held by Agent Two · holder is gone", True),
        ({"claimed_by": "Agent Three"}, "held by Agent Two · being picked up by Agent Three", False),
        ({"picking": True, "claimed_by": "Agent One"}, "held by Agent Two · you are picking this call up", False),
        ({"pick_up": False}, "held by Agent Two", False),
        ({"holder": "agent1", "holder_name": "Agent One", "holder_gone": True}, None, True),
    ],
)
def test_the_state_is_told_in_words_and_decides_about_the_button(window, phone, more, says, can):
    phone.show(held_calls=(a_held_call(**more),))
    row = window.held.rows["h1"]
    assert row.holder.text() == (says or "held by Agent One · holder is gone")
    assert (row.pick_up.isVisible(), row.pick_up.isEnabled()) == (True, can)


def test_others_are_picked_up_by_click_and_ones_own_resumed_and_given_a_note(qtbot, window, phone, wanted):
    phone.show(calls=(OWN_CALL,), held_calls=(a_held_call(), OWN))
    own = window.held.rows["h2"]
    assert buttons(own) == ["Resume", "Note…"]
    assert own.holder.text() == "held by you"
    for button in (window.held.rows["h1"].pick_up, own.resume, own.write_note):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wanted == [("pick up", "h1"), ("note", "h2")]
    assert phone.requests == [RequestResume("c2")]


def test_by_keyboard_alone(window: MainWindow, phone, wanted):
    window.log.show_records((A_RECORD,))
    window.tabs.setCurrentWidget(window.keypad)
    held = (a_held_call("h0", claimed_by="Agent Three"), a_held_call("h1"), OWN)
    phone.show(calls=(OWN_CALL,), held_calls=held)
    rows = window.held.rows
    QTest.keyClick(window, Qt.Key.Key_L, CONTROL)
    assert QApplication.focusWidget() is rows["h0"]
    QTest.keyClick(rows["h0"], Qt.Key.Key_Return)
    assert wanted == []
    QTest.keyClick(rows["h0"], Qt.Key.Key_Up)
    QTest.keyClick(rows["h0"], Qt.Key.Key_Down)
    assert QApplication.focusWidget() is rows["h1"]
    QTest.keyClick(rows["h1"], Qt.Key.Key_Return)
    QTest.keyClick(rows["h1"], Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is rows["h1"].pick_up
    QTest.keyClick(rows["h1"].pick_up, Qt.Key.Key_Space)
    assert wanted == [("pick up", "h1")] * 2
    QTest.keyClick(rows["h1"], Qt.Key.Key_Down)
    QTest.keyClick(rows["h2"], Qt.Key.Key_Enter)
    assert phone.requests == [RequestResume("c2")]
    QTest.keyClick(rows["h2"], Qt.Key.Key_Down)
    assert QApplication.focusWidget() is window.log.list


def test_rows_live_as_long_as_their_callers_are_held_and_keep_the_sessions_order(window, phone):
    first, second, third = (a_held_call(f"h{n}", f"Caller {n}") for n in range(3))
    phone.show(held_calls=(first, second))
    kept = window.held.rows["h1"]
    kept.setFocus()
    phone.show(held_calls=(third, second))
    assert window.held.rows["h1"] is kept
    assert kept.hasFocus()
    assert [row.name.text() for row in window.held._in_order()] == ["Caller 2", "Caller 1"]
    phone.show(held_calls=())
    assert (window.held.rows, window.held.isVisible()) == ({}, False)


def test_the_tab_counts_those_who_are_held(window, phone):
    place = window.tabs.indexOf(window.log_page)
    assert window.tabs.tabText(place) == "Call &log"
    phone.show(held_calls=(a_held_call(), OWN))
    assert window.tabs.tabText(place) == "Call &log (2)"
    phone.show(held_calls=())
    assert window.tabs.tabText(place) == "Call &log"


def test_while_the_prompt_is_up_nobody_is_picked_up(qtbot, window, phone, wanted):
    phone.show(calls=(OWN_CALL,), held_calls=(a_held_call(), OWN), prompt=waiting_prompt())
    rows = window.held.rows
    for button in (rows["h1"].pick_up, rows["h2"].resume, rows["h2"].write_note):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (wanted, phone.requests) == ([], [])


def test_without_the_database_the_button_says_why_it_is_dead(window, phone):
    phone.show(calls=(OWN_CALL,), held_calls=(a_held_call(), OWN), team=TeamHealth(online=False, shared=True))
    rows = window.held.rows
    assert not rows["h1"].pick_up.isEnabled()
    assert rows["h1"].pick_up.toolTip() == "Picking up needs the team's database, which cannot be reached."
    assert rows["h1"].pick_up.accessibleDescription() == rows["h1"].pick_up.toolTip()
    assert rows["h2"].resume.isEnabled()
    QTest.keyClick(rows["h1"], Qt.Key.Key_Return)
    assert QToolTip.text() == rows["h1"].pick_up.toolTip()
    QToolTip.hideText()
    phone.show(team=TeamHealth(shared=True))
    assert (rows["h1"].pick_up.isEnabled(), rows["h1"].pick_up.toolTip()) == (True, "")


@pytest.mark.parametrize("scale", [1, 2])
def test_it_fits_a_narrow_window_with_large_letters(qtbot, qapp, window, phone, scale):
    font = qapp.font()
    large = qapp.font()
    large.setPointSizeF(font.pointSizeF() * scale)
    qapp.setFont(large)
    try:
        phone.show(held_calls=(a_held_call(name="W" * 100, note="n" * 20 + " word" * 30, holder_gone=True), OWN))
        window.resize(MINIMUM_WIDTH, 600)
        row = window.held.rows["h1"]
        qtbot.waitUntil(lambda: row.note.height() >= row.note.heightForWidth(row.note.width()))
        assert window.minimumSizeHint().width() <= MINIMUM_WIDTH
        for button in (row.pick_up, *window.held.rows["h2"].findChildren(QPushButton)):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width()
                assert button.mapTo(window, button.rect().bottomRight()).x() < MINIMUM_WIDTH
    finally:
        qapp.setFont(font)
