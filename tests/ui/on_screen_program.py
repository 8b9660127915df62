"""Windows on a real screen, led by lines on stdin: ``prompt`` brings the prompt up, ``report`` says what was typed."""

from __future__ import annotations

import asyncio
import json
import sys

from PyQt6.QtWidgets import QApplication

from tests.fakes.phone import FakeCore, a_call, waiting_prompt
from ui.app import run_app
from ui.event_loop import AppEventLoop


async def lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main() -> None:
    core = FakeCore()
    app = await run_app(core)
    reader = await lines()
    say("ready")
    while command := (await reader.readline()).decode().strip():
        if command == "prompt":
            call = a_call()
            core.session.show(calls=(call,), prompt=waiting_prompt(current=call))
        report = {
            "typed": app.main_window.number.text(),
            "requests": [str(request) for request in core.session.requests],
            "prompt": app.prompt.isVisible(),
            "active": type(QApplication.activeWindow()).__name__,
        }
        say(json.dumps(report))
    await app.close()


if __name__ == "__main__":
    application = QApplication(sys.argv)
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(application)) as runner:
        runner.run(main())
