"""Draws the SessionView from the state of the calls and what is known of them."""

from __future__ import annotations

from collections.abc import Callable

from softphone.model.call import Call, Phase, Way
from softphone.model.view import CallStatus, CallView, OfferView, PromptKind, PromptView
from softphone.policy.choices import possible_choices
from softphone.policy.ringing import prompt_of
from softphone.policy.state import State
from softphone.ports import NumberPlan
from softphone.session.call_manager import CallManager
from softphone.session.facts import CallFacts

_STATUS = {
    Phase.RINGING: CallStatus.RINGING,
    Phase.WAITING: CallStatus.WAITING,
    Phase.QUEUED: CallStatus.QUEUED,
    Phase.ACCEPTED: CallStatus.ANSWERING,
    Phase.ANSWERING: CallStatus.ANSWERING,
    Phase.DIALING: CallStatus.DIALING,
    Phase.ACTIVE: CallStatus.ACTIVE,
    Phase.HOLDING: CallStatus.HELD,
    Phase.HELD: CallStatus.HELD,
    Phase.RESUMING: CallStatus.ACTIVE,
    Phase.BRIDGED: CallStatus.BRIDGED,
    Phase.ENDING: CallStatus.ENDING,
}


def call_views(calls: CallManager, name_of: Callable[[str], str] = str) -> tuple[CallView, ...]:
    """Every call, in order of arrival; callers who were turned away at once are nobody's business."""
    shown = (call for call in calls.state.calls if call.phase is not Phase.ENDING or call.talked)
    return tuple(
        _call_view(call, calls.facts[call.id], calls.since[call.id], name_of) for call in shown if not call.bridge_for
    )


def _call_view(call: Call, facts: CallFacts, since: float, name_of: Callable[[str], str] = str) -> CallView:
    status = _STATUS[call.phase]
    return CallView(
        id=call.id,
        sip_call_id=facts.sip_call_id,
        status=status,
        direction=call.direction,
        remote=facts.remote,
        tracking_number=facts.number.number if facts.number else "",
        label=facts.number.label if facts.number else "",
        direct=facts.direct,
        held=status is CallStatus.HELD,
        held_for_anyone=call.held_for_anyone and call.phase is Phase.HELD,
        remote_held=call.remote_held,
        started=facts.started,
        since=since,
        claimed_by=call.passing.name if call.passing is not None and call.passing.way is Way.PICKUP else "",
        recall=call.recall,
        continues=name_of(facts.continues) if facts.continues else "",
    )


def prompt_view(calls: CallManager, numbers: NumberPlan) -> PromptView | None:
    """The prompt, while somebody is offered."""
    state = calls.state
    kind = prompt_of(state)
    if kind is None:
        return None
    offered = state.offered
    return PromptView(
        kind,
        tuple(_offer_view(call.id, calls.facts[call.id], numbers) for call in offered),
        possible_choices(state, offered[0]),
        _current(calls) if kind is PromptKind.CALL_WAITING else None,
        state.beep_muted,
        state.problem,
    )


def _offer_view(call_id: str, facts: CallFacts, numbers: NumberPlan) -> OfferView:
    number = facts.number.number if facts.number else ""
    return OfferView(
        id=call_id,
        remote=facts.remote,
        tracking_number=number,
        tracking_number_text=numbers.for_people(number) if number else "",
        label=facts.number.label if facts.number else "",
        direct=facts.direct,
        arrived=facts.started,
        deadline=facts.deadline,
        next_kind=facts.next_kind,
        next_target=facts.next_target,
    )


def _current(calls: CallManager) -> CallView | None:
    state = calls.state
    current = state.foreground or _newest_held(state)
    return _call_view(current, calls.facts[current.id], calls.since[current.id]) if current else None


def _newest_held(state: State) -> Call | None:
    held = [call for call in state.calls if call.phase is Phase.HELD]
    return held[-1] if held else None


def queued_count(state: State) -> int:
    """How many callers wait silently."""
    return sum(call.phase is Phase.QUEUED for call in state.calls)
