"""What is known of a call beside its phase: who it is, which number they dialled, since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from softphone.model.call import NoAnswerPlan
from softphone.model.held_call import Dialog
from softphone.model.profile import NoAnswer, Team, TrackingNumber, UserProfile
from softphone.model.settings import Settings
from softphone.model.sip import NameAddr
from softphone.model.ua_events import IncomingCall
from softphone.model.view import Party
from softphone.policy.direct_line import tracking_number_dialled
from softphone.policy.events import Arrived
from softphone.policy.no_answer import plan_no_answer
from softphone.ports import NumberPlan

QUEUED_WITH_MUSIC = 182
QUEUED_RINGING = 180


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Set when the call appears. *started* and *deadline* are monotonic seconds, *arrived* is UTC.

    For a caller who was picked up: *continues* is the login of whoever held them, *held_call* the row in the team's
    list, *first_arrived* when they first came, *history* one sentence for each earlier station of their way.
    """

    sip_call_id: str
    remote: Party
    number: TrackingNumber | None
    direct: bool
    started: float
    arrived: datetime
    deadline: float = 0.0
    next_kind: NoAnswer = NoAnswer.HANG_UP
    next_target: str = ""
    dialog: Dialog = field(default_factory=Dialog)
    held_call: str = ""
    continues: str = ""
    first_arrived: datetime | None = None
    history: tuple[str, ...] = ()
    note: str = ""


def party(value: str, numbers: NumberPlan) -> Party:
    """The other end as people read it, from a From or To header or an address."""
    address = NameAddr.parse(value)
    return Party(address.name, numbers.for_people(address.user) if address.user else address.uri, address.uri)


@dataclass(frozen=True, slots=True)
class Receptionist:
    """Reads an INVITE against settings and directory as they are at this moment."""

    numbers: NumberPlan
    settings: Callable[[], Settings]
    team: Callable[[], Team]
    away: Callable[[], frozenset[str]] = frozenset

    def receive(self, event: IncomingCall, now: float, wall: datetime) -> tuple[CallFacts, Arrived]:
        """What is known of the caller, and what the rule needs to know of them."""
        settings, team = self.settings(), self.team()
        me = self._me(settings, team)
        number = self.dialled(event.request_uri, event, settings, team)
        direct = number is not None and number.is_direct_line_of(me.login)
        plan = plan_no_answer(me, team, event.remote, event.headers, self.away())
        facts = CallFacts(
            event.sip_call_id,
            party(event.remote, self.numbers),
            number,
            direct,
            started=event.at,
            arrived=wall,
            deadline=event.at + me.queue.ring_seconds,
            next_kind=plan.kind,
            next_target=plan.target,
        )
        return facts, self._arrived(event, me, plan, direct, max(0.0, now - event.at), settings)

    def dialled(self, request_uri: str, event: IncomingCall, settings: Settings, team: Team) -> TrackingNumber | None:
        """The tracking number the caller dialled, if it is one."""
        order = settings.numbers.header_order
        return tracking_number_dialled(
            request_uri,
            event.headers,
            order,
            lambda text: team.tracking_number(self.numbers.to_e164(text)),
        )

    @staticmethod
    def _me(settings: Settings, team: Team) -> UserProfile:
        """The agent at this machine; an agent nobody has set up yet has the defaults."""
        known = team.user(settings.agent.login)
        return known or UserProfile(settings.agent.login, sip_uri=settings.account.sip_uri)

    @staticmethod
    def _arrived(
        event: IncomingCall, me: UserProfile, plan: NoAnswerPlan, direct: bool, waited: float, settings: Settings
    ) -> Arrived:
        return Arrived(
            event.call,
            direct,
            me.call_waiting,
            me.queue.bypass_if_no_agents,
            float(me.queue.ring_seconds),
            plan,
            waited,
            QUEUED_WITH_MUSIC if settings.calls.queued_music else QUEUED_RINGING,
        )
