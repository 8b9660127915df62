"""The call log: asking about one call, by mouse and by keyboard, and what the details say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialogButtonBox

from softphone.config.number_plan import PhoneNumberPlan
from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.profile import Route, Team, TrackingNumber, UserProfile
from softphone.policy.rule import explain
from softphone.policy.rule.call_waiting import RULES, Situation, Treatment, decide
from softphone.policy.rule.explain import Explanation
from softphone.policy.rule.log_explanation import timeline_of
from tests.qtest import QTest
from tests.ui.items import items_of
from ui.log.call_details import CallDetails
from ui.log.call_log import RECORD as RECORD_ROLE
from ui.log.call_log import CallLogList
from ui.widgets.labels import PlainLabel
from ui.widgets.two_lines import DETAIL

ARRIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BYPASS = decide(Situation.ON_A_CALL, direct=True, call_waiting=False, bypass=True)
RECORD = CallRecord(
    call="c1",
    sip_call_id="c1@host",
    direction=Direction.INCOMING,
    agent="agent1",
    remote_name="Name of the caller",
    remote_uri="sip:+15558675309@example.com",
    tracking_number="+15551230001",
    label="Spring campaign",
    direct=True,
    arrived=ARRIVED,
    answered=None,
    ended=ARRIVED + timedelta(seconds=1),
    waited_seconds=0.2,
    outcome=Outcome.BYPASSED,
    explanation=f"{BYPASS.reason} The caller was hung up on.",
    rule=BYPASS.id,
)
TALKED = replace(
    RECORD, call="c2", answered=ARRIVED, outcome=Outcome.ANSWERED, explanation="The other side hung up.", rule=""
)
ONE = UserProfile("agent1", "Agent One", call_waiting=True)
DIRECT = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))
TEAM = Team([ONE], [DIRECT])
NUMBERS = PhoneNumberPlan("US")


@pytest.fixture
def log(qtbot) -> CallLogList:
    log = CallLogList(NUMBERS)
    qtbot.addWidget(log)
    log.show_records((RECORD, TALKED))
    log.show()
    return log


@pytest.fixture
def details(qtbot) -> CallDetails:
    dialog = CallDetails(RECORD, TEAM, NUMBERS)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def words_of(dialog: CallDetails) -> list[str]:
    return [label.text() for label in dialog.findChildren(PlainLabel) if label.isVisibleTo(dialog)]


def test_the_button_asks_about_the_chosen_call(qtbot, log):
    asked: list[CallRecord] = []
    log.details_requested.connect(asked.append)
    log.list.setCurrentRow(0)
    assert log.details.text() == "&Why did it not ring?"
    QTest.mouseClick(log.details, Qt.MouseButton.LeftButton)
    log.list.setCurrentRow(1)
    assert log.details.text() == "&Details…"
    QTest.mouseClick(log.details, Qt.MouseButton.LeftButton)
    assert asked == [RECORD, TALKED]


def test_by_keyboard_and_by_the_menu_of_a_line(qtbot, log):
    asked: list[CallRecord] = []
    dialled: list[str] = []
    log.details_requested.connect(asked.append)
    log.dial_requested.connect(dialled.append)
    log.list.setFocus()
    log.list.setCurrentRow(0)
    QTest.keyClick(log.list, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert (asked, dialled) == ([RECORD], [])
    call, details, story = log.list.actions()
    assert (call.text(), details.text(), story.text()) == ("&Call", "&Details…", "What went &wrong in this call?")
    call.trigger()
    details.trigger()
    assert (asked, dialled) == ([RECORD, RECORD], [RECORD.remote_uri])


def test_the_chosen_call_stays_chosen_when_another_is_added(log):
    log.list.setCurrentRow(1)
    log.show_records((replace(RECORD, call="c3"), RECORD, TALKED))
    assert log.list.currentRow() == 2
    log.show_records((RECORD,))
    assert not log.details.isEnabled()
    log.show_records(())
    assert not log.details.isVisible()


def test_why_it_did_not_ring(details):
    words = words_of(details)
    assert "Why did it not ring?" in words
    assert "Name of the caller · (555) 867-5309" in words
    assert "Spring campaign · (555) 123-0001" in words
    assert {"bypassed", "Agent One"} <= set(words)
    told = details.explanation.steps.sentences
    assert told == explain.why(RECORD, NUMBERS.for_people)
    assert any(BYPASS.reason in sentence for sentence in told)
    assert details.explanation.timeline.moments == timeline_of(RECORD)


def test_the_same_call_with_the_settings_of_now(details):
    assert details.now.number.currentText() == "(555) 123-0001 · Spring campaign"
    assert details.now.situation.currentData() == Situation.ON_A_CALL
    wanted = explain.try_a_call(DIRECT, ONE, Situation.ON_A_CALL, TEAM, NUMBERS.for_people)
    assert details.now.result.steps.sentences == wanted.steps


def test_the_dialog_decides_nothing(qtbot, monkeypatch):
    monkeypatch.setattr(explain, "why", lambda *_: ("Because of the moon.",))
    monkeypatch.setattr(explain, "try_a_call", lambda *_: Explanation(Treatment.RING, ("It would ring.",), ()))
    dialog = CallDetails(RECORD, TEAM, NUMBERS)
    qtbot.addWidget(dialog)
    assert dialog.explanation.steps.sentences == ("Because of the moon.",)
    assert dialog.now is not None
    assert dialog.now.result.steps.sentences == ("It would ring.",)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.reason)
def test_every_rule_has_its_details(qtbot, rule):
    dialog = CallDetails(replace(RECORD, rule=rule.id, explanation=rule.reason), TEAM, NUMBERS)
    qtbot.addWidget(dialog)
    assert dialog.now is not None
    assert dialog.now.situation.currentData() == rule.situation


def test_an_agent_who_has_gone_and_a_number_that_is_none(qtbot):
    dialog = CallDetails(replace(RECORD, agent="gone", tracking_number="", label="", direct=False), TEAM, NUMBERS)
    qtbot.addWidget(dialog)
    assert dialog.now is None
    assert "gone" in words_of(dialog)
    assert "Dialled number" not in words_of(dialog)


def test_a_dialled_call_and_text_from_the_network(qtbot):
    evil = replace(
        RECORD, direction=Direction.OUTGOING, remote_name="<b>Bob</b>\u202e\n", explanation="Answered 486.", rule=""
    )
    dialog = CallDetails(evil, TEAM, NUMBERS)
    qtbot.addWidget(dialog)
    assert "<b>Bob</b> · (555) 867-5309" in words_of(dialog)
    assert "What happened" in words_of(dialog)
    assert dialog.explanation.steps.sentences == ("Answered 486.",)


def test_escape_and_close_end_it(details):
    QTest.keyClick(details, Qt.Key.Key_Escape)
    assert not details.isVisible()
    details.show()
    close = details.buttons.button(QDialogButtonBox.StandardButton.Close)
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not details.isVisible()


def test_a_call_that_went_through_several_hands_says_so(qtbot):
    names = {"agent1": "", "agent2": "Agent Two"}
    log = CallLogList(NUMBERS, lambda login: names.get(login, ""))
    qtbot.addWidget(log)
    went = replace(TALKED, outcome=Outcome.PICKED_UP, held_for_anyone=True, continued_by="agent2")
    came = replace(TALKED, agent="agent2", continues="agent1", outcome=Outcome.TRANSFERRED)
    gave_up = replace(TALKED, held_for_anyone=True, outcome=Outcome.ABANDONED)
    log.show_records((RECORD, went, came, gave_up))
    lines = [item.data(DETAIL).split(" · ")[1:] for item in items_of(log.list)]
    assert lines == [
        ["bypassed", "waited 0:00", "Spring campaign"],
        ["picked up by Agent Two", "waited 0:00", "Spring campaign"],
        ["Agent Two", "picked up from you", "transferred", "waited 0:00", "Spring campaign"],
        ["held for anyone", "abandoned", "waited 0:00", "Spring campaign"],
    ]


def test_a_line_that_comes_late_moves_neither_the_others_nor_the_choice(log):
    kept = [log.list.item(row) for row in range(2)]
    log.list.setCurrentRow(1)
    late = replace(RECORD, call="late")
    log.show_records((RECORD, late, TALKED))
    assert [log.list.item(0), log.list.item(2), log.list.currentItem()] == [kept[0], kept[1], kept[1]]
    log.show_records((TALKED, RECORD))
    assert log.list.currentItem().data(RECORD_ROLE) == TALKED


def test_the_details_say_through_whose_hands_a_caller_went(qtbot):
    record = replace(TALKED, held_for_anyone=True, continued_by="gone", continues="agent1", agent="agent2")
    dialog = CallDetails(record, TEAM, NUMBERS)
    qtbot.addWidget(dialog)
    words = words_of(dialog)
    facts = dict(zip(words[::2], words[1::2], strict=False))
    assert (facts["Picked up from"], facts["Picked up by"], facts["Held for anyone"]) == ("Agent One", "gone", "yes")
