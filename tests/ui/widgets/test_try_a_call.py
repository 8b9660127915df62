"""Try a call: the panel asks the policy and shows its answer."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt

from softphone.config.number_plan import PhoneNumberPlan
from softphone.model.profile import NoAnswer, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.rule import explain
from softphone.policy.rule.call_waiting import Situation, Treatment
from softphone.policy.rule.explain import Explanation, Moment
from tests.qtest import QTest
from ui.widgets.try_a_call import TryACallPanel, situation_words, treatment_words

VOICEMAIL = UserQueue(False, 20, NoAnswer.VOICEMAIL, "sip:vm@example.com")
ONE = UserProfile("agent1", "Agent One", "sip:agent1@example.com", call_waiting=True, queue=VOICEMAIL)
TWO = UserProfile("agent2", "Agent Two", "sip:agent2@example.com")
DIRECT = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))
SALES = TrackingNumber("+15551230002", "Newsletter", Route.parse("queue:sales"))
TEAM = Team([ONE, TWO], [DIRECT, SALES])


@pytest.fixture
def panel(qtbot) -> TryACallPanel:
    panel = TryACallPanel(PhoneNumberPlan("US"))
    qtbot.addWidget(panel)
    return panel


def type_number(panel: TryACallPanel, text: str) -> None:
    line = panel.number.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, text)


def choose(panel: TryACallPanel, situation: Situation) -> None:
    """As the keyboard does it."""
    QTest.keyClick(panel.situation, Qt.Key.Key_Home)
    while panel.situation.currentText() != situation_words()[situation]:
        QTest.keyClick(panel.situation, Qt.Key.Key_Down)


def test_what_is_shown_is_the_policys_answer_word_for_word(panel, monkeypatch):
    asked = []

    def answer(*question) -> Explanation:
        asked.append(question[:4])
        return Explanation(Treatment.BUSY, ("First.", "Second."), (Moment(0, "busy"), Moment(75, "over")))

    monkeypatch.setattr(explain, "try_a_call", answer)
    panel.show_user(ONE, TEAM)
    assert asked[-1] == (DIRECT, ONE, Situation.ON_A_CALL, TEAM)
    assert panel.result.verdict.text() == treatment_words(Treatment.BUSY)
    assert panel.result.steps.sentences == ("First.", "Second.")
    assert panel.result.timeline.moments == (Moment(0, "busy"), Moment(75, "over"))
    assert panel.result.timeline.accessibleDescription() == "0:00 busy, 1:15 over"


@pytest.mark.parametrize("situation", Situation)
def test_each_situation(panel, qtbot, situation):
    panel.show_user(ONE, TEAM)
    panel.show()
    choose(panel, situation)
    wanted = explain.try_a_call(DIRECT, ONE, situation, TEAM, lambda _: "(555) 123-0001")
    assert panel.result.verdict.text() == treatment_words(wanted.treatment)
    assert panel.result.steps.sentences == wanted.steps
    assert panel.result.timeline.moments == wanted.timeline


def test_a_number_typed_in_any_format(panel, qtbot):
    panel.show_user(ONE, TEAM)
    panel.show()
    type_number(panel, "+1 555 123 0002")
    assert panel.result.verdict.text() == treatment_words(Treatment.BUSY)
    assert "(555) 123-0002" in panel.result.steps.sentences[0]
    type_number(panel, "no number")
    assert panel.result.verdict.text() == treatment_words(Treatment.BUSY)
    type_number(panel, "555-123-0001")
    assert panel.result.verdict.text() == treatment_words(Treatment.CALL_WAITING)


def test_the_direct_lines_of_the_agent_are_offered(panel, qtbot):
    panel.show_user(ONE, TEAM)
    offered = [panel.number.itemText(row) for row in range(panel.number.count())]
    assert offered == ["(555) 123-0001 · Spring campaign"]
    assert panel.number.currentText() == offered[0]


def test_what_was_typed_stays_while_the_agent_is_edited(panel, qtbot):
    panel.show_user(ONE, TEAM)
    type_number(panel, "5551230002")
    edited = UserProfile("agent1", "Agent One", queue=UserQueue())
    panel.show_user(edited, Team([edited, TWO], [DIRECT, SALES]))
    assert panel.number.currentText() == "5551230002"


def test_calls_to_a_number_are_tried_at_its_own_agent_and_at_others(panel, qtbot):
    panel.show_number(DIRECT, TEAM)
    panel.show()
    assert (panel.number.isVisible(), panel.agent.login()) == (False, "agent1")
    assert panel.result.verdict.text() == treatment_words(Treatment.CALL_WAITING)
    line = panel.agent.lineEdit()
    line.selectAll()
    QTest.keyClicks(line, "agent2")
    assert panel.result.verdict.text() == treatment_words(Treatment.BUSY)
    panel.show_number(DIRECT, TEAM)
    assert panel.agent.login() == "agent2"
    panel.show_number(SALES, TEAM)
    assert panel.agent.login() == "agent2"
    panel.show_number(DIRECT, TEAM)
    assert panel.agent.login() == "agent1"


def test_an_agent_nobody_knows_gets_no_answer(panel, qtbot):
    panel.show_number(DIRECT, TEAM)
    panel.show()
    panel.agent.choose("nobody")
    assert not panel.result.isVisible()
    panel.agent.choose("agent1")
    assert panel.result.isVisible()


def test_every_control_has_a_name_and_is_reached_by_tab(panel, qtbot):
    panel.show_user(ONE, TEAM)
    panel.show()
    panel.activateWindow()
    panel.number.setFocus()
    QTest.keyClick(panel.number, Qt.Key.Key_Tab)
    assert panel.focusWidget() is panel.situation
    assert [field.accessibleName() for field in (panel.number, panel.agent, panel.situation)] == [
        "A call to",
        "that reaches agent",
        "while the agent is",
    ]
