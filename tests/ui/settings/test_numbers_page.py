"""Tracking Numbers: the table, the dialog of one number, CSV in and out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QFileDialog, QMessageBox

from softphone.config.number_plan import PhoneNumberPlan
from softphone.model.profile import Route, RouteKind, TrackingNumber, UserProfile
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.conftest import until
from tests.ui.items import texts_of
from tests.ui.settings.dialogs import opened
from tests.ui.settings.pages import with_page
from ui.settings.number_dialog import NumberDialog
from ui.settings.numbers_import import NumbersImportDialog
from ui.settings.numbers_page import NumbersPage

SPRING = TrackingNumber("+15551230001", "Spring campaign", Route(RouteKind.AGENT, "agent1"))
SALES = TrackingNumber("+15551230002", "Sales", Route(RouteKind.QUEUE, "sales"))
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def core(phone) -> FakeCore:
    users = UserProfile("agent1", "Agent One"), UserProfile("agent2", "Agent Two")
    return FakeCore(session=phone, team=FakeTeamStore(*users, numbers=[SPRING, SALES]), numbers=PhoneNumberPlan("US"))


async def dialog_of(page: NumbersPage, button) -> NumberDialog:
    QTest.mouseClick(button, LEFT)
    return await opened(NumberDialog)


async def save(dialog: NumberDialog) -> None:
    """Press Save Changes and wait until it has worked, or has not."""
    QTest.mouseClick(dialog.save_button, LEFT)
    await until(lambda: QApplication.activeModalWidget() is not dialog or dialog.conflict.text)


def retype(line, text: str) -> None:
    line.selectAll()
    QTest.keyClicks(line, text)


def rows(page: NumbersPage) -> list[tuple[object, ...]]:
    model = page.numbers
    return [
        tuple(model.data(model.index(row, column)) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_numbers_are_shown_as_people_write_them_and_with_where_they_lead(run, core):
    async def script(page: NumbersPage) -> None:
        assert rows(page) == [
            ("(555) 123-0001", "Spring campaign", "Direct to Agent One"),
            ("(555) 123-0002", "Sales", "Queue sales"),
        ]
        assert page.count.text() == "2 numbers"

    with_page(run, core, NumbersPage, script)


@pytest.mark.parametrize("text", ["555-123-0002", "+15551230002", "sal", "queue sales", "SALES"])
def test_a_search_finds_numbers_however_written_and_words_anywhere(run, core, text):
    async def script(page: NumbersPage) -> None:
        QTest.keyClicks(page.search, text)
        assert [row[1] for row in rows(page)] == ["Sales"]
        assert page.count.text() == "1 of 2 numbers"

    with_page(run, core, NumbersPage, script)


def test_a_click_on_a_heading_sorts(run, core):
    async def script(page: NumbersPage) -> None:
        page.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        assert [row[1] for row in rows(page)] == ["Sales", "Spring campaign"]
        page.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        assert [row[1] for row in rows(page)] == ["Spring campaign", "Sales"]

    with_page(run, core, NumbersPage, script)


def test_a_number_is_taken_in_any_form_and_stored_as_e164(run, core):
    async def script(page: NumbersPage) -> None:
        dialog = await dialog_of(page, page.add_button)
        await until(dialog.number.hasFocus)
        assert not dialog.save_button.isEnabled()
        QTest.keyClicks(dialog.number, "555.123.0003")
        assert dialog.stored_as.text() == "stored as +15551230003"
        QTest.keyClick(dialog.number, Qt.Key.Key_Tab)
        assert dialog.number.text() == "(555) 123-0003"
        QTest.keyClicks(dialog.label, "Autumn")
        QTest.keyClicks(dialog.route.agent.lineEdit(), "agent2")
        await save(dialog)
        assert page.selected is not None and page.selected.label == "Autumn"

    with_page(run, core, NumbersPage, script)
    autumn = core.team.team.tracking_number("+15551230003")
    assert autumn == TrackingNumber("+15551230003", "Autumn", Route(RouteKind.AGENT, "agent2"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("call me", "“call me” is no phone number."),
        ("555 123 0002", "There is a tracking number +15551230002 already, “Sales”."),
        ("123", "“123” is no phone number."),
    ],
)
def test_what_is_no_number_or_a_second_one_is_said_beside_it(run, core, text, words):
    async def script(page: NumbersPage) -> None:
        dialog = await dialog_of(page, page.edit_button)
        retype(dialog.number, text)
        assert dialog.note("number").problem.text == words
        assert not dialog.save_button.isEnabled()
        retype(dialog.number, "555 123 0001")
        assert dialog.note("number").problem.text == ""
        dialog.reject()

    with_page(run, core, NumbersPage, script)


def test_a_route_to_a_queue_or_elsewhere(run, core):
    async def script(page: NumbersPage) -> None:
        dialog = await dialog_of(page, page.edit_button)
        dialog.route.kind.setCurrentIndex(dialog.route.kind.findData(RouteKind.QUEUE))
        assert dialog.note("route").problem.text == "A route is missing."
        assert [dialog.route.queue.itemText(row) for row in range(dialog.route.queue.count())] == ["sales"]
        QTest.keyClicks(dialog.route.queue.lineEdit(), "support")
        await save(dialog)

    with_page(run, core, NumbersPage, script)
    assert core.team.team.tracking_number(SPRING.number).route == Route(RouteKind.QUEUE, "support")


def test_the_number_itself_can_be_corrected(run, core):
    async def script(page: NumbersPage) -> None:
        dialog = await dialog_of(page, page.edit_button)
        retype(dialog.number, "+1 555 123 0009")
        await save(dialog)
        assert [row[0] for row in rows(page)] == ["(555) 123-0002", "(555) 123-0009"]

    with_page(run, core, NumbersPage, script)
    assert core.team.team.tracking_number(SPRING.number) is None


def test_a_number_somebody_else_changed_meanwhile_is_not_overwritten(run, core):
    async def script(page: NumbersPage) -> None:
        dialog = await dialog_of(page, page.edit_button)
        await core.team.put_tracking_number(TrackingNumber(SPRING.number, "Theirs", SPRING.route))
        retype(dialog.number, "+1 555 123 0009")
        await save(dialog)
        assert "changed meanwhile by Admin Two" in dialog.conflict.text
        assert dialog.number.text() == "(555) 123-0009"
        assert dialog.label.text() == "Spring campaign"
        QTest.mouseClick(dialog.conflict.reload_button, LEFT)
        assert dialog.label.text() == "Theirs"
        dialog.reject()

    with_page(run, core, NumbersPage, script)
    assert {line.label for line in core.team.team.tracking_numbers} == {"Theirs", "Sales"}


def test_what_a_call_to_the_number_would_get_is_tried_with_what_is_typed(run, core):
    async def script(page: NumbersPage) -> None:
        dialog = await dialog_of(page, page.edit_button)
        assert dialog.try_a_call.agent.login() == "agent1"
        direct = dialog.try_a_call.result.steps.sentences
        dialog.route.kind.setCurrentIndex(dialog.route.kind.findData(RouteKind.QUEUE))
        QTest.keyClicks(dialog.route.queue.lineEdit(), "support")
        assert dialog.try_a_call.result.steps.sentences != direct
        dialog.try_a_call.setFocus()
        dialog.done(0)

    with_page(run, core, NumbersPage, script)


def test_deleting_asks_first(run, core):
    async def answer(words: str) -> None:
        box = await opened(QMessageBox)
        assert "(555) 123-0001" in box.text()
        (button,) = [button for button in box.buttons() if button.text() == words]
        QTest.mouseClick(button, LEFT)
        await until(lambda: QApplication.activeModalWidget() is None)

    async def script(page: NumbersPage) -> None:
        QTest.mouseClick(page.delete_button, LEFT)
        await answer("Cancel")
        assert page.numbers.rowCount() == 2
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
        await answer("&Delete")
        await until(lambda: page.numbers.rowCount() == 1)

    with_page(run, core, NumbersPage, script)
    assert core.team.team.tracking_numbers == (SALES,)


def test_a_duplicate_starts_with_everything_but_the_number(run, core):
    async def script(page: NumbersPage) -> None:
        dialog = await dialog_of(page, page.duplicate_button)
        assert (dialog.number.text(), dialog.label.text()) == ("", "Spring campaign")
        assert dialog.route.value() == SPRING.route
        dialog.done(0)

    with_page(run, core, NumbersPage, script)


async def choose_file(button, file: Path) -> None:
    """Press the button and name the file in the dialog that comes up."""
    QTest.mouseClick(button, LEFT)
    chooser = await opened(QFileDialog)
    chooser.done(0)
    chooser.fileSelected.emit(str(file))


async def importing(page: NumbersPage, file: Path) -> NumbersImportDialog:
    """Choose the file in the dialog for it and wait until it is read."""
    await choose_file(page.import_button, file)
    dialog = await opened(NumbersImportDialog)
    await until(lambda: not dialog.progress.isVisible())
    return dialog


def long_file(folder: Path) -> Path:
    """10,000 lines of which 37 are bad."""
    bad = set(range(100, 10_000, 270))
    assert len(bad) == 37
    file = folder / "numbers.csv"
    lines = (
        f"{'no number' if line in bad else f'+{15552000000 + line}'},Line {line},agent:agent1" for line in range(10_000)
    )
    file.write_text("number,label,route\n" + "\n".join(lines))
    return file


def test_the_good_ones_of_10000_lines_are_imported_and_the_37_bad_ones_named(run, core, tmp_path):
    async def script(page: NumbersPage) -> None:
        dialog = await importing(page, long_file(tmp_path))
        good = dialog.locale().toString(9963)
        assert dialog.summary.text() == f"{good} numbers can be imported. 37 lines cannot."
        assert dialog.problems.count() == 37
        assert texts_of(dialog.problems)[0] == "line 102: “no number” is no phone number."
        assert dialog.import_button.text() == f"&Import the {good} Good Ones"
        QTest.mouseClick(dialog.import_button, LEFT)
        await until(lambda: page.done.text)
        assert page.done.text == f"{good} numbers were imported."
        assert page.numbers.rowCount() == 9965

    with_page(run, core, NumbersPage, script)
    assert len(core.team.team.tracking_numbers) == 9_963 + 2


def test_none_are_imported_when_none_is_chosen(run, core, tmp_path):
    async def script(page: NumbersPage) -> None:
        dialog = await importing(page, long_file(tmp_path))
        QTest.mouseClick(dialog.none_button, LEFT)
        await until(lambda: QApplication.activeModalWidget() is None)

    with_page(run, core, NumbersPage, script)
    assert core.team.team.tracking_numbers == (SPRING, SALES)


def test_a_database_that_refuses_leaves_the_import_open(run, core, tmp_path):
    core.team.problem = "The database is read-only."
    file = tmp_path / "one.csv"
    file.write_text("number;label;route\n555 123 0002;Sales two;queue:sales\n")

    async def script(page: NumbersPage) -> None:
        dialog = await importing(page, file)
        assert dialog.summary.text() == "1 number can be imported. 1 replaces an old one."
        assert dialog.import_button.text() == "&Import 1 Number"
        QTest.mouseClick(dialog.import_button, LEFT)
        await until(lambda: dialog.failure.text)
        assert dialog.failure.text == "The database is read-only."
        assert dialog.import_button.isEnabled()
        dialog.reject()

    with_page(run, core, NumbersPage, script)


def test_a_file_that_cannot_be_read_is_said(run, core, tmp_path):
    async def script(page: NumbersPage) -> None:
        dialog = await importing(page, tmp_path / "gone.csv")
        assert "gone.csv cannot be read" in dialog.failure.text
        assert not dialog.import_button.isEnabled()
        dialog.reject()

    with_page(run, core, NumbersPage, script)


def test_what_was_exported_can_be_imported(run, core, tmp_path):
    async def script(page: NumbersPage) -> None:
        await choose_file(page.export_button, tmp_path / "out.csv")
        await until(lambda: page.done.text)
        assert page.done.text == "2 numbers were exported."
        dialog = await importing(page, tmp_path / "out.csv")
        assert dialog.problems.count() == 0
        assert dialog.import_button.text() == "&Import 2 Numbers"
        QTest.mouseClick(dialog.import_button, LEFT)
        await until(lambda: QApplication.activeModalWidget() is None)

    with_page(run, core, NumbersPage, script)
    assert core.team.team.tracking_numbers == (SPRING, SALES)


def test_a_folder_that_cannot_be_written_is_said(run, core, tmp_path):
    async def script(page: NumbersPage) -> None:
        page.export_to(str(tmp_path / "missing" / "out.csv"))
        await until(lambda: page.problem.text)
        assert "out.csv cannot be written" in page.problem.text

    with_page(run, core, NumbersPage, script)


def test_a_change_elsewhere_is_shown_and_the_selection_stays(run, core):
    async def script(page: NumbersPage) -> None:
        page.select(SALES.number)
        await core.team.put_tracking_number(TrackingNumber("+15551230000", "First", SALES.route))
        await until(lambda: len(rows(page)) == 3)
        assert page.selected == SALES

    with_page(run, core, NumbersPage, script)
