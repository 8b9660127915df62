"""A phone whose view a test sets and whose requests a test reads, and a core around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from softphone.config.paths import DataDirectory
from softphone.errors import RefusedError, UserFacingError
from softphone.model.actions import (
    Action,
    Choice,
    DeclineTo,
    LeaveOnHold,
    PressKeys,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
)
from softphone.model.call import CallStatus
from softphone.model.call_record import CallRecord, Direction
from softphone.model.colleague import Availability
from softphone.model.database_move import DatabaseTrial
from softphone.model.profile import AgentStatus, NoAnswer
from softphone.model.settings import AccountSettings, DatabaseSettings, Settings
from softphone.model.view import (
    CallerView,
    CallView,
    ColleagueView,
    EngineView,
    HeldCallView,
    Notice,
    Party,
    PromptKind,
    PromptView,
    RegistrationStatus,
    RegistrationView,
    SessionView,
    SoundView,
)
from softphone.policy.registration_trial import RegistrationTrial
from softphone.ports import NumberPlan
from tests.fakes.team_store import FakeTeamStore
from ui.shared.core import DatabasesPort


def a_call(
    call_id: str = "c1", name: str = "First caller", *, status: CallStatus = CallStatus.ACTIVE, **more
) -> CallView:
    """A current call."""
    call = CallView(
        id=call_id,
        sip_call_id=f"{call_id}@host",
        status=status,
        direction=Direction.INCOMING,
        remote=Party(name, "(555) 010-2233", "sip:+15550102233@example.com"),
        tracking_number="+15551230001",
        label="Spring campaign",
        direct=True,
        held=status is CallStatus.HELD,
        held_for_anyone=False,
        remote_held=False,
        started=0.0,
        since=0.0,
    )
    return replace(call, **more)


def an_offer(call_id: str = "c2", name: str = "Name of the caller", *, arrived: float = 0.0, **more) -> CallerView:
    """A caller the prompt offers, for 60 seconds."""
    offer = CallerView(
        id=call_id,
        remote=Party(name, "(555) 867-5309", "sip:+15558675309@example.com"),
        tracking_number="+15551230001",
        tracking_number_text="(555) 123-0001",
        label="Spring campaign",
        direct=True,
        arrived=arrived,
        deadline=arrived + 60,
        next_kind=NoAnswer.VOICEMAIL,
        next_target="sip:vm@example.com",
    )
    return replace(offer, **more)


ANY = (Choice.ANSWER, Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER)


def a_held_call(held_id: str = "h1", name: str = "Held caller", **more) -> HeldCallView:
    """A caller somebody else holds for anyone."""
    held = HeldCallView(
        id=held_id,
        remote=Party(name, "(555) 010-4455", "sip:+15550104455@example.com"),
        tracking_number="+15551230001",
        tracking_number_text="(555) 123-0001",
        label="Spring campaign",
        holder="agent2",
        holder_name="Agent Two",
        held_since=0.0,
        pick_up=ANY,
    )
    return replace(held, **more)


def a_colleague(
    login: str = "agent2", name: str = "Agent Two", availability: Availability = Availability.FREE, **more
) -> ColleagueView:
    """Somebody of the team."""
    return replace(ColleagueView(login, name, availability, 0.0, f"sip:{login}@example.com"), **more)


WAITING_CHOICES = (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER, Choice.IGNORE)
RINGING_CHOICES = (Choice.ANSWER, Choice.IGNORE)


def waiting_prompt(*offers: CallerView, **more) -> PromptView:
    """The call-waiting prompt during a call."""
    prompt = PromptView(PromptKind.CALL_WAITING, offers or (an_offer(),), WAITING_CHOICES, a_call(), beep_muted=False)
    return replace(prompt, **more)


def ringing_prompt(*offers: CallerView, **more) -> PromptView:
    """The prompt of a free agent."""
    prompt = PromptView(PromptKind.RINGING, offers or (an_offer(),), RINGING_CHOICES, None, beep_muted=False)
    return replace(prompt, **more)


IDLE = SessionView(
    registration=RegistrationView(RegistrationStatus.REGISTERED, "sip:agent1@example.com", 200, "OK"),
    agent_status=AgentStatus.AVAILABLE,
    engine=EngineView(1234, 0, ""),
    sound=SoundView("Mic", "Headset", "Speaker"),
    calls=(),
    queued=0,
    prompt=None,
    muted=False,
    possible=frozenset({RequestDial("", "")}),
)


TALKING = (RequestHold, RequestHoldForAnyone, RequestTransfer, RequestHangUp, PressKeys)
HELD = (RequestResume, RequestHoldForAnyone, RequestTransfer, RequestHangUp)
UNANSWERED = (DeclineTo,)
CHANGING = (RequestHangUp,)
POSSIBLE: dict[CallStatus, tuple[Callable[[str], Action], ...]] = {
    CallStatus.DIALING: CHANGING,
    CallStatus.RINGING: UNANSWERED,
    CallStatus.WAITING: UNANSWERED,
    CallStatus.QUEUED: UNANSWERED,
    CallStatus.ANSWERING: CHANGING,
    CallStatus.ACTIVE: TALKING,
    CallStatus.HOLDING: CHANGING,
    CallStatus.HELD: HELD,
    CallStatus.RESUMING: CHANGING,
    CallStatus.BRIDGED: CHANGING,
    CallStatus.ENDING: (),
}
"""What can be done with the only call there is; a test holds it to the policy."""
BUSY = (CallStatus.DIALING, CallStatus.ANSWERING, CallStatus.ACTIVE, CallStatus.HOLDING, CallStatus.RESUMING)


def drawn(view: SessionView) -> SessionView:
    """*view* with what follows from its calls: the current one, what is possible, how callers can be picked up."""
    current = next((call for call in view.calls if call.status in BUSY), None)
    possible = {action for call in view.calls for action in possible_with(call)}
    if current is None:
        possible.add(RequestDial("", ""))
    online = view.team.online
    held_calls = tuple(
        replace(held, pick_up=how_to_pick_up(held, current) if online else ()) for held in view.held_calls
    )
    return replace(view, current=current, possible=frozenset(possible), held_calls=held_calls)


def possible_with(call: CallView) -> Iterator[Action]:
    if call.claimed_by and call.status is CallStatus.HELD:
        return
    for action in POSSIBLE[call.status]:
        if action is not RequestHoldForAnyone or not call.held_for_anyone:
            yield action(call.id)
    if call.recall:
        yield LeaveOnHold(call.id)


def how_to_pick_up(held: HeldCallView, current: CallView | None) -> tuple[Choice, ...]:
    if not held.pick_up or held.picking or held.claimed_by:
        return ()
    if current is None:
        return ANY
    if current.status in (CallStatus.ACTIVE, CallStatus.HOLDING, CallStatus.RESUMING):
        return (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER)
    return (Choice.HANGUP_AND_ANSWER,)


def a_view(**changes) -> SessionView:
    """The picture of a registered agent, with *changes* and what follows from them."""
    return drawn(replace(IDLE, **changes))


class FakePhone:
    """Keeps what it is asked for in ``requests``; refuses with ``refusal`` while that is set."""

    def __init__(self, view: SessionView = IDLE) -> None:
        self._set, self._view = view, drawn(view)  # what was set, and what follows from it
        self.requests: list[object] = []
        self.refusal = ""
        self.pick_up_problem: UserFacingError | None = None
        self.picking = asyncio.Event()
        self.picking.set()
        self._view_listeners: list[Callable[[SessionView], None]] = []
        self._notice_listeners: list[Callable[[Notice], None]] = []
        self._event_listeners: list[Callable[[dict[str, object]], None]] = []

    @property
    def view(self) -> SessionView:
        return self._view

    def show(self, **changes) -> None:
        """A new picture, told to everybody; what follows from it is drawn unless it is set, too."""
        self._set = replace(self._set, **changes)
        self._view = drawn(self._set)
        if "possible" in changes:
            self._view = replace(self._view, possible=changes["possible"])
        for listener in self._view_listeners:
            listener(self._view)

    def tell(self, notice: Notice) -> None:
        for listener in self._notice_listeners:
            listener(notice)

    def journal(self, event: dict[str, object]) -> None:
        for listener in self._event_listeners:
            listener(event)

    def on_view(self, listener: Callable[[SessionView], None]) -> None:
        self._view_listeners.append(listener)

    def on_notice(self, listener: Callable[[Notice], None]) -> None:
        self._notice_listeners.append(listener)

    def on_event(self, listener: Callable[[dict[str, object]], None]) -> None:
        self._event_listeners.append(listener)

    def act(self, action: Action) -> None:
        self._request(action)

    def dial(self, target_text: str) -> str:
        self._request(("dial", target_text))
        return "dialled"

    def mute(self, muted: bool) -> None:
        self._request(("mute", muted))
        self.show(muted=muted)

    async def pick_up(self, held_call_id: str, choice: Choice | None = None) -> str:
        """Takes until ``picking`` is set; then ``pick_up_problem`` is raised if there is one."""
        self._request(("pick_up", held_call_id, choice))
        self._show_picking(held_call_id, picking=True)
        try:
            await self.picking.wait()
            if self.pick_up_problem is not None:
                raise self.pick_up_problem
        finally:
            self._show_picking(held_call_id, picking=False)
        return "picked-up"

    def _show_picking(self, held_call_id: str, *, picking: bool) -> None:
        held_calls = self._set.held_calls
        mine = (replace(held, picking=picking) if held.id == held_call_id else held for held in held_calls)
        self.show(held_calls=tuple(mine))

    def set_note(self, held_call_id: str, note: str) -> None:
        self._request(("set_note", held_call_id, note))

    def transfer(self, call_id: str, target_text: str) -> None:
        self._request(("transfer", call_id, target_text))

    def register(self) -> None:
        self._request("register")

    def settings_changed(self) -> None:
        self._request("settings_changed")

    def _request(self, request: object) -> None:
        if self.refusal:
            raise RefusedError(self.refusal)
        self.requests.append(request)


class FakeSettingsStore:
    """Settings in memory."""

    untouched = False

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    def load(self) -> Settings:
        return self.settings

    def save(self, settings: Settings) -> None:
        self.settings = settings


class FakeSecretStore:
    """A keyring in memory."""

    lasting = False

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}

    def password(self, account: str) -> str:
        return self.passwords.get(account, "")

    def set_password(self, account: str, password: str) -> None:
        self.passwords[account] = password


class FakeRecentCalls:
    """A call log in memory."""

    def __init__(self) -> None:
        self.records: list[CallRecord] = []
        self._listeners: list[Callable[[], None]] = []

    async def recent(self, limit: int) -> Sequence[CallRecord]:
        return self.records[:limit]

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def become(self, *records: CallRecord) -> None:
        """These are the calls now, and everybody is told."""
        self.records = list(records)
        for listener in self._listeners:
            listener()


class FakeNumberPlan:
    """Numbers are shown as they are."""

    def to_e164(self, text: str) -> str:
        return text

    def for_people(self, text: str) -> str:
        return text


class FakeRegistrationTester:
    """Says what ``result`` holds of every account, and notes which it was asked about."""

    def __init__(self) -> None:
        self.result = RegistrationTrial(True, "example.com accepts it.")
        self.tried: list[tuple[AccountSettings, str]] = []

    async def try_account(self, account: AccountSettings, password: str) -> RegistrationTrial:
        self.tried.append((account, password))
        return self.result


class FakeDatabases:
    """Other databases: says ``result`` of each, and notes which it was asked about; nothing can be moved."""

    def __init__(self, in_use: DatabaseSettings | None = None) -> None:
        self.in_use = in_use or DatabaseSettings()
        self.result = DatabaseTrial(True, "PostgreSQL 15 answers.")
        self.tried: list[tuple[DatabaseSettings, str]] = []

    def account(self, choice: DatabaseSettings) -> str:
        return "" if choice.url == "sqlite" else choice.url.partition("?")[0]

    async def try_out(self, choice: DatabaseSettings, password: str = "") -> DatabaseTrial:
        self.tried.append((choice, password))
        return self.result

    def move_to(self, choice: DatabaseSettings, password: str = "") -> NoReturn:
        raise NotImplementedError


@dataclass
class FakeCore:
    """All the windows need."""

    session: FakePhone = field(default_factory=FakePhone)
    settings_store: FakeSettingsStore = field(default_factory=FakeSettingsStore)
    secrets: FakeSecretStore = field(default_factory=FakeSecretStore)
    team: FakeTeamStore = field(default_factory=FakeTeamStore)
    call_log: FakeRecentCalls = field(default_factory=FakeRecentCalls)
    numbers: NumberPlan = field(default_factory=FakeNumberPlan)
    registration_tester: FakeRegistrationTester = field(default_factory=FakeRegistrationTester)
    databases: DatabasesPort = field(default_factory=FakeDatabases)
    data: DataDirectory = field(default_factory=lambda: DataDirectory(Path("/nowhere")))
    closed: bool = False

    async def close(self) -> None:
        self.closed = True
