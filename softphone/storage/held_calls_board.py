"""What one softphone knows of the team's held calls, and what each newly read row means to it. No database here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.storage.held_calls_rows import HeldRow


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """Somebody has claimed a caller this softphone holds."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class ClaimGone:
    """A claim of this softphone, or on a caller it holds, has come to nothing."""

    held_call: str
    why: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A hold is over; *held* is the row as last known."""

    held: HeldCall
    how: HeldEnd
    by: str


Happening = ClaimMade | ClaimGone | Ended


class HeldBoard:
    """The live rows. However often a row is read, each claim and each end is told once."""

    def __init__(self, station: str) -> None:
        self._station = station
        self._rows: dict[str, HeldRow] = {}
        self._told: dict[str, int] = {}  # row -> number of the claim that was told and has not come to nothing

    @property
    def held(self) -> dict[str, HeldCall]:
        """Every caller held for anyone, by id."""
        return {held_call: row.held for held_call, row in self._rows.items()}

    @property
    def ids(self) -> frozenset[str]:
        """What is to be asked for again, so that its end is noticed."""
        return frozenset(self._rows)

    def claims_on(self, held_call: str) -> int:
        """The number of its last claim; 0 when there was none or the row is not known."""
        row = self._rows.get(held_call)
        return row.claims if row else 0

    def learn(self, rows: Iterable[HeldRow]) -> list[Happening]:
        """Take over what was read, later than everything before."""
        return [happening for row in rows for happening in self._learn(row)]

    def _learn(self, row: HeldRow) -> Iterator[Happening]:
        name = row.held.id
        if row.how is not None:
            self._told.pop(name, None)
            if self._rows.pop(name, None):
                yield Ended(row.held, row.how, row.by)
            return
        self._rows[name] = row
        if name in self._told and (not row.held.claimed_by or row.claims != self._told[name]):
            del self._told[name]
            yield ClaimGone(name, row.claim_gone)
        if name not in self._told and row.claim and self._station in (row.held.station, row.held.claimed_station):
            self._told[name] = row.claims
            if row.held.station == self._station:
                yield ClaimMade(row.claim)
