"""The watchdog sees that the GUI thread was held, for how long, and whether it was working."""

from __future__ import annotations

import pytest

from tests import gui_watchdog
from tests.gui_watchdog import GuiWatchdog


class Clocks:
    """Time and the thread's own, both as they are turned; Qt's timer beats by itself."""

    def __init__(self) -> None:
        self.now, self.cpu = 1000.0, 5.0

    def monotonic(self) -> float:
        return self.now

    def thread_time(self) -> float:
        return self.cpu


@pytest.fixture
def clocks(monkeypatch) -> Clocks:
    made = Clocks()
    monkeypatch.setattr(gui_watchdog, "time", made)
    return made


def test_a_held_thread_is_seen(qtbot, clocks):
    watchdog = GuiWatchdog()
    watchdog.start()
    clocks.now += 0.2
    clocks.cpu += 0.01
    qtbot.waitUntil(lambda: bool(watchdog.holds))
    watchdog.stop()
    assert watchdog.longest == watchdog.holds[0]
    assert watchdog.longest.seconds == pytest.approx(0.195)
    assert watchdog.longest.cpu_seconds == pytest.approx(0.01)


def test_work_counts_as_cpu_time(qtbot, clocks):
    watchdog = GuiWatchdog()
    watchdog.start()
    clocks.now += 0.04
    clocks.cpu += 0.03
    watchdog.stop()
    assert watchdog.longest.cpu_seconds == pytest.approx(0.03)
    assert not watchdog.holds, "that is short enough for nobody to notice"
