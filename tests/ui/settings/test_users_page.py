"""Manage Users: found, sorted, added, edited, duplicated, deleted; by mouse and by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

from softphone.config.number_plan import PhoneNumberPlan
from softphone.model.profile import NoAnswer, Role, Route, TrackingNumber, UserProfile, UserQueue
from softphone.policy.admin.advice import BYPASSED, NO_DIRECT_LINE
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.conftest import until
from tests.ui.items import texts_of
from tests.ui.settings.dialogs import answer, click, click_cell, closed, opened, retype
from tests.ui.settings.pages import with_page
from ui.settings.user_dialog import UserDialog
from ui.settings.user_queue_dialog import UserQueueDialog
from ui.settings.users_page import UsersPage
from ui.settings.users_table import Column

ONE = UserProfile("agent1", "Agent One", "sip:agent1@example.com")
TWO = UserProfile(
    "agent2",
    "Second Agent",
    "sip:b@example.com",
    call_waiting=True,
    queue=UserQueue(False, 60, NoAnswer.AGENT, "agent1"),
)
TEN = UserProfile("agent10", "Agent Ten", "sip:c@example.com", Role.ADMIN)
STUTTER_SECONDS = 0.25
LINE = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))


@pytest.fixture
def core(phone) -> FakeCore:
    team = FakeTeamStore(ONE, TEN, TWO, numbers=[LINE])
    return FakeCore(session=phone, team=team, numbers=PhoneNumberPlan("US"))


def cells(page: UsersPage, column: Column) -> list[str]:
    return [page.users.index(row, column).data() for row in range(page.users.rowCount())]


def test_a_row_says_who_has_call_waiting_and_which_lines(run, core):
    async def script(page: UsersPage) -> None:
        row = page.users.row_of("agent1")
        words = [page.users.index(row, column).data() for column in Column]
        assert words == ["Agent One", "agent1", "sip:agent1@example.com", "No", "User Queue", "(555) 123-0001"]
        assert cells(page, Column.CALL_WAITING) == ["No", "No", "Yes"]
        heard = page.users.index(row, Column.AGENT_QUEUE).data(Qt.ItemDataRole.AccessibleTextRole)
        assert heard == "User Queue of Agent One"

    with_page(run, core, UsersPage, script)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("second", ["agent2"]),
        ("AGENT example", ["agent1", "agent2", "agent10"]),
        ("b@example", ["agent2"]),
        ("(555) 123", ["agent1"]),
        ("spring", ["agent1"]),
        ("nobody", []),
    ],
)
def test_search(run, core, typed, found):
    async def script(page: UsersPage) -> None:
        page.table.sortByColumn(Column.LOGIN, Qt.SortOrder.AscendingOrder)
        QTest.keyClicks(page.search, typed)
        assert cells(page, Column.LOGIN) == found
        assert page.count.text() == (f"{len(found)} of 3 users" if len(found) < 3 else "3 users")
        assert page.edit_button.isEnabled() == bool(found)

    with_page(run, core, UsersPage, script)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (Column.NAME, ["agent1", "agent10", "agent2"]),
        (Column.LOGIN, ["agent1", "agent2", "agent10"]),
        (Column.SIP_ADDRESS, ["agent1", "agent2", "agent10"]),
        (Column.CALL_WAITING, ["agent1", "agent10", "agent2"]),
        (Column.DIRECT_LINES, ["agent10", "agent2", "agent1"]),
    ],
)
def test_sorting_keeps_who_is_selected(run, core, column, order):
    async def script(page: UsersPage) -> None:
        page.select("agent10")
        page.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        assert cells(page, Column.LOGIN) == order
        assert page.selected == TEN

    with_page(run, core, UsersPage, script)


def test_call_waiting_is_switched_on_by_mouse(run, core):
    async def script(page: UsersPage) -> None:
        click_cell(page.table, page.users.row_of("agent1"), Column.NAME)
        click(page.edit_button)
        dialog = await opened(UserDialog)
        titles = texts_of(dialog.sections.navigation)
        assert titles == ["General", "Agent Contact", "Direct Lines", "Access"]
        dialog.sections.show_section(1)
        assert not dialog.save_button.isEnabled()
        click(dialog.call_waiting)
        assert dialog.note("call_waiting").advice.text.startswith(BYPASSED)
        click(dialog.save_button)
        await closed()
        assert cells(page, Column.CALL_WAITING) == ["Yes", "No", "Yes"]
        assert page.selected is not None and page.selected.login == "agent1"

    with_page(run, core, UsersPage, script)
    assert core.team.team.user("agent1") == replace(ONE, call_waiting=True)
    assert core.team.team.user("agent2") == TWO


def test_the_same_by_keyboard_alone(run, core):
    async def script(page: UsersPage) -> None:
        page.table.setFocus()
        QTest.keyClick(page.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(page.table, Qt.Key.Key_Return)
        dialog = await opened(UserDialog)
        QTest.keyClick(dialog, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
        await until(dialog.call_waiting.isChecked)  # a mnemonic shows the button pressed for a moment
        assert dialog.sections.current == 1
        QTest.keyClick(dialog.call_waiting, Qt.Key.Key_Return)
        await closed()

    with_page(run, core, UsersPage, script)
    assert core.team.team.user("agent1").call_waiting


def test_the_link_opens_the_user_queue_by_mouse_and_by_keyboard(run, core):
    async def script(page: UsersPage) -> None:
        click_cell(page.table, page.users.row_of("agent2"), Column.AGENT_QUEUE)
        dialog = await opened(UserQueueDialog)
        assert "Second Agent" in dialog.windowTitle()
        dialog.reject()
        await closed()
        QTest.keyClick(page.table, Qt.Key.Key_Space)
        (await opened(UserQueueDialog)).reject()
        await closed()
        click(page.queue_button)
        (await opened(UserQueueDialog)).reject()
        await closed()

    with_page(run, core, UsersPage, script)


def test_a_double_click_edits(run, core):
    async def script(page: UsersPage) -> None:
        middle = page.table.visualRect(page.users.index(0, Column.NAME)).center()
        QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        assert (await opened(UserDialog)).windowTitle() == "Edit Agent One"
        QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)
        await closed()

    with_page(run, core, UsersPage, script)


def test_a_new_user_is_checked_while_typing_and_then_selected(run, core):
    async def script(page: UsersPage) -> None:
        click(page.add_button)
        dialog = await opened(UserDialog)
        assert not dialog.note("login").problem.text
        for login, words in (
            ("AGENT1", "There is a user “agent1” already."),
            ("new one", "“new one” contains a blank"),
        ):
            retype(dialog.login, login)
            assert dialog.note("login").problem.text.startswith(words)
            assert words in dialog.login.accessibleDescription()
            assert not dialog.save_button.isEnabled()
        retype(dialog.login, "agent3")
        retype(dialog.sip_uri, "agent3")
        assert dialog.note("sip_uri").problem.text
        assert not dialog.save_button.isEnabled()
        retype(dialog.sip_uri, "sip:agent3@Example.com")
        retype(dialog.name, "Agent Three")
        dialog.role.setCurrentIndex(dialog.role.findText("Admin"))
        click(dialog.save_button)
        await closed()
        assert page.selected is not None and page.selected.login == "agent3"

    with_page(run, core, UsersPage, script)
    made = UserProfile("agent3", "Agent Three", "sip:agent3@example.com", Role.ADMIN)
    assert core.team.team.user("agent3") == made


def test_a_duplicate_has_everything_but_login_and_address(run, core):
    async def script(page: UsersPage) -> None:
        page.select("agent2")
        click(page.duplicate_button)
        dialog = await opened(UserDialog)
        assert (dialog.login.text(), dialog.sip_uri.text(), dialog.name.text()) == ("", "", "Second Agent")
        assert not dialog.save_button.isEnabled()
        assert dialog.note("call_waiting").advice.text == NO_DIRECT_LINE
        retype(dialog.login, "agent4")
        click(dialog.save_button)
        await closed()

    with_page(run, core, UsersPage, script)
    assert core.team.team.user("agent4") == replace(TWO, login="agent4", sip_uri="")


def test_deleting_asks_first(run, core):
    async def script(page: UsersPage) -> None:
        page.select("agent10")
        click(page.delete_button)
        assert "Agent Ten" in await answer("Cancel")
        assert core.team.team.user("agent10")
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
        await answer("Delete")
        await until(lambda: page.users.rowCount() == 2)
        assert page.selected is not None

    with_page(run, core, UsersPage, script)
    assert core.team.team.user("agent10") is None


def test_who_is_still_led_to_is_not_deleted_and_what_leads_there_is_listed(run, core):
    async def script(page: UsersPage) -> None:
        page.select("agent1")
        click(page.delete_button)
        text = await answer("OK")
        assert "+15551230001 (Spring campaign)" in text
        assert "the no-answer route of Second Agent" in text

    with_page(run, core, UsersPage, script)
    assert core.team.team.user("agent1") == ONE


def test_a_delete_that_fails_is_said_on_the_page(run, core):
    async def script(page: UsersPage) -> None:
        page.select("agent10")
        click(page.delete_button)
        core.team.problem = "The database is read-only."
        await answer("Delete")
        await until(lambda: page.problem.text == "The database is read-only.")

    with_page(run, core, UsersPage, script)
    assert core.team.team.user("agent10") == TEN


def test_what_others_change_is_shown_at_once_and_after_the_page_is_gone_nothing_happens(run, core):
    async def script(page: UsersPage) -> None:
        page.select("agent2")
        await core.team.put_user(replace(ONE, name="Renamed"))
        assert "Renamed" in cells(page, Column.NAME)
        assert page.selected == TWO

    with_page(run, core, UsersPage, script)
    run(core.team.put_user(ONE))


def test_five_thousand_users_are_searched_sorted_and_scrolled_without_a_stutter(run, phone, record_property):
    users = [UserProfile(f"agent{n}", f"Agent {n}", f"sip:agent{n}@example.com") for n in range(5000)]
    lines = [TrackingNumber(f"+1555{n:07}", f"Campaign {n}", Route.parse(f"agent:agent{n}")) for n in range(5000)]
    core = FakeCore(session=phone, team=FakeTeamStore(*users, numbers=lines), numbers=PhoneNumberPlan("US"))
    busy: dict[str, float] = {}

    def measure(what: str, step: Callable[[], object]) -> None:
        start = time.process_time()
        step()
        QApplication.processEvents()
        busy[what] = max(busy.get(what, 0.0), time.process_time() - start)

    async def script(page: UsersPage) -> None:
        for text in ("a", "agent 49", "5550004"):
            measure("search", partial(page.search.setText, text))
        measure("search", page.search.clear)
        for column in Column:
            measure("sort", partial(page.table.sortByColumn, column, Qt.SortOrder.DescendingOrder))
        bar = page.table.verticalScrollBar()
        assert bar is not None
        for place in range(0, bar.maximum(), bar.maximum() // 50):
            measure("scroll", partial(bar.setValue, place))
        measure("change", page.refresh)

    with_page(run, core, UsersPage, script)
    for what, seconds in busy.items():
        record_property(f"5,000 users: {what}", f"{seconds * 1000:.0f} ms")
    assert all(seconds < STUTTER_SECONDS for seconds in busy.values()), busy
