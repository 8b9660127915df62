"""The remaining ports, in memory."""

from __future__ import annotations

import re

from softphone.model.call_record import CallRecord
from softphone.model.profile import Team


class FakeCallLog:
    """ports.CallLog; keeps records in ``records``."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def add(self, record: CallRecord) -> None:
        self.records.append(record)


class FakeDirectory:
    """ports.Directory; ``team`` can be replaced."""

    def __init__(self, team: Team) -> None:
        self.team = team


class PlainNumbers:
    """ports.NumberPlan of a land where every number is international already."""

    def to_e164(self, text: str) -> str:
        digits = re.sub(r"[^\d+]", "", text)
        return digits if digits.startswith("+") else ""

    def for_people(self, text: str) -> str:
        return text
