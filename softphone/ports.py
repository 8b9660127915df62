"""What the session needs of the world, in telephony words, and what the world may ask of it.

Adapters implement these, the session the first; tests have fakes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from softphone.model.actions import Action, Choice
from softphone.model.call_record import CallRecord
from softphone.model.colleague import Availability, Colleague, TeamHealth
from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.model.profile import Team, TrackingNumber, UserProfile
from softphone.model.settings import AccountSettings, Settings
from softphone.model.ua_commands import Start, UaCommand
from softphone.model.ua_events import UaEvent
from softphone.model.view import Notice, SessionView
from softphone.policy.registration_trial import RegistrationTrial


class AgentPhone(Protocol):
    """What windows, ``ctl`` and every other surface may ask of the session, and hear of it.

    What can be asked for at this moment is ``view.possible``. Each request raises RefusedError, in words and
    changing nothing, when it is not possible all the same.
    """

    @property
    def view(self) -> SessionView:
        """The present picture."""

    def on_view(self, listener: Callable[[SessionView], None]) -> None:
        """Call *listener* with each new picture."""

    def on_notice(self, listener: Callable[[Notice], None]) -> None:
        """Call *listener* with each thing the agent is to be told."""

    def on_event(self, listener: Callable[[dict[str, object]], None]) -> None:
        """Call *listener* with each entry of the journal."""

    def act(self, action: Action) -> None:
        """Carry out what the agent wants."""

    def dial(self, target_text: str) -> str:
        """Call a number, a name or a SIP address; the new call's id."""

    def mute(self, muted: bool) -> None:
        """Send silence instead of the microphone, or stop doing so."""

    async def pick_up(self, held_call_id: str, choice: Choice | None = None) -> str:
        """Go on with a caller held for anyone; the new call's id.

        *choice* is what becomes of one's current call, None without one. Raises TakenError, or another
        UserFacingError; the caller then is where they were.
        """

    def set_note(self, held_call_id: str, note: str) -> None:
        """What colleagues should know of a caller one holds."""

    def transfer(self, call_id: str, target_text: str) -> None:
        """Send the other side to a number, a name or a SIP address; a failure later on becomes a notice."""

    def register(self) -> None:
        """Register now."""

    def settings_changed(self) -> None:
        """Read the settings again and apply them."""


class UserAgent(Protocol):
    """A SIP user agent with a sound card."""

    @property
    def restarts(self) -> int:
        """How often it had to be started again since ``start``."""

    async def start(self, configuration: Start, on_event: Callable[[UaEvent], None]) -> None:
        """Bring it up and keep it up; events arrive one by one on the event loop."""

    def send(self, command: UaCommand) -> None:
        """Pass a command on, in order, without waiting. While it is down commands about calls are dropped."""

    async def stop(self) -> None:
        """End it and wait until nothing is left of it."""


class CallLog(Protocol):
    """Where finished calls are written down; shared by the team."""

    def add(self, record: CallRecord) -> None:
        """Keep this record, once and in order; never blocks and never raises."""


class HeldCalls(Protocol):
    """The team's list of callers held for anyone. What this softphone has to say about its own never waits.

    ``put``, ``set_note``, ``ask_for_bridge``, ``withdraw`` and ``end`` return at once; they reach the database in
    this order, as soon as there is one.
    """

    @property
    def station(self) -> str:
        """What identifies this softphone in this run."""

    @property
    def held(self) -> tuple[HeldCall, ...]:
        """Every caller held for anyone that this agent may see, as last known, longest first."""

    def now(self) -> datetime:
        """The team's time: this machine's clock put right by the database's."""

    def put(self, held: HeldCall) -> None:
        """A caller of ours is held for anyone now."""

    def set_note(self, held_call: str, note: str) -> None:
        """What colleagues should know of the caller."""

    def ask_for_bridge(self, held_call: str) -> None:
        """The caller's side refuses REFER: the claimer is to call ``holder_address``."""

    async def claim(self, held_call: str, address: str) -> Claim:
        """Take the right to pick this caller up; *address* is where they are to be sent, a SIP URI.

        Raises TakenError when somebody was faster, GoneError when the caller is not held any more, and
        another UserFacingError when the database cannot be asked.
        """

    def withdraw(self, held_call: str, why: str) -> None:
        """Give a claim back, or take it back as the holder: the caller can be picked up again."""

    def end(self, held_call: str, how: HeldEnd, by: str = "") -> None:
        """The hold is over; *by* is the login of whoever picked the caller up."""

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call *listener* when ``held`` has changed."""

    def on_claim(self, listener: Callable[[Claim], None]) -> None:
        """Call *listener* with each claim somebody makes on a caller this softphone holds, once."""

    def on_claim_gone(self, listener: Callable[[str, str], None]) -> None:
        """Call *listener* with held call and reason when a claim was given back or ran out, here or at the holder."""

    def on_end(self, listener: Callable[[HeldCall, HeldEnd, str], None]) -> None:
        """Call *listener* when a hold has ended anywhere: the row as last known, how, and by whom (a login)."""


class Presence(Protocol):
    """Who of the team is there."""

    @property
    def colleagues(self) -> tuple[Colleague, ...]:
        """Every softphone of the team that has been seen lately, this one left out."""

    def announce(self, availability: Availability) -> None:
        """What this agent is doing now; returns at once."""

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call *listener* when ``colleagues`` has changed."""


