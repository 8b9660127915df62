"""The tab of the colleagues."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from softphone.model.colleague import Availability, TeamHealth
from tests.fakes.phone import FakeNumberPlan, FakePhone, a_colleague, waiting_prompt
from tests.qtest import QTest
from tests.ui.app.test_main_window import CONTROL
from tests.ui.items import items_of
from ui.app.main_window import MainWindow
from ui.shared.signals import SessionSignals
from ui.team.team_list import KINDS
from ui.widgets.labels import PlainLabel
from ui.widgets.two_lines import DETAIL

TWO = a_colleague()
THREE = a_colleague("agent3", "Agent Three", Availability.ON_A_CALL)
FOUR = a_colleague("agent4", "", Availability.SIGNED_OUT, address="")


@pytest.fixture
def window(qtbot, phone: FakePhone, now) -> MainWindow:
    signals = SessionSignals(phone)
    made = MainWindow(signals, FakeNumberPlan(), now)
    signals.setParent(made)
    qtbot.addWidget(made, before_close_func=lambda widget: widget.hide())
    with qtbot.waitExposed(made):
        made.show()
    QTest.keyClick(made, Qt.Key.Key_T, CONTROL)
    return made


def lines(window: MainWindow) -> list[tuple[str, str]]:
    return [(item.text(), item.data(DETAIL)) for item in items_of(window.team.list)]


def test_colleagues_stand_by_name_with_what_they_do_and_since_when(window, phone, now):
    since = now.now - 190
    phone.show(colleagues=(FOUR, a_colleague("agent3", "Agent Three", Availability.ON_A_CALL, since=since), TWO))
    assert lines(window) == [
        ("Agent Three", "on a call · 3 min"),
        ("Agent Two", "free · 16 min"),
        ("agent4", "signed out"),
    ]
    spoken = window.team.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Agent Three, on a call · 3 min"


def test_each_state_has_a_shape_of_its_own():
    assert len({KINDS[state] for state in Availability}) == len(Availability)


def test_its_clocks_run_while_somebody_looks(qtbot, window, phone, now):
    phone.show(colleagues=(a_colleague(since=now.now),))
    assert lines(window) == [("Agent Two", "free · just now")]
    now.now += 3700
    qtbot.waitUntil(lambda: lines(window) == [("Agent Two", "free · 1 h 1 min")])


def test_a_colleague_is_called_by_enter_by_click_and_by_double_click(qtbot, window: MainWindow, phone):
    phone.show(colleagues=(TWO, THREE))
    assert QApplication.focusWidget() is window.team.list
    QTest.keyClicks(window.team.list, "agent tw")
    QTest.keyClick(window.team.list, Qt.Key.Key_Return)
    window.team.list.setCurrentRow(0)
    assert window.team.call.accessibleName() == "Call Agent Three"
    qtbot.mouseClick(window.team.call, Qt.MouseButton.LeftButton)
    assert phone.requests == [("dial", "sip:agent2@example.com"), ("dial", "sip:agent3@example.com")]


def test_nobody_is_called_without_an_address_or_while_the_prompt_is_up(qtbot, window, phone):
    phone.show(colleagues=(TWO, FOUR))
    window.team.list.setCurrentRow(1)
    QTest.keyClick(window.team.list, Qt.Key.Key_Return)
    phone.show(prompt=waiting_prompt())
    window.team.list.setCurrentRow(0)
    QTest.keyClick(window.team.list, Qt.Key.Key_Return)
    qtbot.mouseClick(window.team.call, Qt.MouseButton.LeftButton)
    assert phone.requests == []


def test_whoever_is_chosen_stays_so_when_others_come_and_go(window, phone):
    phone.show(colleagues=(TWO, THREE))
    window.team.list.setCurrentRow(1)
    phone.show(colleagues=(TWO, THREE, a_colleague("agent0", "Agent Aa")))
    assert window.team.list.chosen() == TWO
    phone.show(colleagues=(THREE,))
    assert window.team.list.chosen() is None
    assert not window.team.call.isEnabled()
    phone.show(colleagues=())
    assert not window.team.call.isVisible()


def test_without_a_team_it_says_what_would_be_seen_here(window, phone):
    alone = next(label for label in window.team.findChildren(PlainLabel) if label.isVisible())
    assert alone.text() == "You will see your colleagues here once the team shares a database."
    phone.show(team=TeamHealth(shared=True))
    assert alone.text() == "No colleagues yet"
    phone.show(colleagues=(TWO,))
    assert not alone.isVisible()


def test_what_is_seen_stays_where_it_is_when_somebodys_state_changes(window, phone):
    many = [a_colleague(f"agent{n}", f"Agent {n:03}") for n in range(100)]
    phone.show(colleagues=tuple(many))
    bar = window.team.list.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    seen, item = bar.value(), window.team.list.item(50)
    busy = (*many[:50], a_colleague("agent50", "Agent 050", Availability.AWAY), *many[51:])
    phone.show(colleagues=busy)
    assert (window.team.list.item(50), item.data(DETAIL)[:4], bar.value()) == (item, "away", seen)
    phone.show(colleagues=busy[:-1])
    assert bar.value() == seen
