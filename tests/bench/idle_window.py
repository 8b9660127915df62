"""The control: a Qt process with nothing to do. What holds its GUI thread is the machine."""

from __future__ import annotations

import asyncio

from tests.bench.gui_reports import held, lines, say
from tests.gui_watchdog import GuiWatchdog
from ui.app.event_loop import AppEventLoop
from ui.app.qt_application import make_application


async def main() -> None:
    watchdog = GuiWatchdog()
    say(port=0)
    async for _ in lines():
        watchdog.start()
    watchdog.stop()
    say(**held(watchdog))


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(application)) as runner:
        runner.run(main())
