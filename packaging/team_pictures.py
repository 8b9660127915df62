"""The windows of a made-up team at one moment: an agent talks, colleagues hold callers, nobody has picked up one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PyQt6.QtWidgets import QWidget

from softphone.config.number_plan import PhoneNumberPlan
from softphone.model.actions import Action, Choice
from softphone.model.call import Call, CallStatus, Phase
from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.profile import AgentStatus
from softphone.model.view import (
    CallView,
    ColleagueView,
    EngineView,
    HeldCallView,
    Notice,
    Party,
    RegistrationStatus,
    RegistrationView,
    SessionView,
    SoundView,
)
from softphone.policy.calls.possible import possible
from softphone.policy.calls.state import State
from ui.app.main_window import MainWindow
from ui.calls.transfer_dialog import TransferDialog
from ui.prompts.pick_up_choice import PickUpChoice
from ui.prompts.recall_prompt import RecallPrompt
from ui.shared.signals import SessionSignals

NOW = 10_000.0
ARRIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WIDTH, HEIGHT = 420, 720
NAMES = {"agent1": "", "agent2": "Agent Two", "agent3": "Agent Three"}
NUMBERS = PhoneNumberPlan("US")


def party(name: str, number: str) -> Party:
    """Somebody who calls."""
    return Party(name, NUMBERS.for_people(number), f"sip:{number}@example.com")


FIRST = CallView(
    id="c1",
    sip_call_id="c1@example.com",
    status=CallStatus.ACTIVE,
    direction=Direction.INCOMING,
    remote=party("First caller", "+15550102233"),
    tracking_number="+15551230001",
    label="Spring campaign",
    direct=True,
    held=False,
    held_for_anyone=False,
    remote_held=False,
    started=NOW - 192,
    since=NOW - 192,
)
FORGOTTEN = replace(
    FIRST,
    id="c2",
    remote=party("Second caller", "+15550104455"),
    status=CallStatus.HELD,
    held=True,
    held_for_anyone=True,
    since=NOW - 190,
    recall=True,
)
THEIRS = HeldCallView(
    id="h1",
    remote=party("Third caller", "+15558675309"),
    tracking_number="+15551230002",
    tracking_number_text="(555) 123-0002",
    label="Website",
    holder="agent2",
    holder_name="Agent Two",
    held_since=NOW - 95,
    pick_up=(Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER),
    note="Wants the blue one; has the invoice of March at hand.",
    history=("Agent Two talked to the caller for 3:10.",),
)
OWN = replace(
    THEIRS,
    id="h2",
    remote=FORGOTTEN.remote,
    tracking_number_text="(555) 123-0001",
    label="Spring campaign",
    holder="agent1",
    holder_name="Agent One",
    held_since=NOW - 40,
    note="",
    pick_up=(),
    call="c2",
)
COLLEAGUES = tuple(
    ColleagueView(login, name, availability, NOW - seconds, f"sip:{login}@example.com")
    for login, name, availability, seconds in (
        ("agent2", "Agent Two", Availability.ON_A_CALL, 250),
        ("agent3", "Agent Three", Availability.FREE, 900),
        ("agent4", "Agent Four", Availability.WRAP_UP, 70),
        ("agent5", "Agent Five", Availability.AWAY, 2500),
        ("agent6", "Agent Six", Availability.SIGNED_OUT, 0),
    )
)
TALKED = CallRecord(
    call="r1",
    sip_call_id="r1@example.com",
    direction=Direction.INCOMING,
    agent="agent1",
    remote_name="Fourth caller",
    remote_uri="sip:+15550107788@example.com",
    tracking_number="+15551230001",
    label="Spring campaign",
    direct=True,
    arrived=ARRIVED,
    answered=ARRIVED,
    ended=ARRIVED + timedelta(minutes=3),
    waited_seconds=7,
    outcome=Outcome.PICKED_UP,
    explanation="",
    held_for_anyone=True,
    continued_by="agent3",
)
RECORDS = (
    replace(TALKED, call="r2", agent="agent3", outcome=Outcome.ANSWERED, continued_by="", continues="agent1"),
    TALKED,
    replace(TALKED, call="r3", agent="agent2", remote_name="Fifth caller", outcome=Outcome.ABANDONED, continued_by=""),
    replace(TALKED, call="r4", remote_name="", outcome=Outcome.ANSWERED, continued_by="", held_for_anyone=False),
)
TALKING = Call("c1", Direction.INCOMING, Phase.ACTIVE)
ON_HOLD = Call("c2", Direction.INCOMING, Phase.HELD, held_for_anyone=True)
VIEW = SessionView(
    registration=RegistrationView(RegistrationStatus.REGISTERED, "sip:agent1@example.com", 200, "OK"),
    agent_status=AgentStatus.AVAILABLE,
    engine=EngineView(1, 0, ""),
    sound=SoundView("Microphone", "Headset", "Loudspeaker"),
    calls=(FIRST, replace(FORGOTTEN, since=NOW - 40, recall=False)),
    queued=0,
    prompt=None,
    muted=False,
    held_calls=(THEIRS, OWN),
    colleagues=COLLEAGUES,
    team=TeamHealth(shared=True),
    current=FIRST,
    possible=possible(State((TALKING, ON_HOLD))),
)


class StillPhone:
    """ports.AgentPhone at one moment: nothing happens, whatever it is asked for."""

    def __init__(self, view: SessionView) -> None:
        self.view = view

    def on_view(self, listener: Callable[[SessionView], None]) -> None:
        """The view stays as it is."""

    def on_notice(self, listener: Callable[[Notice], None]) -> None:
        """Nobody is told anything."""

    def on_event(self, listener: Callable[[dict[str, object]], None]) -> None:
        """Nothing happens."""

    def act(self, action: Action) -> None:
        """Not now."""

    def dial(self, _target_text: str) -> str:
        """Not now."""
        return ""

    def mute(self, muted: bool) -> None:
        """Not now."""

    async def pick_up(self, _held_call_id: str, _choice: Choice | None = None) -> str:
        """Not now."""
        return ""

    def set_note(self, held_call_id: str, note: str) -> None:
        """Not now."""

    def transfer(self, call_id: str, target_text: str) -> None:
        """Not now."""

    def register(self) -> None:
        """Not now."""

    def settings_changed(self) -> None:
        """Not now."""


def team_pictures() -> Iterator[tuple[str, Callable[[], QWidget]]]:
    """Each picture's name, and how the window in it is made."""
    yield "call-log", lambda: _window(VIEW, "log_page")
    yield "pick-up", lambda: PickUpChoice(VIEW, THEIRS, None, lambda: NOW)
    yield "recall", _recall
    yield "team", lambda: _window(replace(VIEW, calls=(), current=None, possible=possible(State())), "team")
    yield "transfer", lambda: TransferDialog(VIEW, FIRST, None, NOW)
    offline, out_of_reach = TeamHealth(False, "", 3, shared=True), (replace(THEIRS, pick_up=()), OWN)
    yield "offline", lambda: _window(replace(VIEW, team=offline, held_calls=out_of_reach), "log_page")


def _window(view: SessionView, tab: str) -> QWidget:
    window = MainWindow(SessionSignals(StillPhone(view)), NUMBERS, lambda: NOW, lambda login: NAMES.get(login, login))
    window.log.show_records(RECORDS)
    window.tabs.setCurrentWidget(getattr(window, tab))
    window.resize(WIDTH, HEIGHT)
    window.team.list.setCurrentRow(3)
    return window


def _recall() -> QWidget:
    view = replace(VIEW, calls=(FORGOTTEN,), recall=FORGOTTEN, held_calls=(replace(OWN, note=THEIRS.note),))
    view = replace(view, current=None, possible=possible(State((ON_HOLD,), recalls=("c2",))))
    prompt = RecallPrompt(StillPhone(view), now=lambda: NOW)
    prompt.follow(view)
    return prompt
