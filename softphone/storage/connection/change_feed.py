"""The change feed of the database: what this softphone or another one has just changed in it.

On PostgreSQL the triggers notify, and one connection listens (see ``server_monitor``); where notifications do not
arrive, and in a file, changes are looked for each second (see ``file_polling``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from softphone.storage.connection.listeners import Listeners

CHANNEL = "softphone"


class Topic(StrEnum):
    """What a change can be about."""

    CALLS = "calls"
    TEAM = "team"
    HELD = "held"
    PRESENCE = "presence"


class ChangeFeed:
    """Tells each change to whoever asked for its topic; an empty key means: read everything anew."""

    def __init__(self) -> None:
        self.notified = False  # whether the database tells of our own changes, too, and at once
        self._listeners: dict[str, Listeners[str]] = {topic: Listeners(topic) for topic in Topic}

    def on(self, topic: Topic, callback: Callable[[str], None]) -> None:
        """Call *callback* with the key of each change."""
        self._listeners[topic].add(callback)

    def tell(self, topic: str, key: str = "") -> None:
        """Something has changed; topics of newer softphones are passed over."""
        if listeners := self._listeners.get(topic):
            listeners.tell(key)

    def wrote(self, topic: Topic, key: str = "") -> None:
        """This softphone has committed a change; told here only where the database does not tell."""
        if not self.notified:
            self.tell(topic, key)

    def tell_everything(self) -> None:
        """Nobody knows what has changed meanwhile."""
        for topic in Topic:
            self.tell(topic)

    def received(self, payload: str) -> None:
        """A notification has arrived: “topic:key”."""
        topic, _, key = payload.partition(":")
        self.tell(topic, key)
