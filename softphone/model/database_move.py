"""Moving the team's data: what another database is like, what there is to move, how far it is, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from softphone.model.profile import TrackingNumber, UserProfile

NAMED_AT_MOST = 20  # records a report names; the others it counts


@dataclass(frozen=True, slots=True)
class DatabaseTrial:
    """Whether a softphone can work with the database, and in words why not, or what was found.

    *empty*: it has no tables yet; a move makes them. *warning* is what should be seen to although it works.
    """

    succeeded: bool
    words: str
    warning: str = ""
    empty: bool = False


class MoveStep(StrEnum):
    """What a move is busy with, in this order."""

    USERS = "users"
    NUMBERS = "tracking numbers"
    CALLS = "call log"
    COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class MoveProgress:
    """*done* of *total* records of this step; a step's last progress has *done* equal to *total*."""

    what: MoveStep
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A user or number that both databases have and not alike. *revision* is that of *theirs*, at the destination."""

    mine: UserProfile | TrackingNumber
    theirs: UserProfile | TrackingNumber
    revision: int

    @property
    def key(self) -> str:
        """The login, or the number with its plus sign; no two conflicts have the same."""
        return self.mine.login if isinstance(self.mine, UserProfile) else self.mine.number

    @property
    def differs(self) -> tuple[tuple[str, str, str], ...]:
        """What differs: name of the field, its value here and its value there."""
        mine, theirs = _flat(self.mine), _flat(self.theirs)
        return tuple((name, mine[name], theirs[name]) for name in mine if mine[name] != theirs[name])


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What there is to move. *waiting* entries of the call log have not reached the source yet."""

    users: int
    numbers: int
    calls: int
    waiting: int
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What has come of one kind of record; the last two are found by comparing every one of them in the end.

    *copied* were written by this run, *already_there* were found alike or left alone; *differing* are there but not
    the same, *missing* are not there. Of both no more than NAMED_AT_MOST are named.
    """

    copied: int = 0
    already_there: int = 0
    compared: int = 0
    differing: int = 0
    missing: int = 0
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveReport:
    """What was moved. *respelled* texts held a character the destination cannot keep; it became a question mark."""

    users: Tally
    numbers: Tally
    calls: Tally
    waiting: int = 0
    respelled: int = 0

    @property
    def complete(self) -> bool:
        """Whether every record is at the destination, and every call as it was."""
        nobody_missing = not (self.users.missing or self.numbers.missing or self.calls.missing)
        return nobody_missing and not self.calls.differing


def _flat(record: UserProfile | TrackingNumber) -> dict[str, str]:
    """Each field in the words of its declaration."""
    if isinstance(record, TrackingNumber):
        return {"Label": record.label, "Route": str(record.route)}
    queue = record.queue
    return {
        "Name": record.name,
        "SIP address": record.sip_uri,
        "Role": str(record.role),
        "Call Waiting": _on(record.call_waiting),
        "Bypass queue if no agents available": _on(queue.bypass_if_no_agents),
        "Ring time": f"{queue.ring_seconds} s",
        "No answer": " ".join(filter(None, (str(queue.no_answer), queue.no_answer_target))),
    }


def _on(value: bool) -> str:
    return "on" if value else "off"
