"""The team's side of the session: holding for anyone, picking up, presence."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.errors import RefusedError
from softphone.model.actions import Choice
from softphone.model.colleague import Availability, TeamHealth
from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.policy.calls.events import HoldRules
from softphone.ports import HeldCalls, Presence, TeamLink
from softphone.session.call_info import InfoSource
from softphone.session.call_manager import CallManager
from softphone.session.dispatcher import Dispatcher
from softphone.session.notices import Notices
from softphone.session.team.claimer import Claimer
from softphone.session.team.holder import Holder
from softphone.session.team.presence import PresenceReporter

NOTE_LENGTH = 200
"""Characters of a note at most."""


@dataclass(frozen=True, slots=True)
class TeamPorts:
    """The three ports of the team's list."""

    held_calls: HeldCalls
    presence: Presence
    link: TeamLink


class TeamSide:
    """What other agents have to do with this agent's calls."""

    def __init__(
        self,
        ports: TeamPorts,
        calls: CallManager,
        info: InfoSource,
        dispatcher: Dispatcher,
        notices: Notices,
    ) -> None:
        self.ports, self.info, self._calls, self._happening = ports, info, calls, dispatcher.happening
        self._identity = info.identity
        self.holder = Holder(ports.held_calls, calls, info.clock, info.identity)
        self.claimer = Claimer(ports.held_calls, calls, info.clock, info.identity, info, dispatcher)
        self.presence = PresenceReporter(ports.presence, info.identity.me, notices.warn)
        ports.held_calls.on_change(self._list_changed)
        ports.held_calls.on_claim(self._claimed)
        ports.held_calls.on_claim_gone(self._claim_gone)
        ports.held_calls.on_end(self._hold_ended)
        ports.presence.on_change(self._presence_changed)
        ports.link.on_change(dispatcher.told)

    @property
    def health(self) -> TeamHealth:
        """How the team's database is doing."""
        return self.ports.link.health

    @property
    def offline(self) -> str:
        """Why nobody can be picked up, whoever it is; empty while the team's list can be asked."""
        if self.health.online:
            return ""
        return "Callers cannot be picked up while the team's database is not reachable. " + self.health.problem

    def away(self) -> frozenset[str]:
        """Logins known to have nobody at a phone: signed out, or away by choice."""
        if not (self.health.shared and self.health.online):
            return frozenset()
        gone = (Availability.AWAY, Availability.SIGNED_OUT)
        there = {each.login for each in self.presence.colleagues if each.availability not in gone}
        me = self._identity.me()
        return frozenset(user.login for user in self._identity.team().users if user.login not in (*there, me))

    # -- what agents ask for

    async def pick_up(self, row: str, choice: Choice | None) -> str:
        """Pick a held caller up; the id of the new call. Raises UserFacingError in words."""
        return await self.claimer.pick_up(row, choice, self.offline)

    def set_note(self, row: str, note: str) -> None:
        """What colleagues should know of a caller we hold. Raises RefusedError."""
        if not self.holder.call_of(row):
            raise RefusedError("Only callers on hold here can be given a note.")
        if len(note) > NOTE_LENGTH:
            raise RefusedError(f"A note has {NOTE_LENGTH} characters at most.")
        self.ports.held_calls.set_note(row, " ".join(note.split()))

    def settings_changed(self) -> None:
        """Reminder, recall and park orbit may be others now."""
        calls = self._identity.settings().calls
        self._calls.feed(HoldRules(float(calls.reminder_seconds), float(calls.recall_seconds), calls.park_orbit))

    def stop(self) -> None:
        """The session ends."""
        self.claimer.stop()
        self.holder.closing()

    # -- what the team's list tells, each of it one event

    def _list_changed(self) -> None:
        with self._happening():
            self.claimer.list_changed()

    def _claimed(self, claim: Claim) -> None:
        with self._happening():
            self.holder.claimed(claim)

    def _claim_gone(self, row: str, why: str) -> None:
        with self._happening():
            self.holder.claim_gone(row, why)
            self.claimer.claim_gone(row, why)

    def _hold_ended(self, held: HeldCall, how: HeldEnd, by: str) -> None:
        with self._happening():
            self.holder.ended(held, how)
            self.claimer.hold_ended(held, how, by)

    def _presence_changed(self) -> None:
        with self._happening():
            self.presence.look_for_doubles()
