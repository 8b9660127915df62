"""A softphone as ``softphone`` starts it, with an agent in it: who speaks a tone, hears, and looks at the screen.

    python -m softphone.demo.team.phone_program --data-dir DIR --speak TONE.wav --hear HEARD.wav --pictures DIR

It is the whole app, in a process of its own, driven by ``softphone ctl``. SIGUSR1 draws what is on its screen.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from softphone.bootstrap import Core, open_core
from softphone.model.ua_commands import PlayAsMicrophone, RecordHeadset
from softphone.model.view import SessionView
from ui.app.application import run
from ui.app.main_window import MainWindow
from ui.app.qt_application import make_application


class Agent:
    """Mouth and ears of whoever sits at this softphone. A phone engine that had to start anew gets them, too."""

    def __init__(self, core: Core, speak: Path, hear: Path) -> None:
        self._phone, self._speak, self._hear = core.user_agent, speak, hear
        self._engine = 0
        core.session.on_view(self._look)
        self._look(core.session.view)

    def _look(self, view: SessionView) -> None:
        if view.engine.addresses and view.engine.pid != self._engine:
            first, self._engine = not self._engine, view.engine.pid
            self._phone.send(PlayAsMicrophone(str(self._speak)))
            if first:  # a second recording would take the place of the first
                self._phone.send(RecordHeadset(str(self._hear)))


def draw_windows(folder: Path) -> None:
    """A picture of each window of this app, by the name of its class; the main one with the call log in front."""
    for window in make_application().topLevelWidgets():
        if isinstance(window, MainWindow):
            window.tabs.setCurrentWidget(window.log_page)
        if window.isVisible() and window.width() > 1:
            half = folder / f"{type(window).__name__}.half.png"
            window.grab().save(str(half))
            half.replace(folder / f"{type(window).__name__}.png")


def main(look: Callable[[Path], None] = draw_windows) -> int:
    """The app from start to end; its exit status. *look* is what SIGUSR1 does, into the folder for pictures."""
    parser = argparse.ArgumentParser()
    for name in ("--data-dir", "--speak", "--hear", "--pictures"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args()

    async def opened() -> Core:
        core = await open_core(options.data_dir)
        Agent(core, options.speak, options.hear)
        if sys.platform != "win32":
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, look, options.pictures)
        return core

    return run(opened, data_dir=options.data_dir)


if __name__ == "__main__":
    sys.exit(main())
