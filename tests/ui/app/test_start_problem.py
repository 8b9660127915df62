"""The words and the window for what keeps the softphone from starting."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QPushButton

from softphone import __version__
from softphone.errors import UserFacingError
from tests.qtest import QTest
from ui.app.control_client import ControlError
from ui.app.start_problem import StartProblem, StartProblemWindow, tell

DATA = Path("/home/somebody/softphone")


def fault() -> Exception:
    """A bug, raised, so that it has a traceback."""
    try:
        raise KeyError("password='very-secret'")
    except KeyError as error:
        return error


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (UserFacingError("The settings cannot be used."), "The softphone cannot start."),
        (ControlError("There is no such number.", 1), "The running softphone has refused."),
        (fault(), "The softphone has run into an internal error and cannot continue."),
    ],
)
def test_each_kind_of_problem_is_called_what_it_is_and_says_what_to_do(error: Exception, heading: str):
    problem = StartProblem.of(error, DATA)
    assert problem.heading == heading
    assert "tart" in problem.advice
    assert "copy the details" in problem.advice
    for fact in (f"Softphone {__version__}", "Python", "Qt", str(DATA), type(error).__name__):
        assert fact in problem.details


def test_only_a_fault_of_ours_comes_with_a_traceback_and_nothing_comes_with_secrets():
    told = StartProblem.of(UserFacingError("The keyring says: password=very-secret"), DATA)
    found = StartProblem.of(fault(), DATA)
    assert "Traceback" not in told.details
    assert "in fault" in found.details
    assert "very-secret" not in f"{told}{found}"


def test_the_window_shows_it_and_copies_the_details(qtbot):
    problem = StartProblem.of(UserFacingError("<b>Damaged</b>:\n" + "line\n" * 40), DATA)
    window = StartProblemWindow(problem)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.open()
    screen, clipboard = window.screen(), QGuiApplication.clipboard()
    assert screen is not None and clipboard is not None
    assert window.height() <= screen.availableSize().height()
    assert window.message.text() == problem.message
    assert window.message.textFormat() == Qt.TextFormat.PlainText
    assert all(button.accessibleName() or button.text() for button in window.findChildren(QPushButton))
    QTest.mouseClick(window.copy_button, Qt.MouseButton.LeftButton)
    assert clipboard.text() == problem.details
    assert window.copied.text() == "The details are on the clipboard."
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_where_nobody_can_see_a_window_stderr_has_to_do(qapp, capsys, caplog):
    assert tell(UserFacingError("It is damaged."), DATA) == 1
    assert capsys.readouterr().err == "softphone: It is damaged.\n"
    assert tell(fault(), DATA) == 1
    assert "in fault" in caplog.text
