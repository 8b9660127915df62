"""The rows of one's own calls, as far as the team is concerned."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton

from softphone.model.actions import RequestHoldForAnyone
from softphone.model.call import CallStatus
from softphone.model.colleague import TeamHealth
from tests.fakes.phone import FakeNumberPlan, FakePhone, a_call, waiting_prompt
from tests.qtest import QTest
from tests.ui.app.test_main_window import CONTROL
from ui.app.main_window import MINIMUM_WIDTH, MainWindow
from ui.shared.signals import SessionSignals

SHIFT = Qt.KeyboardModifier.ShiftModifier
HELD = a_call("c2", status=CallStatus.HELD)


@pytest.fixture
def window(qtbot, phone: FakePhone, now) -> MainWindow:
    signals = SessionSignals(phone)
    made = MainWindow(signals, FakeNumberPlan(), now)
    signals.setParent(made)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.hide())
    with qtbot.waitExposed(made):
        made.show()
    return made


def buttons(row) -> list[str]:
    return [button.text() for button in row.findChildren(QPushButton) if button.isVisible()]


def test_what_each_call_offers(window, phone):
    phone.show(
        calls=(
            a_call("c1"),
            HELD,
            a_call("c3", status=CallStatus.HELD, held_for_anyone=True),
            a_call("c4", status=CallStatus.BRIDGED),
        )
    )
    assert [buttons(row) for row in window.calls.rows.values()] == [
        ["Mute", "&Hold", "Hold for &anyone", "T&ransfer…", "Hang up"],
        ["Release &for anyone", "Resume", "Transfer…", "Hang up"],
        ["Resume", "Transfer…", "Hang up"],
        ["Hang up"],
    ]
    names = [row.anyone.accessibleName() for row in window.calls.rows.values()][:2]
    assert names == ["Hold First caller for anyone", "Release First caller for anyone"]


def test_while_a_hold_is_asked_for_no_button_moves_and_nothing_but_hanging_up_is_offered(window, phone):
    phone.show(calls=(a_call("c1"),))
    row = window.calls.rows["c1"]
    before = buttons(row)
    phone.show(calls=(a_call("c1", status=CallStatus.HOLDING),))
    assert row.accessibleName() == "First caller, holding…"
    assert buttons(row) == before
    enabled = [button.text() for button in row.findChildren(QPushButton) if button.isVisible() and button.isEnabled()]
    assert enabled == ["Mute", "Hang up"]
    QTest.keyClick(window, Qt.Key.Key_H, CONTROL)
    assert phone.requests == []
    phone.show(calls=(a_call("c1", status=CallStatus.HELD),))
    assert buttons(row) == ["Release &for anyone", "Resume", "Transfer…", "Hang up"]


def test_what_the_session_does_not_offer_is_not_asked_for(window, phone):
    phone.show(calls=(a_call("c1"), HELD), possible=frozenset())
    for key in (Qt.Key.Key_H, Qt.Key.Key_E):
        QTest.keyClick(window, key, CONTROL)
        QTest.keyClick(window, key, CONTROL | SHIFT)
    for row in window.calls.rows.values():
        for button in row.findChildren(QPushButton):
            if button is not row.mute:
                assert not button.isEnabled()
    assert not window.call_button.isEnabled()
    assert phone.requests == []


def test_hold_for_anyone_by_click_by_shortcut_and_by_letter(qtbot, window, phone):
    phone.show(calls=(a_call("c1"), HELD))
    rows = window.calls.rows
    for row in rows.values():
        qtbot.mouseClick(row.anyone, Qt.MouseButton.LeftButton)
    QTest.keyClick(window.number, Qt.Key.Key_H, CONTROL | SHIFT)
    QTest.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: len(phone.requests) == 4)  # a button pressed by its letter is seen to go down first
    phone.show(calls=(a_call("c3", status=CallStatus.HELD, held_for_anyone=True), HELD))
    QTest.keyClick(window, Qt.Key.Key_H, CONTROL | SHIFT)
    expected = ["c1", "c2", "c1", "c1", "c2"]
    assert phone.requests == [RequestHoldForAnyone(call) for call in expected]
    phone.show(prompt=waiting_prompt())
    QTest.keyClick(window, Qt.Key.Key_H, CONTROL | SHIFT)
    assert len(phone.requests) == len(expected)


def test_what_must_not_be_overlooked_has_a_line_of_its_own(window, phone, now):
    since = now.now - 190
    phone.show(
        calls=(
            a_call("c1"),
            a_call("c2", status=CallStatus.HELD, held_for_anyone=True, recall=True, since=since),
            a_call("c3", status=CallStatus.HELD, held_for_anyone=True, recall=True, claimed_by="Agent Two"),
            a_call("c4", status=CallStatus.BRIDGED),
        )
    )
    assert [row.banner.text for row in window.calls.rows.values()] == [
        "",
        "on hold for 3:10, nobody has picked up",
        "being picked up by Agent Two",
        "another agent is talking to this caller through your softphone",
    ]
    assert not window.calls.rows["c1"].banner.isVisible()
    now.now += 1
    window.calls.tick(now.now)
    assert window.calls.rows["c2"].banner.text == "on hold for 3:11, nobody has picked up"
    claimed = window.calls.rows["c3"]
    assert claimed.accessibleName() == "First caller, being picked up by Agent Two"
    assert [button.isEnabled() for button in (claimed.resume, claimed.transfer)] == [False, False]


def test_a_picked_up_call_says_from_whom_it_came(window, phone):
    phone.show(calls=(a_call("c1", continues="Agent Two"),))
    assert window.calls.rows["c1"]._detail.text().endswith("picked up from Agent Two")


def test_whom_one_talks_to_is_in_view_however_low_the_window_is(qtbot, window, phone):
    held = [a_call(f"h{n}", status=CallStatus.HELD, recall=True) for n in range(3)]
    window.calls.setMaximumHeight(150)
    phone.show(calls=(*held, a_call("c1")))
    viewport = window.calls.viewport()

    def seen(call_id: str) -> bool:
        row = window.calls.rows[call_id]
        center = row.mapTo(viewport, row.rect().center())
        return bool(viewport.rect().contains(center))

    qtbot.waitUntil(lambda: seen("c1") and not seen("h0"))
    phone.show(calls=(replace(held[0], status=CallStatus.ACTIVE), *held[1:], a_call("c1", status=CallStatus.HELD)))
    qtbot.waitUntil(lambda: seen("h0"))


@pytest.mark.parametrize("scale", [1, 2])
def test_all_buttons_fit_a_narrow_window_with_large_letters(qtbot, qapp, window, phone, scale):
    font, large = qapp.font(), qapp.font()
    large.setPointSizeF(font.pointSizeF() * scale)
    qapp.setFont(large)
    try:
        phone.show(calls=(a_call("c1", "W" * 100), HELD))
        window.resize(MINIMUM_WIDTH, 600)
        qtbot.waitUntil(lambda: window.width() == MINIMUM_WIDTH)
        for row in window.calls.rows.values():
            shown = [button for button in row.findChildren(QPushButton) if button.isVisible()]
            qtbot.waitUntil(lambda row=row, last=shown[-1]: last.geometry().bottom() < row.height())
            for button in shown:
                assert button.width() >= button.sizeHint().width()
                assert button.mapTo(window, button.rect().bottomRight()).x() < MINIMUM_WIDTH
            areas = [button.geometry() for button in shown]
            assert not any(one.intersects(other) for one in areas for other in areas if one is not other)
    finally:
        qapp.setFont(font)


@pytest.mark.parametrize(
    ("health", "text"),
    [
        (TeamHealth(), ""),
        (TeamHealth(shared=True, waiting=2), ""),
        (
            TeamHealth(online=False, problem="Connection refused", waiting=3, shared=True),
            "Team database not reachable: showing the last known data, 3 log entries are waiting",
        ),
        (
            TeamHealth(online=False, waiting=1, shared=True),
            "Team database not reachable: showing the last known data, 1 log entry is waiting",
        ),
        (TeamHealth(online=False), "Database not reachable: showing the last known data"),
        (
            TeamHealth(problem="This computer's clock is 3 min fast.", shared=True),
            "This computer's clock is 3 min fast.",
        ),
    ],
)
def test_the_sign_of_the_team_is_there_only_when_something_is_not_well(window, phone, health, text):
    phone.show(team=health)
    assert (window.sign.isVisible(), window.sign.text) == (bool(text), text)
    assert window.sign.accessibleName() == text
    assert window.sign.toolTip() == health.problem
