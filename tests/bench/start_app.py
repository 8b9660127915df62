"""The softphone, started as ``softphone`` starts it. Tells when its main window was painted and when it can be called.

It imports nothing before the softphone does, so that its start is the softphone's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QEvent, QObject, QTimer, qInstallMessageHandler

from softphone.bootstrap import Core, open_core
from ui.app.application import run


class FirstPaint(QObject):
    """Sees every event of the app until its main window has been painted."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        if event is not None and event.type() == QEvent.Type.Paint and type(watched).__name__ == "MainWindow":
            QCoreApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, lambda: say(painted_at=time.monotonic()))
        return False


def say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def main(directory: Path) -> int:
    first_paint = FirstPaint()
    tasks = []

    async def opened() -> Core:
        QCoreApplication.instance().installEventFilter(first_paint)
        core = await open_core(directory)
        tasks.append(asyncio.ensure_future(_until_closed(core)))
        return core

    return run(opened, data_dir=directory)


async def _until_closed(core: Core) -> None:
    ready = asyncio.Event()
    core.session.on_view(lambda view: ready.set() if view.engine.addresses else None)
    if core.session.view.engine.addresses:
        ready.set()
    await ready.wait()
    say(port=int(core.session.view.engine.addresses[0].rpartition(":")[2]))
    from tests.bench.gui_reports import lines  # not before: what it imports is no part of the start

    async for _ in lines():
        pass
    QCoreApplication.quit()


if __name__ == "__main__":
    qInstallMessageHandler(lambda _kind, _where, _text: None)  # what the offscreen platform cannot do
    sys.exit(main(Path(sys.argv[1])))
