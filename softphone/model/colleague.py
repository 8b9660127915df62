"""What the others of the team are doing, and how the database that tells so is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Availability(StrEnum):
    """What a colleague is doing."""

    FREE = "free"
    ON_A_CALL = "on-a-call"
    WRAP_UP = "wrap-up"
    AWAY = "away"  # do not disturb, or offline by choice
    SIGNED_OUT = "signed-out"  # no softphone of theirs is running


@dataclass(frozen=True, slots=True)
class Colleague:
    """One softphone of one colleague; *since* is in team time, *host* the computer's name."""

    login: str
    station: str
    availability: Availability
    since: datetime
    host: str = ""


@dataclass(frozen=True, slots=True)
class TeamHealth:
    """How the team's database is doing. *problem* is in words, empty while all is well.

    *shared* is False for a file of one's own; *waiting* is how many entries of the call log have not arrived yet.
    """

    online: bool = True
    problem: str = ""
    waiting: int = 0
    shared: bool = False
