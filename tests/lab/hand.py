"""Somebody at the screen, who clicks what they can read."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tests.lab.readable_app import SEEN
from tests.lab.waiting import until
from tests.lab.xvfb import Screen, Window

READABLE = (sys.executable, "-m", "tests.lab.readable_app")
Seen = list[dict[str, Any]]


class Signalled(Protocol):
    """A process, or somebody who passes a signal on to one."""

    def send_signal(self, number: int, /) -> None:
        """As ``kill`` does."""


class ReadableApp(Protocol):
    """What is to be known of an app whose windows are read."""

    @property
    def data(self) -> Path:
        """Its data directory."""

    @property
    def output(self) -> str:
        """What it wrote to the terminal."""

    @property
    def process(self) -> Signalled:
        """Who lets it say what can be read, on SIGUSR1."""


class Hand:
    """Mouse and keyboard over an app started as READABLE."""

    def __init__(self, screen: Screen, app: ReadableApp) -> None:
        self._screen, self._app = screen, app

    def click(self, text: str, kind: str = "") -> None:
        """Wait until this is written somewhere and can be clicked, and click the uppermost of it."""
        place = min(self.wait_for(lambda seen: _find(seen, text, kind), text), key=lambda entry: entry["y"])
        self._screen.click(Window("", place["x"], place["y"], 0, 0), 0, 0)

    def retype(self, field: str, text: str, window: str) -> None:
        """Replace what stands in a field of the window with this title."""
        self._screen.focus(self._screen.window(window))
        self.click(field, "field")
        self._screen.press("ctrl+a")
        self._screen.type(text)

    def wait_for(self, condition: Callable[[Seen], Any], what: str) -> Any:
        """What *condition* finds in what can be read."""
        last: Seen = []

        def found() -> Any:
            last[:] = self._look()
            return condition(last)

        return until(found, lambda: f"{what!r} to be read; there is {[entry['text'] for entry in last]}", 10)

    def wait_until_gone(self, text: str) -> None:
        """Wait until this is nowhere to be read."""
        self.wait_for(lambda seen: not any(entry["text"] == text for entry in seen), f"no {text}")

    def _look(self) -> Seen:
        file = self._app.data / SEEN
        file.unlink(missing_ok=True)
        self._app.process.send_signal(signal.SIGUSR1)
        until(file.exists, lambda: f"the app says what can be read\n{self._app.output}", 5)
        seen: Seen = json.loads(file.read_text())
        return seen


def _find(seen: Seen, text: str, kind: str) -> Seen:
    return [e for e in seen if e["text"] == text and e["enabled"] and kind in ("", e["kind"]) and e["kind"] != "label"]
