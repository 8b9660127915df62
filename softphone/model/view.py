"""What a window, a tray icon or ``softphone ctl status`` shows: one frozen picture of the session.

Times are ``time.monotonic()`` seconds. The user interface is a function of a SessionView.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from softphone.model.actions import Action, Choice
from softphone.model.call import CallStatus
from softphone.model.call_record import Direction
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.profile import AgentStatus, NoAnswer
from softphone.model.ua_events import RequestsTurnedAway


class RegistrationStatus(StrEnum):
    """State of the account."""

    NONE = "none"  # no registrar is set
    TRYING = "trying"
    REGISTERED = "registered"
    FAILED = "failed"


class PromptKind(StrEnum):
    """Which of the two prompts is up."""

    RINGING = "ringing"
    CALL_WAITING = "call-waiting"


@dataclass(frozen=True, slots=True)
class Party:
    """The other end: display name as sent, number formatted for people, full SIP URI."""

    name: str
    number: str
    uri: str

    def named(self, name: str) -> Party:
        """The same party under another display name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class CallView:
    """One current call. *since* is when it came to its present status; *started* when it arrived or was dialled."""

    id: str
    sip_call_id: str
    status: CallStatus
    direction: Direction
    remote: Party
    tracking_number: str
    label: str
    direct: bool
    held: bool
    held_for_anyone: bool
    remote_held: bool
    started: float
    since: float
    claimed_by: str = ""  # name of the colleague who is just picking this call up
    recall: bool = False  # held for anyone for so long that the agent is asked to care
    continues: str = ""  # name of the colleague this call was picked up from


@dataclass(frozen=True, slots=True)
class CallerView:
    """One caller at the prompt. At *deadline* the ring time is over and *next_kind* happens (to *next_target*)."""

    id: str
    remote: Party
    tracking_number: str
    tracking_number_text: str
    label: str
    direct: bool
    arrived: float
    deadline: float
    next_kind: NoAnswer
    next_target: str


@dataclass(frozen=True, slots=True)
class PromptView:
    """The prompt: oldest caller first. *choices* are those allowed at this moment; *problem* is what went wrong."""

    kind: PromptKind
    callers: tuple[CallerView, ...]
    choices: tuple[Choice, ...]
    current: CallView | None
    beep_muted: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """State of the account and, when it failed, what to tell the agent."""

    status: RegistrationStatus
    account: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class EngineView:
    """The user agent's process: *pid* 0 while none runs; *problem* in words, empty when all is well.

    *library* is the name and version of the SIP library it is built on, *turned_away* what the network sent that
    nobody was to see.
    """

    pid: int
    restarts: int
    problem: str
    addresses: tuple[str, ...] = ()
    library: str = ""
    turned_away: RequestsTurnedAway = field(default_factory=lambda: RequestsTurnedAway(0, ()))


@dataclass(frozen=True, slots=True)
class SoundView:
    """Devices in use; empty means none."""

    microphone: str = ""
    headset: str = ""
    ringer: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HeldCallView:
    """One caller held for anyone, anywhere in the team. *held_since* is monotonic; *call* is our own call's id.

    *pick_up* is how this agent can pick the caller up now, with ``Choice.ANSWER`` among it when their own line is
    free and empty when they cannot; *picking* says that it is under way here.
    *history* is one sentence for each earlier station of the caller's way, oldest first.
    """

    id: str
    remote: Party
    tracking_number: str
    tracking_number_text: str
    label: str
    holder: str
    holder_name: str
    held_since: float
    note: str = ""
    call: str = ""
    claimed_by: str = ""
    picking: bool = False
    pick_up: tuple[Choice, ...] = ()
    holder_gone: bool = False
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColleagueView:
    """One colleague; *since* is monotonic. *address* is what to dial, or empty."""

    login: str
    name: str
    availability: Availability
    since: float
    address: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """Everything the user interface needs.

    *current* is the call the agent is busy with.
    *recall* is a caller held for anyone for so long that the agent is asked, now, what is to become of them.
    *possible* are the actions that can be taken at this moment: nothing else decides what a window offers.
    """

    registration: RegistrationView
    agent_status: AgentStatus
    engine: EngineView
    sound: SoundView
    calls: tuple[CallView, ...]
    queued: int
    prompt: PromptView | None
    muted: bool
    held_calls: tuple[HeldCallView, ...] = ()
    colleagues: tuple[ColleagueView, ...] = ()
    team: TeamHealth = field(default_factory=TeamHealth)
    current: CallView | None = None
    recall: CallView | None = None
    possible: frozenset[Action] = frozenset()

    def can(self, action: Action) -> bool:
        """Whether *action* is possible, whatever is filled in."""
        return action.template in self.possible

    def held_call(self, held_id: str) -> HeldCallView | None:
        """The caller held for anyone who has this id; None once they are not held any more."""
        return next((held for held in self.held_calls if held.id == held_id), None)


class NoticeKind(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the agent is told once, in words. *call_back* is an address to offer calling, or empty."""

    kind: NoticeKind
    text: str
    call_back: str = ""
