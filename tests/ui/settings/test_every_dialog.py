"""What holds for all dialogs: the keyboard reaches all of it, Escape loses nothing, large letters, right to left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QMessageBox,
    QRadioButton,
    QScrollArea,
    QSlider,
    QTableView,
    QTextBrowser,
    QWidget,
)

from softphone.config.number_plan import PhoneNumberPlan
from softphone.model.profile import NoAnswer, Route, TrackingNumber, UserProfile, UserQueue
from softphone.policy.registration_trial import RegistrationTrial
from tests.fakes.phone import FakeCore
from tests.fakes.team_store import FakeTeamStore
from tests.qtest import QTest
from tests.ui.conftest import until
from tests.ui.log.test_call_log import RECORD
from tests.ui.settings.dialogs import answer
from tests.ui.settings.pages import ParentWindow, with_page
from ui.app.first_start import FirstStart
from ui.log.call_details import CallDetails
from ui.settings.number_dialog import NumberDialog
from ui.settings.numbers_import import NumbersImportDialog
from ui.settings.settings_window import SettingsWindow
from ui.settings.user_dialog import UserDialog
from ui.settings.user_queue_dialog import UserQueueDialog
from ui.shared.background import Background
from ui.widgets import sizes
from ui.widgets.comparison import ComparisonDialog

SCREEN = QSize(1280, 800)
MOST_STEPS = 60
WHOLES = (QComboBox, QAbstractSpinBox, QLineEdit, QAbstractItemView)
DOES_SOMETHING = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QSlider, QListView, QTableView, QTextBrowser)
QUEUE = UserQueue(bypass_if_no_agents=True, no_answer=NoAnswer.VOICEMAIL, no_answer_target="sip:vm@example.com")
ONE = UserProfile("agent1", "Agent One", "sip:agent1@example.com", call_waiting=True, queue=QUEUE)
TWO = UserProfile("agent2", "Agent Two", queue=UserQueue(no_answer=NoAnswer.AGENT, no_answer_target="agent1"))
LINE = TrackingNumber("+15551230001", "Spring campaign", Route.parse("agent:agent1"))
FILE = "number,label,route\n555 123 0001,Again,agent:agent2\n555 CALL ME,Poster,agent:agent1\n"


@dataclass(frozen=True)
class Desk:
    """What dialogs are made with."""

    core: FakeCore
    background: Background
    parent: QWidget
    folder: Path

    def settings(self, page: int) -> SettingsWindow:
        window = SettingsWindow(self.core, self.background, self.parent)
        window.navigation.setCurrentRow(page)
        return window

    def account(self) -> SettingsWindow:
        self.core.registration_tester.result = RegistrationTrial(False, "Wrong password.", "Check the password.")
        window = self.settings(2)
        window.account.sip_uri.put("sip:agent1@example.com")
        window.account.saved()
        window.account.test.start()
        return window

    def first_start(self, step: int) -> FirstStart:
        dialog = FirstStart(self.core, self.background, lambda: True, print, self.parent)
        for _ in range(step):
            dialog.next_button.click()
        return dialog


Make = Callable[[Desk], QDialog]
DIALOGS: dict[str, Make] = {
    "users": lambda desk: desk.settings(0),
    "numbers": lambda desk: desk.settings(1),
    "account": Desk.account,
    "sound": lambda desk: desk.settings(3),
    "general": lambda desk: desk.settings(4),
    "about": lambda desk: desk.settings(5),
    "user": lambda desk: UserDialog(desk.core, desk.background, "agent1", desk.parent),
    "new user": lambda desk: UserDialog(desk.core, desk.background, "", desk.parent),
    "queue, voicemail": lambda desk: UserQueueDialog(desk.core, desk.background, "agent1", desk.parent),
    "queue, agent": lambda desk: UserQueueDialog(desk.core, desk.background, "agent2", desk.parent),
    "number": lambda desk: NumberDialog(desk.core, desk.background, LINE.number, desk.parent),
    "import": lambda desk: NumbersImportDialog(desk.core, desk.background, desk.folder / "numbers.csv", desk.parent),
    "comparison": lambda desk: ComparisonDialog(ONE, replace(ONE, name="Somebody Else"), desk.parent),
    "details": lambda desk: CallDetails(RECORD, desk.core.team.team, desk.core.numbers, desk.parent),
    "welcome": lambda desk: desk.first_start(0),
    "first account": lambda desk: desk.first_start(1),
    "who am I": lambda desk: desk.first_start(2),
}
every_dialog = pytest.mark.parametrize("make", DIALOGS.values(), ids=DIALOGS.keys())


@pytest.fixture
def core(phone) -> FakeCore:
    return FakeCore(session=phone, team=FakeTeamStore(ONE, TWO, numbers=[LINE]), numbers=PhoneNumberPlan("US"))


@pytest.fixture
def show(run, core, tmp_path, qapp) -> Iterator[Callable[[Make, Callable[[QDialog], Awaitable[None]]], None]]:
    """Shows a dialog once nothing goes on behind it any more, and plays a script."""
    (tmp_path / "numbers.csv").write_text(FILE)
    qapp.setQuitOnLastWindowClosed(False)

    def play(make: Make, script: Callable[[QDialog], Awaitable[None]]) -> None:
        async def with_desk(parent: ParentWindow) -> None:
            dialog = make(Desk(core, parent.background, parent, tmp_path))
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
            dialog.show()
            dialog.activateWindow()
            await until(lambda: dialog.isActiveWindow() and not parent.background.busy)
            await script(dialog)
            dialog.hide()

        with_page(run, core, lambda _core, background: ParentWindow(background), with_desk)

    yield play
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture(params=["200 %", "right to left"])
def other_reader(request, qapp, monkeypatch) -> Iterator[None]:
    """One who reads larger letters or from the right, on a screen of 1280×800."""
    font, direction = qapp.font(), qapp.layoutDirection()
    monkeypatch.setattr(sizes, "room", lambda _: SCREEN)
    if request.param == "200 %":
        large = qapp.font()
        large.setPointSizeF(font.pointSizeF() * 2)
        qapp.setFont(large)
    else:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setFont(font)
    qapp.setLayoutDirection(direction)


def controls(dialog: QDialog) -> set[QWidget]:
    """What one has to get at: the parts of a control belong to it, and arrow keys move between radio buttons."""

    def counts(widget: QWidget) -> bool:
        part = widget.focusProxy() is not None or isinstance(widget.parentWidget(), WHOLES)
        does = isinstance(widget, DOES_SOMETHING) or bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        return does and not part and widget.isVisible() and widget.isEnabled() and widget.window() is dialog

    return {widget for widget in dialog.findChildren(QWidget) if counts(widget)}


def name_of(control: QWidget, dialog: QDialog) -> str:
    """What a screen reader says."""
    buddies = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is control]
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName() or text or "".join(buddies)


@every_dialog
def test_tab_reaches_every_control_and_each_has_a_name(show, make):
    async def script(dialog: QDialog) -> None:
        expected, reached = controls(dialog), set()
        for _ in range(MOST_STEPS):
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            reached.add(QApplication.focusWidget())
        siblings = {other for widget in reached if isinstance(widget, QRadioButton) for other in group_of(widget)}
        assert [name_of(widget, dialog) for widget in expected - reached - siblings] == []
        assert [widget for widget in expected if not name_of(widget, dialog)] == []
        assert expected

    show(make, script)


def group_of(button: QRadioButton) -> list[QRadioButton]:
    parent = button.parentWidget()
    assert parent is not None
    return parent.findChildren(QRadioButton)


@every_dialog
def test_escape_closes_what_has_nothing_unsaved(show, make):
    async def script(dialog: QDialog) -> None:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not dialog.isVisible())

    show(make, script)


@pytest.mark.parametrize("name", ["account", "sound", "general", "user", "new user", "queue, voicemail", "number"])
def test_escape_asks_when_something_was_changed(show, name):
    async def script(dialog: QDialog) -> None:
        change_something(dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
        assert "unsaved changes" in await answer("Keep Editing")
        assert dialog.isVisible()

    show(DIALOGS[name], script)


def change_something(dialog: QDialog) -> None:
    """By the keyboard, in the first field or switch there is."""
    fields = [child for child in dialog.findChildren(QWidget) if child in controls(dialog)]
    field = next(one for one in fields if isinstance(one, QLineEdit | QCheckBox | QSlider))
    QTest.keyClick(field, Qt.Key.Key_Space if isinstance(field, QCheckBox) else Qt.Key.Key_End)
    if isinstance(field, QLineEdit):
        QTest.keyClicks(field, "1")


@every_dialog
def test_no_words_are_cut_for_other_readers(show, make, other_reader):
    async def script(dialog: QDialog) -> None:
        smallest = dialog.minimumSizeHint()
        for size in (dialog.size(), smallest):
            assert (size.width() <= SCREEN.width(), size.height() <= SCREEN.height()) == (True, True), size
        assert [f"{widget}: {words}" for widget in dialog.findChildren(QWidget) if (words := cut(widget))] == []

    show(make, script)


def cut(widget: QWidget) -> str:
    """The words of *widget* that there is no room for."""
    if not widget.isVisible():
        return ""
    if isinstance(widget, QScrollArea):
        bar = widget.horizontalScrollBar()
        return "scrolls sideways" if bar is not None and bar.maximum() else ""
    if isinstance(widget, QLabel) and widget.text():
        need = QSize(0, widget.heightForWidth(widget.width())) if widget.wordWrap() else widget.sizeHint()
    elif isinstance(widget, QAbstractButton | QComboBox):
        need = widget.minimumSizeHint()
    else:
        return ""
    words = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
    return words if need.width() > widget.width() or need.height() > widget.height() else ""
