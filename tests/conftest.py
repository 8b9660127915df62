"""For every test: Qt without a screen, and no thread or process may be left behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.lab.postgres import postgres, postgres_server
from tests.programs import mark_those_with_servers, only_marked_tests_start_programs

# fixtures: one server for all who ask, wherever they are, and who may start programs
__all__ = ["only_marked_tests_start_programs", "postgres", "postgres_server"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
GRACE = 3.0  # seconds for what is ending already


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails the test that leaves something. What fixtures of a wider scope keep running is there before it."""
    before = {found: found() for found in (threads, processes)}
    yield
    assert_nothing_left(before)


def threads() -> set[object]:
    """Threads that would keep the interpreter alive."""
    return {thread for thread in threading.enumerate() if not thread.daemon}


def processes() -> set[object]:
    """Child processes and theirs."""
    while True:
        try:
            return set(psutil.Process().children(recursive=True))
        except (IndexError, psutil.NoSuchProcess):  # psutil stumbles over a process that ends while it looks
            continue


def assert_nothing_left(before: dict[Callable[[], set[object]], set[object]]) -> None:
    """Each finder finds no more than *before*, or will in a moment."""
    for found, known in before.items():
        deadline = time.monotonic() + GRACE
        while (left := found() - known) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not left, f"left behind: {found.__name__}: {left}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever starts programs says so."""
    mark_those_with_servers(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Figures that tests have recorded are shown, not asserted."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {name} {value}")
