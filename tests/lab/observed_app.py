"""The softphone as ``softphone`` starts it, with two signals for tests: nothing in the product knows of them.

SIGUSR1 blocks the GUI thread for BLOCKED_SECONDS, as a bad day of Qt or Python would. SIGUSR2 starts to
measure how long anything holds that thread; the longest hold is printed when the app ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from pathlib import Path

from softphone.bootstrap import Core, open_core
from tests.gui_watchdog import GuiWatchdog
from ui.app.application import run

BLOCKED_SECONDS = 3.0


def main() -> int:
    """``python -m tests.lab.observed_app --data-dir DIR``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    data_dir = parser.parse_args().data_dir
    watchdogs: list[GuiWatchdog] = []

    def watch() -> None:
        watchdogs.append(GuiWatchdog())
        watchdogs[-1].start()

    async def opened() -> Core:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, time.sleep, BLOCKED_SECONDS)
        loop.add_signal_handler(signal.SIGUSR2, watch)
        return await open_core(data_dir)

    status = run(opened, data_dir=data_dir)
    for watchdog in watchdogs:
        holds = [{"seconds": hold.seconds, "cpu_seconds": hold.cpu_seconds} for hold in watchdog.holds]
        sys.stdout.write(json.dumps({"holds": holds, "longest": watchdog.longest.seconds}) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
