"""What an agent does with the team, from the click in the window to the request of the session, and back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from softphone.errors import RefusedError, TakenError, UserFacingError
from softphone.model.actions import Choice, RequestResume
from softphone.model.call import CallStatus
from softphone.model.profile import UserProfile
from softphone.model.view import NoticeKind
from tests.fakes.phone import FakeCore, FakePhone, a_call, a_colleague, a_held_call, waiting_prompt
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.app.test_application import with_app
from tests.ui.conftest import until
from tests.ui.settings.dialogs import click, closed, opened
from ui.app.app import App
from ui.calls.note_dialog import NoteDialog
from ui.calls.transfer_dialog import TransferDialog
from ui.prompts.pick_up_choice import PickUpChoice

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OWN = a_held_call("h2", "My caller", holder="agent1", holder_name="Agent One", call="c2")


def show_log(app: App) -> None:
    app.main_window.activateWindow()
    app.main_window.tabs.setCurrentWidget(app.main_window.log_page)


def notices(app: App) -> list[tuple[NoticeKind, str]]:
    return [(notice.kind, notice.text) for notice in app.main_window.notices.notices]


def test_a_free_agent_picks_up_at_once_and_the_row_is_busy_meanwhile(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(held_calls=(a_held_call(),))
        show_log(app)
        phone.picking.clear()
        row = app.main_window.held.rows["h1"]
        click(row.pick_up)
        await until(lambda: phone.requests)
        assert row.holder.text() == "held by Agent Two · you are picking this call up"
        assert not row.pick_up.isEnabled()
        app.team.pick_up("h1")
        phone.picking.set()
        await until(lambda: row.holder.text() == "held by Agent Two")
        assert row.pick_up.isEnabled()
        assert notices(app) == []

    with_app(run, core, script)
    assert phone.requests == [("pick_up", "h1", None)]


@pytest.mark.parametrize("choice", [Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER])
def test_on_a_call_the_agent_is_asked_first(run, core, phone: FakePhone, choice):
    async def script(app: App) -> None:
        phone.show(calls=(a_call(),), held_calls=(a_held_call(),))
        QTest.keyClick(app.main_window, Qt.Key.Key_L, CONTROL)
        QTest.keyClick(app.main_window.held.rows["h1"], Qt.Key.Key_Return)
        dialog = await opened(PickUpChoice)
        assert phone.requests == []
        click(dialog.buttons[choice])
        await until(lambda: phone.requests)
        await closed()

    with_app(run, core, script)
    assert phone.requests == [("pick_up", "h1", choice)]


def test_a_held_call_of_ones_own_is_not_in_the_way(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(calls=(a_call("c2", status=CallStatus.HELD),), held_calls=(a_held_call(),))
        show_log(app)
        click(app.main_window.held.rows["h1"].pick_up)
        await until(lambda: phone.requests)

    with_app(run, core, script)
    assert phone.requests == [("pick_up", "h1", None)]


def test_cancelled_nothing_happens(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(calls=(a_call(),), held_calls=(a_held_call(),))
        app.team.pick_up("h1")
        click((await opened(PickUpChoice)).cancel)
        await closed()
        app.team.pick_up("gone")
        assert QApplication.activeModalWidget() is None

    with_app(run, core, script)
    assert phone.requests == []


def test_somebody_is_faster_while_the_agent_is_asked(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(calls=(a_call(),), held_calls=(a_held_call(),))
        app.team.pick_up("h1")
        await opened(PickUpChoice)
        phone.show(held_calls=(a_held_call(claimed_by="Agent Three"),))
        await closed()
        phone.show(held_calls=(a_held_call(),))
        app.team.pick_up("h1")
        await opened(PickUpChoice)
        phone.show(held_calls=())
        await closed()
        assert notices(app) == [
            (NoticeKind.INFO, "Agent Three was faster."),
            (NoticeKind.INFO, "Held caller is no longer held for anyone."),
        ]

    with_app(run, core, script)
    assert phone.requests == []


def test_ones_call_ends_while_the_agent_is_asked(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(calls=(a_call(),), held_calls=(a_held_call(),))
        app.team.pick_up("h1")
        await opened(PickUpChoice)
        phone.show(calls=())
        await closed()
        await until(lambda: phone.requests)

    with_app(run, core, script)
    assert phone.requests == [("pick_up", "h1", None)]


@pytest.mark.parametrize(
    ("problem", "notice"),
    [
        (TakenError("agent3"), (NoticeKind.INFO, "Agent Three was faster.")),
        (TakenError("Agent Three"), (NoticeKind.INFO, "Agent Three was faster.")),
        (RefusedError("The caller has hung up."), (NoticeKind.INFO, "The caller has hung up.")),
        (UserFacingError("The database cannot be reached."), (NoticeKind.WARNING, "The database cannot be reached.")),
    ],
)
def test_a_pick_up_that_fails_is_told_in_words(run, core: FakeCore, phone: FakePhone, problem, notice):
    core.team = FakeTeamStore(UserProfile("agent3", "Agent Three"))

    async def script(app: App) -> None:
        phone.pick_up_problem = problem
        phone.show(held_calls=(a_held_call(),))
        show_log(app)
        row = app.main_window.held.rows["h1"]
        click(row.pick_up)
        await until(lambda: notices(app))
        assert notices(app) == [notice]
        await until(row.pick_up.isEnabled)

    with_app(run, core, script)


def test_the_app_may_end_in_the_middle_of_a_pick_up(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.picking.clear()
        phone.show(held_calls=(a_held_call(),))
        app.team.pick_up("h1")
        await until(lambda: phone.requests)

    with_app(run, core, script)
    assert len(phone.requests) == 1
    assert not phone.picking.is_set(), "nobody waited for it"


def test_a_note_is_written_and_saved(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(held_calls=(replace(OWN, note="Old"),))
        show_log(app)
        click(app.main_window.held.rows["h2"].write_note)
        dialog = await opened(NoteDialog)
        QTest.keyClicks(dialog.field, " and new")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        await closed()
        phone.refusal = "Only callers on hold here can be given a note."
        app.team.write_note("h2")
        click((await opened(NoteDialog)).save)
        await until(lambda: notices(app))
        assert notices(app) == [(NoticeKind.WARNING, phone.refusal)]

    with_app(run, core, script)
    assert phone.requests == [("set_note", "h2", "Old and new")]


def test_a_call_is_transferred_and_a_refusal_is_told(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(calls=(a_call(),), colleagues=(a_colleague(),))
        click(app.main_window.calls.rows["c1"].transfer)
        dialog = await opened(TransferDialog)
        QTest.keyClicks(dialog.field, "555 1234")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        await closed()
        app.main_window.activateWindow()
        await until(app.main_window.isActiveWindow)
        phone.refusal = "“Nobody” is neither a number nor a name."
        QTest.keyClick(app.main_window, Qt.Key.Key_T, CONTROL | SHIFT)
        dialog = await opened(TransferDialog)
        QTest.keyClicks(dialog.field, "Nobody")
        click(dialog.transfer)
        await until(lambda: notices(app))
        assert notices(app) == [(NoticeKind.WARNING, phone.refusal)]
        assert list(app.main_window.calls.rows) == ["c1"]

    with_app(run, core, script)
    assert phone.requests == [("transfer", "c1", "555 1234")]


def test_every_question_goes_with_what_it_is_about(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(calls=(a_call(),), held_calls=(OWN,))
        app.team.write_note("h2")
        await opened(NoteDialog)
        app.team.transfer("c1")
        await opened(TransferDialog)
        phone.show(calls=(), held_calls=())
        await closed()

    with_app(run, core, script)
    assert phone.requests == []


def test_a_question_asked_again_replaces_itself_and_none_outlives_the_app(run, core, phone: FakePhone):
    async def script(app: App) -> None:
        phone.show(calls=(a_call(),), held_calls=(OWN,))
        app.team.transfer("c1")
        first = await opened(TransferDialog)
        app.team.transfer("c1")
        await until(lambda: QApplication.activeModalWidget() is not first)
        phone.show(prompt=waiting_prompt())
        app.team.transfer("c1")
        app.team.write_note("h2")
        await asyncio.sleep(0)

    with_app(run, core, script)
    assert QApplication.activeModalWidget() is None


def test_nobody_picks_up_and_the_agent_is_asked_unless_on_a_call(run, core, phone: FakePhone):
    held = a_call("c2", status=CallStatus.HELD, held_for_anyone=True, recall=True)

    async def script(app: App) -> None:
        phone.show(calls=(held, a_call("c1")))
        assert not app.team.recall.isVisible()
        assert app.main_window.calls.rows["c2"].banner.isVisible()
        phone.show(calls=(held,), recall=held)
        assert app.team.recall.isVisible()
        click(app.team.recall.resume)
        phone.show(calls=(replace(held, status=CallStatus.ACTIVE, recall=False),), recall=None)
        assert not app.team.recall.isVisible()

    with_app(run, core, script)
    assert phone.requests == [RequestResume("c2")]
