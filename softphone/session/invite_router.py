"""What an INVITE is: a caller for the rule, a caller this agent is picking up, or a claimer who calls us."""

from __future__ import annotations

from collections.abc import Callable

from softphone.model.call import NoAnswerPlan
from softphone.model.profile import UserProfile
from softphone.model.ua_events import CallTurnedAway, IncomingCall
from softphone.policy.calls.events import Arrived, BridgeArrived
from softphone.policy.rule.direct_line import believed, tracking_number_dialled
from softphone.policy.rule.no_answer import plan_no_answer
from softphone.ports import Clock, NumberPlan
from softphone.session.call_info import CallInfo, party
from softphone.session.call_manager import CallManager
from softphone.session.identity import Identity
from softphone.session.pickup_token import token_in
from softphone.session.team.team import TeamSide

QUEUED_WITH_MUSIC = 182
QUEUED_RINGING = 180


class InviteRouter:
    """In front of call control, which only ever sees what an INVITE is."""

    def __init__(self, reader: InviteReader, calls: CallManager, team: TeamSide) -> None:
        self._reader, self._calls, self._team = reader, calls, team

    def route(self, event: IncomingCall) -> None:
        """Nearly every INVITE is a caller's; only those with a pickup token are the team's business."""
        if not (token := token_in(event.request_uri, event.headers)):
            info, arrived = self._reader.read(event)
            self._calls.begin(arrived, info)
        elif not self._team.claimer.expects(event, token):
            held = self._team.holder.call_for(token)
            self._calls.begin(BridgeArrived(event.call, held), self._team.info.of_claimer(event))


class InviteReader:
    """Reads an INVITE against settings and directory as they are at this moment.

    *away* gives the logins nobody is at a phone for.
    """

    def __init__(
        self, identity: Identity, numbers: NumberPlan, clock: Clock, away: Callable[[], frozenset[str]]
    ) -> None:
        self._identity, self._numbers, self._clock, self._away = identity, numbers, clock, away

    def read(self, event: IncomingCall) -> tuple[CallInfo, Arrived]:
        """What is known of the caller, and what the rule needs to know of them."""
        info, me, plan = self._read(event)
        arrived = Arrived(
            event.call,
            info.direct,
            me.call_waiting,
            me.queue.bypass_if_no_agents,
            float(me.queue.ring_seconds),
            plan,
            max(0.0, self._clock.monotonic() - event.at),
            QUEUED_WITH_MUSIC if self._identity.settings().calls.queued_music else QUEUED_RINGING,
        )
        return info, arrived

    def read_turned_away(self, event: CallTurnedAway) -> CallInfo:
        """What is known of a caller for whom there was no place."""
        return self._read(event)[0]

    def _read(self, event: IncomingCall | CallTurnedAway) -> tuple[CallInfo, UserProfile, NoAnswerPlan]:
        me, team = self._identity.profile(), self._identity.team()
        remote = party(event.remote, self._numbers)
        number = tracking_number_dialled(
            event.request_uri,
            event.headers,
            believed(self._identity.settings().numbers.header_order, event.trusted),
            lambda text: team.tracking_number(self._numbers.to_e164(text)),
        )
        direct = number is not None and number.is_direct_line_of(me.login)
        plan = plan_no_answer(me, team, remote.uri, event.headers, self._away())
        info = CallInfo(
            event.sip_call_id,
            remote,
            number,
            direct,
            started=event.at,
            arrived=self._clock.now(),
            deadline=event.at + me.queue.ring_seconds,
            next_kind=plan.kind,
            next_target=plan.target,
        )
        return info, me, plan
