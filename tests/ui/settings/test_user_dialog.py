"""Edit user, when somebody else was faster, when saving fails, when one leaves without saving."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget

from softphone.errors import GoneError
from softphone.model.profile import NoAnswer, Route, TrackingNumber, UserProfile, UserQueue
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.conftest import until
from tests.ui.items import texts_of, top_items_of
from tests.ui.settings.dialogs import answer, click, closed, opened, retype
from tests.ui.settings.pages import ParentWindow, with_page
from ui.settings.user_dialog import UserDialog
from ui.shared.background import Background
from ui.widgets.comparison import ComparisonDialog

ONE = UserProfile("agent1", "Agent One", "sip:agent1@example.com")
LINE = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))


@pytest.fixture
def core(phone) -> FakeCore:
    return FakeCore(session=phone, team=FakeTeamStore(ONE, UserProfile("agent2"), numbers=[LINE]))


def with_dialog(run, core: FakeCore, script) -> None:
    """Edit agent1, play the script; a dialog that is still open is thrown away."""

    async def play(desk: ParentWindow) -> None:
        dialog = UserDialog(core, desk.background, "agent1", desk)
        dialog.open()
        await script(dialog)
        if QApplication.activeModalWidget() is not None:
            dialog.done(0)

    with_page(run, core, lambda _core, background: ParentWindow(background), play)


def test_nothing_is_saved_that_is_not_changed(run, core):
    async def script(dialog: UserDialog) -> None:
        assert not dialog.save_button.isEnabled()
        QTest.keyClick(dialog.name, Qt.Key.Key_End)
        QTest.keyClicks(dialog.name, "x")
        assert dialog.save_button.isEnabled()
        QTest.keyClick(dialog.name, Qt.Key.Key_Backspace)
        assert not dialog.save_button.isEnabled()
        assert dialog.login.isReadOnly()
        assert texts_of(dialog.lines)[0] == "+15551230001  Spring campaign"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await closed()

    with_dialog(run, core, script)


def test_leaving_with_unsaved_changes_asks(run, core):
    async def script(dialog: UserDialog) -> None:
        retype(dialog.name, "Other")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert await answer("Keep Editing") == "There are unsaved changes."
        assert dialog.name.text() == "Other"
        dialog.close()
        await answer("Discard Changes")
        await closed()

    with_dialog(run, core, script)
    assert core.team.team.user("agent1") == ONE


def test_a_failed_save_keeps_what_was_typed(run, core):
    async def script(dialog: UserDialog) -> None:
        core.team.problem = "The database is read-only."
        retype(dialog.name, "Other")
        click(dialog.save_button)
        await until(lambda: dialog.conflict.text == "The database is read-only.")
        assert (dialog.isVisible(), dialog.name.text()) == (True, "Other")
        assert not dialog.conflict.reload_button.isVisible()
        core.team.problem = ""
        click(dialog.save_button)
        await closed()

    with_dialog(run, core, script)
    assert core.team.team.user("agent1").name == "Other"


async def run_into_a_conflict(core: FakeCore, dialog: UserDialog) -> None:
    """The name is typed here while somebody else changes call waiting and the queue."""
    retype(dialog.name, "Mine")
    await core.team.put_user(replace(ONE, name="Theirs", call_waiting=True, queue=UserQueue(ring_seconds=60)))
    click(dialog.save_button)
    await until(lambda: dialog.conflict.isVisible())
    assert "changed meanwhile by" in dialog.conflict.text
    assert dialog.name.text() == "Mine"
    theirs = core.team.team.user("agent1")
    assert theirs is not None and theirs.name == "Theirs"


def test_somebody_was_faster_and_theirs_is_taken(run, core):
    async def script(dialog: UserDialog) -> None:
        await run_into_a_conflict(core, dialog)
        click(dialog.conflict.reload_button)
        assert (dialog.name.text(), dialog.call_waiting.isChecked()) == ("Theirs", True)
        assert not dialog.conflict.isVisible()
        assert not dialog.save_button.isEnabled()

    with_dialog(run, core, script)


def test_somebody_was_faster_and_mine_is_kept_with_what_they_changed_elsewhere(run, core):
    async def script(dialog: UserDialog) -> None:
        await run_into_a_conflict(core, dialog)
        click(dialog.conflict.compare_button)
        compare = await opened(ComparisonDialog)
        rows = [[item.text(column) for column in range(3)] for item in top_items_of(compare.list)]
        assert rows == [["Name", "Mine", "Theirs"], ["Call Waiting", "no", "yes"], ["Ring time", "300", "60"]]
        assert compare.mine_button is not None
        click(compare.mine_button)
        await until(lambda: QApplication.activeModalWidget() is dialog)
        assert (dialog.name.text(), dialog.call_waiting.isChecked()) == ("Mine", True)
        click(dialog.save_button)
        await closed()

    with_dialog(run, core, script)
    queue = UserQueue(ring_seconds=60)
    assert core.team.team.user("agent1") == replace(ONE, name="Mine", call_waiting=True, queue=queue)


def test_one_who_was_deleted_meanwhile_can_be_added_again(run, core):
    async def script(dialog: UserDialog) -> None:
        retype(dialog.name, "Still here")
        await core.team.delete_tracking_number(LINE.number)
        await core.team.delete_user("agent1")
        click(dialog.save_button)
        await until(lambda: dialog.conflict.isVisible())
        assert "deleted meanwhile" in dialog.conflict.text
        assert dialog.name.text() == "Still here"
        click(dialog.conflict.add_button)
        await closed()

    with_dialog(run, core, script)
    assert core.team.team.user("agent1") == replace(ONE, name="Still here")


def test_a_problem_of_the_queue_does_not_lock_this_dialog(run, core):
    broken = replace(ONE, queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="gone"))

    async def script(dialog: UserDialog) -> None:
        retype(dialog.name, "Other")
        click(dialog.save_button)
        await closed()

    run(core.team.put_user(broken))
    with_dialog(run, core, script)
    assert core.team.team.user("agent1") == replace(broken, name="Other")


def test_nobody_is_edited_who_is_not_there(qtbot, core):
    parent = QWidget()
    qtbot.addWidget(parent)
    with pytest.raises(GoneError, match="agent9"):
        UserDialog(core, Background(), "agent9", parent)
