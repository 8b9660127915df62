"""Choosing an agent by typing a part of a name, among many."""

from __future__ import annotations

import pytest

from softphone.model.profile import UserProfile
from tests.qtest import QTest
from ui.widgets.agent_picker import AgentPicker

TEAM = (UserProfile("agent1", "Agent One"), UserProfile("agent2", "Agent Two"), UserProfile("agent3"))


@pytest.fixture
def picker(qtbot) -> AgentPicker:
    picker = AgentPicker()
    qtbot.addWidget(picker)
    picker.set_agents(TEAM, without="agent2")
    picker.show()
    return picker


def test_agents_by_name_and_login(picker):
    assert [picker.itemText(row) for row in range(picker.count())] == ["Agent One (agent1)", "agent3"]
    picker.choose("agent1")
    assert (picker.currentText(), picker.login()) == ("Agent One (agent1)", "agent1")


def test_a_login_nobody_offers_stands_there_as_typed(picker):
    picker.choose("gone")
    assert (picker.currentText(), picker.login()) == ("gone", "gone")
    picker.choose("")
    assert picker.login() == ""


def test_a_part_of_the_name_finds_agents_however_it_is_written(picker):
    QTest.keyClicks(picker.lineEdit(), "NE (A")
    assert picker.completer().completionCount() == 1
    assert picker.completer().currentCompletion() == "Agent One (agent1)"


def test_each_edit_tells_the_login(picker):
    told: list[str] = []
    picker.login_changed.connect(told.append)
    QTest.keyClicks(picker.lineEdit(), "ag")
    picker.choose("agent3")
    assert told[:2] == ["a", "ag"]
    assert told[-1] == "agent3"


def test_new_agents_leave_the_choice_alone(picker):
    picker.choose("agent1")
    told: list[str] = []
    picker.login_changed.connect(told.append)
    picker.set_agents((*TEAM, UserProfile("agent4")))
    assert (picker.count(), picker.login(), told) == (4, "agent1", [])
    picker.set_agents(TEAM[1:])
    assert picker.login() == "agent1"


def test_text_of_a_name_stays_on_its_line(picker):
    picker.set_agents([UserProfile("agent1", "Agent\n\u202eOne")])
    assert picker.itemText(0) == "AgentOne (agent1)"
