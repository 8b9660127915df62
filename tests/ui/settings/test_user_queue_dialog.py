"""User Queue, clicked through: what is saved, what is refused, what is advised."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QMessageBox, QWidget

from softphone.config.number_plan import PhoneNumberPlan
from softphone.errors import GoneError
from softphone.model.profile import NoAnswer, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.admin.advice import Advice, advice_for_user
from softphone.policy.admin.checks import check_user
from softphone.policy.rule import explain
from softphone.policy.rule.call_waiting import Treatment
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.conftest import until
from tests.ui.items import texts_of
from tests.ui.settings.dialogs import opened
from ui.settings import user_queue_dialog
from ui.settings.user_queue_dialog import UserQueueDialog
from ui.shared.background import Background
from ui.widgets.comparison import ComparisonDialog
from ui.widgets.try_a_call import treatment_words

ONE = UserProfile("agent1", "Agent One", "sip:agent1@example.com", call_waiting=True)
TWO = UserProfile("agent2", "Agent Two", "sip:agent2@example.com")
THREE = UserProfile("agent3", "Agent Three", "sip:agent3@example.com")
DIRECT = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))
SAVED = "sip:vm-agent1@example.com"
Script = Callable[[UserQueueDialog], Awaitable[None]]


@pytest.fixture
def core(phone) -> FakeCore:
    team = FakeTeamStore(ONE, TWO, THREE)
    team.team = Team(team.team.users, [DIRECT])
    return FakeCore(session=phone, team=team, numbers=PhoneNumberPlan("US"))


def with_dialog(run, core: FakeCore, script: Script, login: str = "agent1") -> None:
    async def play() -> None:
        background, window = Background(), QWidget()
        window.show()
        dialog = UserQueueDialog(core, background, login, window)
        dialog.open()
        await until(dialog.isActiveWindow)
        try:
            await script(dialog)
        finally:
            await background.close()
            window.hide()
            window.deleteLater()

    run(play())


def closed(dialog: UserQueueDialog) -> bool:
    """Whether it has gone."""
    return sip.isdeleted(dialog) or not dialog.isVisible()


def click(widget) -> None:
    """At its left end, where the switch of a check box or radio button is."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(8, widget.height() // 2))


def type_over(field, text: str) -> None:
    """Type *text* instead of what stands there."""
    field.setFocus()
    line = field.lineEdit() if hasattr(field, "lineEdit") else field
    line.selectAll()
    QTest.keyClicks(line, text)


def queue_of(core: FakeCore, login: str = "agent1") -> UserQueue:
    user = core.team.team.user(login)
    assert user is not None
    return user.queue


