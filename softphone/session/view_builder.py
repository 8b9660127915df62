"""Draws the SessionView from the state of the calls and what is known of them."""

from __future__ import annotations

from datetime import datetime

from softphone.model.call import Call, CallStatus, Phase, TransferKind
from softphone.model.colleague import Availability, Colleague
from softphone.model.held_call import HeldCall
from softphone.model.view import CallerView, CallView, ColleagueView, HeldCallView, PromptKind, PromptView, SessionView
from softphone.policy.calls.possible import choices_for, possible
from softphone.policy.calls.prompt import prompt_of, recalled
from softphone.policy.calls.state import State
from softphone.policy.pickup.permission import Picker, pick_up_choices
from softphone.ports import Clock, NumberPlan
from softphone.session.call_info import CallInfo, party
from softphone.session.call_manager import CallManager
from softphone.session.identity import Identity
from softphone.session.registration import Registration
from softphone.session.team.team import TeamSide
from softphone.session.user_agent_status import UserAgentStatus

_STATUS = {
    Phase.RINGING: CallStatus.RINGING,
    Phase.WAITING: CallStatus.WAITING,
    Phase.QUEUED: CallStatus.QUEUED,
    Phase.ACCEPTED: CallStatus.ANSWERING,
    Phase.ANSWERING: CallStatus.ANSWERING,
    Phase.DIALING: CallStatus.DIALING,
    Phase.ACTIVE: CallStatus.ACTIVE,
    Phase.HOLDING: CallStatus.HOLDING,
    Phase.HELD: CallStatus.HELD,
    Phase.RESUMING: CallStatus.RESUMING,
    Phase.BRIDGED: CallStatus.BRIDGED,
    Phase.ENDING: CallStatus.ENDING,
}


class TeamMoments:
    """Moments of the team's time on this machine's monotonic clock.

    Each is worked out once: a clock that is put right meanwhile moves nothing that is already shown, and the same
    moment is the same number in every picture.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[datetime, float] = {}

    def monotonic(self, moments: set[datetime], now: datetime) -> dict[datetime, float]:
        """Each of *moments*; *now* is the team's time at this moment. Others are forgotten."""
        here = self._clock.monotonic()
        self._known = {when: self._known.get(when, here - max(0.0, (now - when).total_seconds())) for when in moments}
        return self._known


