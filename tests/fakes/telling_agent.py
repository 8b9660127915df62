"""A user agent that tells a fixed story when it is started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from softphone.model.ua_commands import Start, UaCommand
from softphone.model.ua_events import UaEvent


class TellingAgent:
    """Tells *story*, event by event, soon after ``start``; notes its configuration and that it was stopped."""

    restarts = 0

    def __init__(self, story: Sequence[UaEvent]) -> None:
        self._story = story
        self.configuration: Start | None = None
        self.stopped = False

    async def start(self, configuration: Start, on_event: Callable[[UaEvent], None]) -> None:
        self.configuration = configuration
        for event in self._story:
            asyncio.get_running_loop().call_soon(on_event, event)

    def send(self, command: UaCommand) -> None:
        raise AssertionError(f"nobody asked for {command}")

    async def stop(self) -> None:
        self.stopped = True
