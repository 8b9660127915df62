"""Names, labels and reasons are read as they stand, never as HTML: nothing is fetched, hidden, or looks official."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QApplication, QInputDialog, QLabel, QMessageBox, QWidget

import ui
from softphone.model.profile import Route, Team, TrackingNumber
from softphone.model.view import RegistrationStatus, RegistrationView
from tests.fakes.phone import FakeNumberPlan
from tests.ui.app.test_main_window import A_RECORD
from tests.ui.settings.dialogs import opened
from ui.log.call_log import CallLogList
from ui.settings.numbers_table import NumbersTable
from ui.shared.questions import ask_password, confirm
from ui.widgets.top_bar import TopBar

HOSTILE = "<b>Official</b> <img src='file:///etc/hostname'> &amp; notice"


def as_shown(tool_tip: str) -> str:
    """What Qt makes of it."""
    if not Qt.mightBeRichText(tool_tip):  # type: ignore[attr-defined]  # PyQt6 stub lacks it
        return tool_tip
    document = QTextDocument()
    document.setHtml(tool_tip)
    return document.toPlainText()


def test_a_caller_in_the_log_makes_no_rich_tool_tip(qapp: QApplication) -> None:
    log = CallLogList(FakeNumberPlan())
    log.show_records([replace(A_RECORD, explanation=HOSTILE)])
    item = log.list.item(0)
    assert item is not None
    assert as_shown(item.toolTip()) == HOSTILE


def test_a_label_from_a_csv_file_makes_no_rich_tool_tip(qapp: QApplication) -> None:
    table = NumbersTable(FakeNumberPlan())
    table.show_numbers([TrackingNumber("+15551230001", HOSTILE, Route.parse("queue:sales"))], Team())
    shown = [
        as_shown(str(table.index(0, column).data(Qt.ItemDataRole.ToolTipRole))) for column in range(table.columnCount())
    ]
    assert HOSTILE in shown


def test_an_account_makes_no_rich_tool_tip(qapp: QApplication) -> None:
    bar = TopBar()
    bar.show_registration(RegistrationView(RegistrationStatus.REGISTERED, HOSTILE, 200, "OK"))
    assert as_shown(bar.registration.toolTip()) == f"{HOSTILE} – registered"


@pytest.mark.parametrize("ask", [confirm, ask_password])
def test_questions_show_a_name_as_it_stands(run: Callable[[Any], Any], ask: Any) -> None:
    async def script() -> None:
        window = QWidget()
        asking = asyncio.ensure_future(
            ask(window, HOSTILE, "Yes") if ask is confirm else ask(window, HOSTILE, lasting=True)
        )
        dialog = await opened(QMessageBox if ask is confirm else QInputDialog)
        told = [label for label in dialog.findChildren(QLabel) if HOSTILE in label.text()]
        assert told
        assert all(label.textFormat() is Qt.TextFormat.PlainText for label in told)
        dialog.reject()
        await asking

    run(script())


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    folder = Path(str(ui.__file__)).parent
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called == name:
                    yield str(file.relative_to(folder)), node


def test_every_message_box_is_made_where_its_text_is_made_plain() -> None:
    assert {file for file, _ in calls("QMessageBox")} == {"shared/questions.py"}


def test_every_tool_tip_is_our_own_words_or_made_plain() -> None:
    ours = {"settings/about_page.py", "widgets/banner.py", "prompts/choice_button.py"}  # an address, a name, keys
    unknown = [
        f"{file}:{call.lineno}"
        for file, call in calls("setToolTip")
        if file not in ours
        and ast.unparse(call.args[0]).partition("(")[0] not in ("self.tr", "texts.tool_tip", "tool_tip")
    ]
    assert not unknown
