"""What happens in the demo, told as it happens; whoever waits for something waits here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE_SECONDS = 12.0

AGENT, CALLER1, CALLER2, VOICEMAIL = "agent", "caller1", "caller2", "voicemail"
NAMES = {AGENT: "agent", CALLER1: "caller 1", CALLER2: "caller 2", VOICEMAIL: "voicemail"}

# The moments of the script that the verdict needs.
TALKING, SECOND_CALL, ANSWERED, ENDING = "talking", "second call", "answered", "ending"


class MissingError(Exception):
    """Something that had to happen did not. Its text says what, in plain words."""


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One line of the timeline: when (monotonic), to whom, what, and how that is known."""

    at: float
    who: str
    what: str
    source: str


class Story:
    """The timeline, the moments worth remembering by name, and the bell that rings at every event."""

    def __init__(self, echo: Callable[[str], None]) -> None:
        self.began = time.monotonic()
        self.entries: list[StoryEntry] = []
        self.moments: dict[str, float] = {}
        self._echo = echo
        self._broken = ""
        self._waiting: list[tuple[Callable[[], object], asyncio.Future[None]]] = []

    def tell(self, who: str, what: str, source: str, at: float | None = None) -> None:
        """Something happened just now, or a moment ago, *at*."""
        entry = StoryEntry(time.monotonic() if at is None else at, who, what, source)
        self.entries.append(entry)
        self._echo(self.line(entry))

    def say(self, text: str) -> None:
        """Something for whoever watches, not part of what happened."""
        self._echo(text)

    def line(self, entry: StoryEntry) -> str:
        """An entry for the terminal."""
        return f"{entry.at - self.began:6.2f} s  {NAMES[entry.who]:<9}  {entry.what}"

    def mark(self, moment: str) -> None:
        """Remember this moment; the first one of its name counts."""
        self.moments.setdefault(moment, time.monotonic())

    def ring(self) -> None:
        """Something changed: let those who wait look again."""
        for condition, future in self._waiting:
            if not future.done() and condition():
                future.set_result(None)

    def give_up(self, why: str) -> None:
        """Nothing more can come of it: whoever waits is told why."""
        self._broken = self._broken or why
        for _, future in self._waiting:
            if not future.done():
                future.set_exception(MissingError(why))

    async def until(self, condition: Callable[[], object], what: str, seconds: float | None = PATIENCE_SECONDS) -> None:
        """Wait until *condition* holds. Raises MissingError, saying that *what* did not happen, after *seconds*."""
        if self._broken:
            raise MissingError(self._broken)
        if condition():
            return
        waiting = condition, asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await asyncio.wait_for(waiting[1], seconds)
        except TimeoutError:
            raise MissingError(f"{what} did not happen within {seconds:g} s") from None
        finally:
            self._waiting.remove(waiting)
