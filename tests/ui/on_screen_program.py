"""Windows on a real screen, led by lines on stdin.

``prompt`` brings the prompt up, ``recall`` the question about a caller nobody picks up, ``held`` a caller to pick up
while on a call; ``report`` says what was typed and asked for.
"""

from __future__ import annotations

import asyncio
import json
import sys

from PyQt6.QtWidgets import QApplication

from softphone.model.call import CallStatus
from tests.fakes.phone import FakeCore, a_call, a_held_call, waiting_prompt
from ui.app.app import App, run_app
from ui.app.event_loop import AppEventLoop


async def lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def middle_of_pick_up(app: App) -> tuple[float, float]:
    """Where the first Pick up button is, as shares of the window's width and height."""
    window = app.main_window
    for row in window.held.rows.values():
        place = row.pick_up.mapTo(window, row.pick_up.rect().center())
        return place.x() / window.width(), place.y() / window.height()
    return 0.0, 0.0


async def main() -> None:
    core = FakeCore()
    app = await run_app(core)
    reader = await lines()
    say("ready")
    while command := (await reader.readline()).decode().strip():
        if command == "prompt":
            call = a_call()
            core.session.show(calls=(call,), prompt=waiting_prompt(current=call))
        elif command == "recall":
            forgotten = a_call(status=CallStatus.HELD, held_for_anyone=True, recall=True)
            core.session.show(calls=(forgotten,), recall=forgotten)
        elif command == "held":
            core.session.show(calls=(a_call(),), held_calls=(a_held_call(),))
            app.main_window.tabs.setCurrentWidget(app.main_window.log_page)
        report = {
            "typed": app.main_window.number.text(),
            "requests": [str(request) for request in core.session.requests],
            "prompt": app.prompt.isVisible(),
            "recall": app.team.recall.isVisible(),
            "pick up at": list(middle_of_pick_up(app)),
            "active": type(QApplication.activeWindow()).__name__,
        }
        say(json.dumps(report))
    await app.close()


if __name__ == "__main__":
    application = QApplication(sys.argv)
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(application)) as runner:
        runner.run(main())