def test_the_path_of_the_mission(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        titles = texts_of(dialog.sections.navigation)
        assert titles == ["Ringing", "No Answer", "Try a call"]
        assert not dialog.save_button.isEnabled()
        click(dialog.bypass)
        type_over(dialog.ring_seconds, "20")
        click(dialog.route.buttons[NoAnswer.VOICEMAIL])
        assert not dialog.save_button.isEnabled()
        type_over(dialog.target.voicemail, SAVED)
        assert dialog.try_a_call.result.verdict.text() == treatment_words(Treatment.CALL_WAITING)
        assert [moment.at_seconds for moment in dialog.try_a_call.result.timeline.moments] == [0, 20]
        click(dialog.save_button)
        await until(lambda: closed(dialog))

    with_dialog(run, core, script)
    assert queue_of(core) == UserQueue(False, 20, NoAnswer.VOICEMAIL, SAVED)


def test_another_agent_is_found_by_a_part_of_the_name_and_saved_by_keyboard(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        dialog.route.buttons[NoAnswer.HANG_UP].setFocus()
        QTest.keyClick(dialog.route.buttons[NoAnswer.HANG_UP], Qt.Key.Key_Down)
        assert dialog.route.value() is NoAnswer.AGENT
        assert [dialog.target.agent.itemData(row) for row in range(dialog.target.agent.count())] == ["agent2", "agent3"]
        type_over(dialog.target.agent, "three")
        completer = dialog.target.agent.completer()
        assert completer is not None
        popup = completer.popup()
        assert popup is not None
        await until(popup.isVisible)
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
        assert dialog.target.agent.currentText() == "Agent Three (agent3)"
        QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
        await until(lambda: closed(dialog))

    with_dialog(run, core, script)
    assert queue_of(core) == UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent3")


@pytest.mark.parametrize("seconds", [4, 3601])
def test_a_ring_time_that_is_not_allowed_is_said_and_stays(run, core, seconds):
    async def script(dialog: UserQueueDialog) -> None:
        type_over(dialog.ring_seconds, str(seconds))
        wrong = UserProfile("agent1", "Agent One", queue=UserQueue(ring_seconds=seconds))
        assert dialog.note("ring_seconds").problem.text == check_user(wrong, core.team.team, "agent1")["ring_seconds"]
        assert dialog.ring_seconds.value() == seconds
        assert not dialog.save_button.isEnabled()
        type_over(dialog.ring_seconds, "5")
        assert (dialog.note("ring_seconds").problem.text, dialog.save_button.isEnabled()) == ("", True)

    with_dialog(run, core, script)


@pytest.mark.parametrize(
    ("route", "target", "words"),
    [
        (NoAnswer.AGENT, "", "missing"),
        (NoAnswer.AGENT, "agent1", "same agent"),
        (NoAnswer.AGENT, "agent4", "there is no user “agent4”"),
        (NoAnswer.VOICEMAIL, "", "missing"),
        (NoAnswer.VOICEMAIL, "mailbox", "not a SIP address"),
    ],
)
def test_a_target_that_is_none_is_said_and_nothing_saved(run, core, route, target, words):
    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.route.buttons[route])
        type_over(dialog.target.agent if route is NoAnswer.AGENT else dialog.target.voicemail, target)
        assert words.casefold() in dialog.note("no_answer_target").problem.text.casefold()
        assert not dialog.save_button.isEnabled()

    with_dialog(run, core, script)
    assert queue_of(core) == UserQueue()


def test_a_loop_is_named(run, core):
    core.team.team = Team(
        [ONE, UserProfile("agent2", "Agent Two", queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1"))]
    )

    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.route.buttons[NoAnswer.AGENT])
        type_over(dialog.target.agent, "agent2")
        assert "Agent One → Agent Two → Agent One" in dialog.note("no_answer_target").problem.text
        assert not dialog.save_button.isEnabled()

    with_dialog(run, core, script)


def test_every_piece_of_advice_stands_beside_its_control(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        advice = advice_for_user(ONE, core.team.team)
        assert {piece.field for piece in advice} == {"call_waiting", "bypass_if_no_agents", "ring_seconds"}
        for field in ("call_waiting", "bypass_if_no_agents", "ring_seconds"):
            assert dialog.note(field).advice.text == "\n".join(piece.text for piece in advice if piece.field == field)
        click(dialog.bypass)
        type_over(dialog.ring_seconds, "30")
        assert not dialog.note("bypass_if_no_agents").advice.isVisible()
        assert not dialog.note("ring_seconds").advice.isVisible()

    with_dialog(run, core, script)


def test_the_dialog_decides_nothing(run, core, monkeypatch):
    """Checks, advice and explanation are the policy's: other answers of the policy are what is shown."""
    monkeypatch.setattr(user_queue_dialog, "check_user", lambda *_: {"no_answer": "Not today."})
    fields = ("call_waiting", "bypass_if_no_agents", "ring_seconds", "no_answer", "no_answer_target")
    pieces = [Advice(field, f"About {field}.") for field in fields]
    monkeypatch.setattr(user_queue_dialog, "advice_for_user", lambda *_: pieces)
    answer = explain.Explanation(Treatment.UNAVAILABLE, ("Because.",), ())
    monkeypatch.setattr(explain, "try_a_call", lambda *_: answer)

    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.bypass)
        assert dialog.note("no_answer").problem.text == "Not today."
        assert not dialog.save_button.isEnabled()
        assert [dialog.note(field).advice.text for field in fields] == [piece.text for piece in pieces]
        assert dialog.try_a_call.result.steps.sentences == ("Because.",)

    with_dialog(run, core, script)


def test_the_two_kinds_of_target_keep_what_was_typed(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.route.buttons[NoAnswer.VOICEMAIL])
        type_over(dialog.target.voicemail, SAVED)
        click(dialog.route.buttons[NoAnswer.AGENT])
        assert (dialog.target.agent.isVisible(), dialog.target.voicemail.isVisible()) == (True, False)
        type_over(dialog.target.agent, "agent2")
        assert dialog.value() == UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent2")
        click(dialog.route.buttons[NoAnswer.HANG_UP])
        assert not dialog.target.isVisible()
        assert dialog.value() == UserQueue()
        click(dialog.route.buttons[NoAnswer.VOICEMAIL])
        assert dialog.value() == UserQueue(no_answer=NoAnswer.VOICEMAIL, no_answer_target=SAVED)

    with_dialog(run, core, script)


def test_what_others_changed_about_the_user_survives(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.bypass)
        await core.team.put_user(UserProfile("agent1", "Agent Uno", call_waiting=False))
        click(dialog.save_button)
        await until(dialog.conflict.isVisible)
        assert "changed meanwhile" in dialog.conflict.text
        click(dialog.conflict.compare_button)
        comparison = dialog.findChild(ComparisonDialog)
        click(comparison.mine_button)
        click(dialog.save_button)
        await until(lambda: closed(dialog))

    with_dialog(run, core, script)
    expected = UserProfile("agent1", "Agent Uno", call_waiting=False, queue=UserQueue(bypass_if_no_agents=False))
    assert core.team.team.user("agent1") == expected


def test_a_save_that_fails_loses_nothing(run, core):
    core.team.problem = "The database is read-only."

    async def script(dialog: UserQueueDialog) -> None:
        type_over(dialog.ring_seconds, "25")
        click(dialog.save_button)
        await until(dialog.conflict.isVisible)
        assert dialog.conflict.text == "The database is read-only."
        assert (dialog.isVisible(), dialog.ring_seconds.value()) == (True, 25)

    with_dialog(run, core, script)


def test_leaving_with_unsaved_changes_asks(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.bypass)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        box = await opened(QMessageBox)
        assert "unsaved" in box.text()
        QTest.keyClick(box, Qt.Key.Key_Escape)
        assert dialog.isVisible()

    with_dialog(run, core, script)


def test_tab_goes_through_it_from_switch_to_target(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.route.buttons[NoAnswer.VOICEMAIL])
        way: list[Any] = [
            dialog.bypass,
            dialog.ring_seconds,
            dialog.route.buttons[NoAnswer.VOICEMAIL],
            dialog.target.voicemail,
            dialog.try_a_call.number,
            dialog.try_a_call.situation,
        ]
        way[0].setFocus()
        for widget in way:
            assert dialog.focusWidget() in (widget, *widget.findChildren(QWidget))
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        for control in way:
            assert control.accessibleName() or control.text()

    with_dialog(run, core, script)


def test_enter_after_a_number_to_try_saves_nothing(run, core):
    async def script(dialog: UserQueueDialog) -> None:
        click(dialog.bypass)
        type_over(dialog.try_a_call.number, "5551230002")
        for field in (dialog.try_a_call.number.lineEdit(), dialog.try_a_call.situation):
            QTest.keyClick(field, Qt.Key.Key_Return)
        await asyncio.sleep(0)
        assert (dialog.isVisible(), dialog.changed) == (True, True)
        QTest.keyClick(dialog.ring_seconds, Qt.Key.Key_Return)
        await until(lambda: closed(dialog))

    with_dialog(run, core, script)
    assert queue_of(core) == UserQueue(bypass_if_no_agents=False)


def test_an_agent_deleted_meanwhile_is_a_problem_and_no_crash(qtbot, core):
    with pytest.raises(GoneError, match="deleted meanwhile"):
        UserQueueDialog(core, Background(), "nobody")


def test_a_key_press_does_not_index_five_thousand_agents_again(run, core, monkeypatch):
    people = [UserProfile(f"agent{n}", f"Agent {n}", f"sip:agent{n}@example.com") for n in range(5000)]
    lines = [TrackingNumber(f"+1555{n:07}", "Line", Route.parse(f"agent:agent{n % 5000}")) for n in range(10000)]
    core.team.team = Team(people, lines)
    indexed = []

    async def script(dialog: UserQueueDialog) -> None:
        monkeypatch.setattr(Team, "__init__", lambda *_: indexed.append("again"))
        click(dialog.route.buttons[NoAnswer.AGENT])
        type_over(dialog.target.agent, "agent4711")
        assert dialog.value().no_answer_target == "agent4711"
        assert dialog.save_button.isEnabled()
        assert dialog.try_a_call.result.timeline.moments

    with_dialog(run, core, script)
    assert indexed == []
