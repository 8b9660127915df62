"""Agents, their queue settings and the numbers customers dial. Each default stands here once."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum

from softphone.model.options import option

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

    bypass_if_no_agents: bool = option(
        True,
        "While the agent is not available, callers follow the no-answer route at once instead of waiting",
        label="Bypass queue if no agents available",
    )
    ring_seconds: int = option(
        RING_SECONDS_DEFAULT,
        "How many seconds a caller rings or waits before the no-answer route",
        label="Ring time",
        low=RING_SECONDS_MIN,
        high=RING_SECONDS_MAX,
    )
    no_answer: NoAnswer = option(NoAnswer.HANG_UP, "What happens to callers nobody answers", label="No answer")
    no_answer_target: str = option(
        "", "Login of the agent, or SIP address of the voicemail box, who gets them", label="Route to"
    )


@dataclass(frozen=True, slots=True)
class UserProfile:
    """One user of the team. Call waiting is off until an admin switches it on."""

    login: str = option(help_text="Name the agent is known by; it never changes", label="Login")
    name: str = option("", "Name people read", label="Name")
    sip_uri: str = option("", "Address colleagues and no-answer routes reach this user at", label="SIP address")
    role: Role = option(Role.AGENT, "Admins may change users, user queues and tracking numbers", label="Role")
    call_waiting: bool = option(
        False,
        "During a call the agent hears a beep and sees who else dials their direct line",
        label="Call Waiting",
    )
    queue: UserQueue = field(default_factory=UserQueue)

    @property
    def known_as(self) -> str:
        """What people call this user."""
        return self.name or self.login


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

    number: str = option(help_text="Number customers dial", label="Number")
    label: str = option(help_text="What the number is for, as agents read it", label="Label")
    route: Route = option(help_text="agent:<login> for a direct line, or queue:<name>", label="Route")

    def is_direct_line_of(self, login: str) -> bool:
        """Whether this number leads straight to the agent *login*."""
        return self.route.kind is RouteKind.AGENT and self.route.target == login


class Team:
    """A frozen picture of users and tracking numbers: what calls are decided on, even without a database."""

    def __init__(self, users: Iterable[UserProfile] = (), numbers: Iterable[TrackingNumber] = ()) -> None:
        self._users = {user.login: user for user in users}
        self._numbers = {number.number: number for number in numbers}
        self._direct_lines: dict[str, list[TrackingNumber]] = {}
        for number in self._numbers.values():
            if number.route.kind is RouteKind.AGENT:
                self._direct_lines.setdefault(number.route.target, []).append(number)

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

    def with_user(self, user: UserProfile) -> Team:
        """The same team with *user* in the place of the one of this login, or added. Cheap: asked at each key press."""
        team = copy(self)
        team._users = self._users | {user.login: user}
        return team

    def direct_lines(self, login: str) -> tuple[TrackingNumber, ...]:
        """The tracking numbers that lead straight to this agent, in the order they were given."""
        return tuple(self._direct_lines.get(login, ()))
