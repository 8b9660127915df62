"""Agents, their queue settings and the numbers customers dial. Each default stands here once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

RING_SECONDS_DEFAULT = 300
RING_SECONDS_MIN = 5
RING_SECONDS_MAX = 3600


class NoAnswer(StrEnum):
    """Where a caller goes who was not answered in time or was ignored."""

    HANG_UP = "hang_up"
    AGENT = "agent"
    VOICEMAIL = "voicemail"


class Role(StrEnum):
    """What a person may do in the settings."""

    AGENT = "agent"
    ADMIN = "admin"


class AgentStatus(StrEnum):
    """What agents say about themselves; being on a call is not a status but a fact."""

    AVAILABLE = "available"
    DO_NOT_DISTURB = "do-not-disturb"
    WRAP_UP = "wrap-up"
    OFFLINE = "offline"


class RouteKind(StrEnum):
    """Kinds of target a tracking number can lead to."""

    AGENT = "agent"
    QUEUE = "queue"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class UserQueue:
    """The no-answer settings of one agent.

    *ring_seconds* is RING_SECONDS_MIN to RING_SECONDS_MAX; *no_answer_target* is a login for
    NoAnswer.AGENT, a SIP URI for NoAnswer.VOICEMAIL, empty otherwise.
    """

    bypass_if_no_agents: bool = True
    ring_seconds: int = RING_SECONDS_DEFAULT
    no_answer: NoAnswer = NoAnswer.HANG_UP
    no_answer_target: str = ""


@dataclass(frozen=True, slots=True)
class UserProfile:
    """One user of the team. Call waiting is off until an admin switches it on."""

    login: str
    name: str = ""
    sip_uri: str = ""
    role: Role = Role.AGENT
    call_waiting: bool = False
    queue: UserQueue = field(default_factory=UserQueue)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a tracking number leads: ``agent:<login>``, ``queue:<name>`` or another target as it was written."""

    kind: RouteKind
    target: str

    @classmethod
    def parse(cls, text: str) -> Route:
        """Read the written form. Raises ValueError when there is nothing behind ``agent:`` or ``queue:``."""
        kind, colon, target = text.strip().partition(":")
        if colon and kind in (RouteKind.AGENT, RouteKind.QUEUE):
            if not target.strip():
                raise ValueError(f"“{text}” names no {kind}")
            return cls(RouteKind(kind), target.strip())
        if not text.strip():
            raise ValueError("the route is empty")
        return cls(RouteKind.OTHER, text.strip())

    def __str__(self) -> str:
        return self.target if self.kind is RouteKind.OTHER else f"{self.kind}:{self.target}"


@dataclass(frozen=True, slots=True)
class TrackingNumber:
    """A number customers dial: E.164 with its plus sign, a label for people, one route."""

    number: str
    label: str
    route: Route

    def is_direct_line_of(self, login: str) -> bool:
        """Whether this number leads straight to the agent *login*."""
        return self.route.kind is RouteKind.AGENT and self.route.target == login


class Team:
    """A frozen picture of users and tracking numbers: what calls are decided on, even without a database."""

    def __init__(self, users: Iterable[UserProfile] = (), numbers: Iterable[TrackingNumber] = ()) -> None:
        self._users = {user.login: user for user in users}
        self._numbers = {number.number: number for number in numbers}

    @property
    def users(self) -> tuple[UserProfile, ...]:
        """Every user, in the order they were given."""
        return tuple(self._users.values())

    @property
    def tracking_numbers(self) -> tuple[TrackingNumber, ...]:
        """Every tracking number, in the order they were given."""
        return tuple(self._numbers.values())

    def user(self, login: str) -> UserProfile | None:
        """The user with this login, if there is one."""
        return self._users.get(login)

    def tracking_number(self, e164: str) -> TrackingNumber | None:
        """The tracking number with this E.164 form, if there is one."""
        return self._numbers.get(e164)