class TeamLink(Protocol):
    """The line to the team's database."""

    @property
    def health(self) -> TeamHealth:
        """How it is doing."""

    def on_change(self, listener: Callable[[TeamHealth], None]) -> None:
        """Call *listener* when that changes."""


class Directory(Protocol):
    """The team as last known."""

    @property
    def team(self) -> Team:
        """Users and tracking numbers; always there at once, however the database is doing."""

    def on_change(self, listener: Callable[[Team], None]) -> None:
        """Call *listener* with ``team`` after each change, whoever made it."""


class TeamStore(Directory, Protocol):
    """The directory with the doors admins use. What is saved is in ``team`` when the call returns.

    Every record has a revision that grows with each save, 0 meaning there is none yet. A save or delete
    that says which revision it was made from (*based_on*) is refused when somebody else was faster.
    """

    def user_revision(self, login: str) -> int:
        """Revision of this user; 0 when there is none."""

    def number_revision(self, e164: str) -> int:
        """Revision of this tracking number; 0 when there is none."""

    async def put_user(self, user: UserProfile, *, based_on: int | None = None) -> None:
        """Add or replace the user of this login.

        Raises ChangedMeanwhileError, GoneError, or another UserFacingError when it cannot be saved.
        """

    async def put_tracking_number(self, number: TrackingNumber, *, based_on: int | None = None) -> None:
        """Add or replace this number. Raises as ``put_user`` does."""

    async def put_team(self, team: Team) -> None:
        """Add or replace all of these in one transaction; others stay. Raises UserFacingError, changing nothing."""

    async def delete_user(self, login: str, *, based_on: int | None = None) -> None:
        """Take the user out. Raises StillUsedError while numbers or no-answer routes lead to them."""

    async def delete_tracking_number(self, e164: str, *, based_on: int | None = None) -> None:
        """Take the number out. Raises ChangedMeanwhileError or GoneError."""


class NumberPlan(Protocol):
    """How phone numbers are read and shown."""

    def to_e164(self, text: str) -> str:
        """The E.164 form with its plus sign, or an empty string when *text* is no number."""

    def for_people(self, text: str) -> str:
        """National format for a number of one's own region, international for others; other texts unchanged."""


class SettingsStore(Protocol):
    """The options of this machine."""

    @property
    def untouched(self) -> bool:
        """Whether nothing has ever been saved here: this is the first start."""

    def load(self) -> Settings:
        """The settings as saved, defaults where nothing is. Raises UserFacingError when the file cannot be read."""

    def save(self, settings: Settings) -> None:
        """Replace the saved settings, all or nothing. Raises UserFacingError when that fails."""


class SecretStore(Protocol):
    """Where passwords live."""

    @property
    def lasting(self) -> bool:
        """Whether a password put in here outlives the session."""

    def password(self, account: str) -> str:
        """The password of this account (``AccountSettings.password_name``), empty when there is none."""

    def set_password(self, account: str, password: str) -> None:
        """Keep it; an empty one removes it. Raises UserFacingError when the keyring refuses."""


class RegistrationTester(Protocol):
    """Finds out whether an account works before it is put to work."""

    async def try_account(self, account: AccountSettings, password: str) -> RegistrationTrial:
        """Register with it once; the account in use and its calls are left alone."""


class TimerHandle(Protocol):
    """A timer that can be taken back."""

    def cancel(self) -> None:
        """It will not fire any more; nothing happens when it already has."""


class Clock(Protocol):
    """Time, injected so that tests can turn it."""

    def monotonic(self) -> float:
        """Seconds on the clock of ``time.monotonic()``."""

    def now(self) -> datetime:
        """Wall clock, timezone-aware UTC."""

    def call_at(self, when: float, callback: Callable[[], None]) -> TimerHandle:
        """Run *callback* once ``monotonic()`` is *when* or later, never earlier."""
