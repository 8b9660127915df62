"""The watchdog sees that the GUI thread was held, for how long, and whether it was working."""

from __future__ import annotations

import time

from tests.gui_watchdog import GuiWatchdog


def test_a_held_thread_is_seen(qtbot):
    watchdog = GuiWatchdog()
    watchdog.start()
    qtbot.wait(20)
    time.sleep(0.2)
    qtbot.wait(20)
    watchdog.stop()
    assert watchdog.longest.seconds >= 0.19
    assert watchdog.longest in watchdog.holds
    assert watchdog.longest.cpu_seconds < watchdog.longest.seconds


def test_work_counts_as_cpu_time(qtbot):
    watchdog = GuiWatchdog()
    watchdog.start()
    end = time.thread_time() + 0.08
    while time.thread_time() < end:
        pass
    watchdog.stop()
    assert watchdog.longest.cpu_seconds >= 0.08
