"""The remaining ports, in memory."""

from __future__ import annotations

import re
from collections.abc import Callable

from softphone.model.call_record import CallRecord
from softphone.model.profile import Team


class FakeCallLog:
    """ports.CallLog; keeps records in ``records``."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def add(self, record: CallRecord) -> None:
        self.records.append(record)


class FakeDirectory:
    """ports.Directory; ``team`` can be replaced, and whoever listens hears of it."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._listeners: list[Callable[[Team], None]] = []

    @property
    def team(self) -> Team:
        return self._team

    @team.setter
    def team(self, team: Team) -> None:
        self._team = team
        for listener in tuple(self._listeners):
            listener(team)

    def on_change(self, listener: Callable[[Team], None]) -> None:
        self._listeners.append(listener)


class PlainNumbers:
    """ports.NumberPlan of a land where every number is international already."""

    def to_e164(self, text: str) -> str:
        digits = re.sub(r"[^\d+]", "", text)
        return digits if digits.startswith("+") else ""

    def for_people(self, text: str) -> str:
        return text
