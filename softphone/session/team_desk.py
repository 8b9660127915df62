"""The team's side of the session: holding for anyone, picking up, presence. Composes the desks that do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from softphone.errors import RefusedError
from softphone.model.actions import Choice
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.ua_events import CallEnded, CallEstablished, IncomingCall, UaEvent
from softphone.model.view import ColleagueView, HeldCallView
from softphone.policy.events import AskForBridge, BridgeArrived, Finish, HoldRules, RejectClaim
from softphone.ports import Clock, NumberPlan
from softphone.session.addresses import token_in
from softphone.session.call_manager import CallManager
from softphone.session.facts import CallFacts
from softphone.session.held_facts import HeldFacts
from softphone.session.hold_desk import HoldDesk
from softphone.session.pickup_desk import PickupDesk
from softphone.session.presence_desk import PresenceDesk
from softphone.session.team_picture import colleague_views, held_call_view
from softphone.session.team_ports import TeamPorts
from softphone.session.who import Who

NOTE_LENGTH = 200
"""Characters of a note at most."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the desks need of the session; *warn* tells the agent something, *changed* that there is news to show."""

    who: Who
    numbers: NumberPlan
    clock: Clock
    warn: Callable[[str], None]
    changed: Callable[[], None]


class TeamDesk:
    """What other agents have to do with this agent's calls."""

    def __init__(self, ports: TeamPorts, calls: CallManager, around: Surroundings) -> None:
        self._ports, self._calls, self._around = ports, calls, around
        held_calls = ports.held_calls
        self._who = around.who
        self._facts = HeldFacts(around.who, around.numbers, around.clock)
        self._holds = HoldDesk(held_calls, calls, around.clock, around.who)
        self._pickups = PickupDesk(held_calls, calls, around.clock, around.who, self._facts, around.changed)
        self._presence = PresenceDesk(ports.presence, around.who.me, around.warn)
        held_calls.on_change(around.changed)
        ports.presence.on_change(around.changed)
        ports.link.on_change(lambda _: around.changed())

    # -- what is shown

    @property
    def health(self) -> TeamHealth:
        """How the team's database is doing."""
        return self._ports.link.health

    @property
    def held_calls(self) -> tuple[HeldCallView, ...]:
        """Every caller held for anyone, longest first."""
        online = self.health.online
        return tuple(
            held_call_view(
                held,
                self._holds.call_of(held.id),
                picking=held.id in self._pickups.picking,
                pick_up=online,
                who=self._who,
                numbers=self._around.numbers,
                since=self._since,
            )
            for held in self._ports.held_calls.held
        )

    @property
    def colleagues(self) -> tuple[ColleagueView, ...]:
        """Everybody of the directory but this agent; nobody while there is no team's database."""
        if not self.health.shared:
            return ()
        return colleague_views(self._presence.colleagues, self._who, self._since)

    def away(self) -> frozenset[str]:
        """Logins known to have nobody at a phone: signed out, or away by choice."""
        if not (self.health.shared and self.health.online):
            return frozenset()
        unreachable = (Availability.SIGNED_OUT, Availability.AWAY)
        return frozenset(each.login for each in self.colleagues if each.availability in unreachable)

    def name_of(self, login: str) -> str:
        """What people call this user."""
        return self._who.name_of(login)

    # -- what agents ask for

    async def pick_up(self, row: str, choice: Choice | None) -> str:
        """Pick a held caller up; the id of the new call. Raises UserFacingError in words."""
        if not self.health.online:
            raise RefusedError(
                "Callers cannot be picked up while the team's database is not reachable. " + self.health.problem
            )
        return await self._pickups.pick_up(row, choice)

    def set_note(self, row: str, note: str) -> None:
        """What colleagues should know of a caller we hold. Raises RefusedError."""
        if not self._holds.call_of(row):
            raise RefusedError("Only callers on hold here can be given a note.")
        if len(note) > NOTE_LENGTH:
            raise RefusedError(f"A note has {NOTE_LENGTH} characters at most.")
        self._ports.held_calls.set_note(row, " ".join(note.split()))

    # -- what happens

    def settings_changed(self) -> None:
        """Reminder, recall and park orbit may be others now."""
        calls = self._who.settings().calls
        self._calls.feed(HoldRules(float(calls.reminder_seconds), float(calls.recall_seconds), calls.park_orbit))

    def takes(self, event: IncomingCall) -> bool:
        """Whether this INVITE is no new caller: one we pick up, a claimer's own call, or one with a dead token."""
        token = token_in(event)
        if not token:
            return False
        if self._pickups.expects(event, token):
            return True
        self._calls.receive_as(BridgeArrived(event.call, self._holds.call_for(token)), self._facts.of_stranger(event))
        return True

    def heard(self, event: UaEvent) -> None:
        """The user agent reports something that may concern a pickup; told before call control hears of it."""
        match event:
            case CallEnded(call=call, code=code):
                self._pickups.ended(call, code)
            case CallEstablished(call=call):
                self._pickups.established(call)

    def carry_out(self, command: RejectClaim | AskForBridge) -> None:
        """What call control wants of the team's list."""
        self._holds.carry_out(command)

    def stepped(self) -> None:
        """Call control has taken a step."""
        self._holds.follow()
        self._presence.follow(self._calls.state)

    def finished(self, finish: Finish, facts: CallFacts) -> str:
        """A call is over; the id of the row it had in the team's list, or empty."""
        self._pickups.ended(finish.call, 0)
        return self._holds.finished(finish, facts)

    def stop(self) -> None:
        """The session ends."""
        self._pickups.stop()
        self._holds.closing()

    # -- helpers

    def _since(self, when: datetime) -> float:
        """A moment of the team's time on this machine's monotonic clock."""
        ago = (self._ports.held_calls.now() - when).total_seconds()
        return self._around.clock.monotonic() - max(0.0, ago)