class ViewBuilder:
    """Draws the present picture; equal pictures are equal values."""

    def __init__(
        self,
        calls: CallManager,
        team: TeamSide,
        registration: Registration,
        user_agent: UserAgentStatus,
        identity: Identity,
        numbers: NumberPlan,
        clock: Clock,
    ) -> None:
        self._calls, self._team, self._registration, self._user_agent = calls, team, registration, user_agent
        self._identity, self._numbers, self._moments = identity, numbers, TeamMoments(clock)

    def draw(self) -> SessionView:
        """Everything a person can see at this moment."""
        state, ports, health = self._calls.state, self._team.ports, self._team.health
        colleagues = self._team.presence.colleagues if health.shared else ()
        held_calls = ports.held_calls.held
        moments = {each.since for each in colleagues} | {held.held_since for held in held_calls}
        since = self._moments.monotonic(moments, ports.held_calls.now()) if moments else {}
        picker, own = self._team.claimer.picker(self._team.offline), self._team.holder.calls
        current, recall = state.foreground, recalled(state)
        return SessionView(
            registration=self._registration.view,
            agent_status=state.status,
            engine=self._user_agent.engine,
            sound=self._user_agent.sound,
            calls=self._call_views(state),
            queued=sum(call.phase is Phase.QUEUED for call in state.calls),
            prompt=self._prompt_view(state),
            muted=self._user_agent.muted,
            held_calls=tuple(
                self._held_call_view(held, own.get(held.id, ""), picker, since[held.held_since]) for held in held_calls
            ),
            colleagues=self._colleague_views(colleagues, since) if health.shared else (),
            team=health,
            current=self._call_view(current) if current is not None else None,
            recall=self._call_view(recall) if recall is not None else None,
            possible=possible(state),
        )

    # -- the agent's own calls

    def _call_views(self, state: State) -> tuple[CallView, ...]:
        """Every call, in order of arrival; callers who were turned away at once are nobody's business."""
        shown = (call for call in state.calls if call.phase is not Phase.ENDING or call.talked)
        return tuple(self._call_view(call) for call in shown if not call.bridge_for)

    def _call_view(self, call: Call) -> CallView:
        info, status = self._calls.info[call.id], _STATUS[call.phase]
        claimed = call.transfer is not None and call.transfer.kind is TransferKind.PICKUP
        return CallView(
            id=call.id,
            sip_call_id=info.sip_call_id,
            status=status,
            direction=call.direction,
            remote=info.remote,
            tracking_number=info.number.number if info.number else "",
            label=info.number.label if info.number else "",
            direct=info.direct,
            held=status is CallStatus.HELD,
            held_for_anyone=call.held_for_anyone and call.phase is Phase.HELD,
            remote_held=call.remote_held,
            started=info.started,
            since=self._calls.since[call.id],
            claimed_by=call.transfer.name if claimed and call.transfer is not None else "",
            recall=call.id in self._calls.state.recalls,
            continues=self._identity.name_of(info.continues) if info.continues else "",
        )

    def _prompt_view(self, state: State) -> PromptView | None:
        kind = prompt_of(state)
        if kind is None:
            return None
        return PromptView(
            kind,
            tuple(self._caller_view(call.id, self._calls.info[call.id]) for call in state.at_prompt),
            choices_for(state, state.at_prompt[0]),
            self._current(state) if kind is PromptKind.CALL_WAITING else None,
            state.beep_muted,
            state.problem,
        )

    def _caller_view(self, call: str, info: CallInfo) -> CallerView:
        return CallerView(
            id=call,
            remote=info.remote,
            tracking_number=info.number.number if info.number else "",
            tracking_number_text=self._numbers.for_people(info.number.number) if info.number else "",
            label=info.number.label if info.number else "",
            direct=info.direct,
            arrived=info.started,
            deadline=info.deadline,
            next_kind=info.next_kind,
            next_target=info.next_target,
        )

    def _current(self, state: State) -> CallView | None:
        held = [call for call in state.calls if call.phase is Phase.HELD]
        current = state.foreground or (held[-1] if held else None)
        return self._call_view(current) if current else None

    # -- the team

    def _held_call_view(self, held: HeldCall, own: str, picker: Picker, since: float) -> HeldCallView:
        identity = self._identity
        return HeldCallView(
            id=held.id,
            remote=party(held.remote_uri, self._numbers).named(held.remote_name),
            tracking_number=held.tracking_number,
            tracking_number_text=self._numbers.for_people(held.tracking_number) if held.tracking_number else "",
            label=held.label,
            holder=held.holder,
            holder_name=identity.name_of(held.holder),
            held_since=since,
            note=held.note,
            call=own,
            claimed_by=identity.name_of(held.claimed_by) if held.claimed_by else "",
            picking=held.id in picker.picking,
            pick_up=pick_up_choices(picker, held),
            holder_gone=held.holder_gone,
            history=held.history,
        )

    def _colleague_views(
        self, colleagues: tuple[Colleague, ...], since: dict[datetime, float]
    ) -> tuple[ColleagueView, ...]:
        """Everybody of the directory but this agent; who has not been seen is signed out."""
        there = {colleague.login: colleague for colleague in colleagues}
        return tuple(
            ColleagueView(
                user.login,
                user.known_as,
                there[user.login].availability if user.login in there else Availability.SIGNED_OUT,
                since[there[user.login].since] if user.login in there else 0.0,
                user.sip_uri,
            )
            for user in self._identity.team().users
            if user.login != self._identity.me()
        )
