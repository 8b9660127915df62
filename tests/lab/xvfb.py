"""A screen without a screen, and a hand for mouse and keyboard on it (xdotool)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.lab.waiting import PATIENCE, until


@dataclass(frozen=True, slots=True)
class Window:
    """Where a window is, in pixels."""

    id: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Screen:
    """The running Xvfb. ``environment`` makes a Qt program appear on it."""

    display: str

    @property
    def environment(self) -> dict[str, str]:
        return {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def window(self, title: str, timeout: float = PATIENCE) -> Window:
        """Wait for a visible window whose title matches this regular expression."""

        def found() -> list[str]:
            with suppress(subprocess.CalledProcessError):  # xdotool's way to say "none"
                return self._xdotool("search", "--onlyvisible", "--name", title).split()
            return []

        name = until(found, f"a window named {title!r}", timeout)[-1]
        lines = self._xdotool("getwindowgeometry", "--shell", name).splitlines()
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        return Window(name, *(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT")))

    def has_window(self, title: str) -> bool:
        with suppress(subprocess.CalledProcessError):
            return bool(self._xdotool("search", "--onlyvisible", "--name", title).split())
        return False

    def click(self, window: Window, across: float, down: float) -> None:
        """Press the left button at fractions of the window's width and height."""
        x, y = window.x + round(window.width * across), window.y + round(window.height * down)
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def press(self, keys: str) -> None:
        """Press keys as ``ctrl+1``, in whichever window has the keyboard."""
        self._xdotool("key", keys)

    def type(self, text: str) -> None:
        self._xdotool("type", text)

    def focus(self, window: Window) -> None:
        """Give it the keyboard; there is no window manager here to do it."""
        self._xdotool("windowfocus", "--sync", window.id)

    def _xdotool(self, *arguments: str) -> str:
        environment = os.environ | self.environment
        done = subprocess.run(
            ["xdotool", *arguments], env=environment, capture_output=True, text=True, check=True, timeout=20
        )
        return done.stdout


@contextmanager
def running_screen(width: int = 1280, height: int = 900) -> Iterator[Screen]:
    """Start an Xvfb on a display number of the server's own choosing; it is gone at the end."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield Screen(f":{number}")
    finally:
        process.terminate()
        process.wait(10)
        remains = (Path(f"/tmp/.X11-unix/X{number}"), Path(f"/tmp/.X{number}-lock"))
        until(lambda: not any(path.exists() for path in remains), f"{remains} are gone", 5)
