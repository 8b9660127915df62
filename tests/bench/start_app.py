"""The softphone, started as ``softphone`` starts it. Tells when its main window was painted and when it can be called.

It imports nothing before the softphone does, so that its start is the softphone's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QCoreApplication, QEvent, QObject, QTimer, qInstallMessageHandler

from softphone.cli import app_command


class FirstPaint(QObject):
    """Sees every event of the app until its main window has been painted."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        if event is not None and event.type() == QEvent.Type.Paint and type(watched).__name__ == "MainWindow":
            the_application().removeEventFilter(self)
            QTimer.singleShot(0, lambda: say(painted_at=time.monotonic()))
        return False


def the_application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application


def say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def watch(run: Any) -> Any:
    """``app_command._run`` that also tells how far the start is. It loads nothing earlier than that one does."""

    def watched(*arguments: Any, **named: Any) -> int:
        import softphone.bootstrap

        open_core, first_paint, tasks = softphone.bootstrap.open_core, FirstPaint(), []

        async def opened(*arguments: Any, **named: Any) -> Any:
            the_application().installEventFilter(first_paint)
            core = await open_core(*arguments, **named)
            tasks.append(asyncio.ensure_future(_until_closed(core)))
            return core

        softphone.bootstrap.open_core = opened
        return int(run(*arguments, **named))

    return watched


async def _until_closed(core: Any) -> None:
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
    app_command._run = watch(app_command._run)
    sys.exit(app_command.start_app(Path(sys.argv[1]), "", verbose=False))
