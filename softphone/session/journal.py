"""The story of the session as it happens: one JSON-able entry for each event and each thing done about it.

``softphone ctl events`` streams it, the demo draws its timeline from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum

from softphone.model.ua_events import UaEvent
from softphone.policy.calls.events import Command, Finish, StartTimer, StopTimer, Tell
from softphone.session.call_manager import Step
from softphone.session.pickup_token import without_token

Entry = dict[str, object]
_TOO_MUCH = frozenset({"headers"})


class Journal:
    """Hands entries on to whoever listens."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._listeners: list[Callable[[Entry], None]] = []

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Call *listener* with each entry from now on."""
        self._listeners.append(listener)

    def heard(self, event: UaEvent) -> None:
        """The user agent reports something."""
        self._write("heard", event)

    def follow(self, step: Step) -> None:
        """Call control has taken a step; bookkeeping of timers is left out."""
        for command in step.commands:
            self._did(command)

    def _did(self, command: Command) -> None:
        if isinstance(command, Finish):
            self._write("finished", command)
        elif not isinstance(command, StartTimer | StopTimer | Tell):
            self._write("did", command)

    def note(self, event: str, **values: object) -> None:
        """An entry of another kind."""
        self._send({"event": event, "at": self._monotonic(), **values})

    def _write(self, kind: str, value: object) -> None:
        if not self._listeners:
            return
        entry: Entry = {"event": type(value).__name__, "kind": kind, "at": self._monotonic()}
        for name, part in _plain_fields(value).items():
            entry.setdefault("engine_at" if name == "at" else name, part)
        self._send(entry)

    def _send(self, entry: Entry) -> None:
        for listener in tuple(self._listeners):
            listener(entry)


def _plain_fields(value: object) -> Entry:
    if not is_dataclass(value):
        return {}
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name not in _TOO_MUCH}


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, type):
        return value.__name__
    if is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, str):
        return without_token(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
