"""Call control: one frozen state, one event, the next state and the commands that take the world there.

``step`` raises IllegalTransitionError, with words for people, when an agent asks for something that
does not fit; nothing has changed then. What the network or a timer says never raises: a message about
a call that is gone is late, not wrong.

The two tables are the whole of it: an event has a row, or nothing happens. ``docs/call-control.md`` is made from them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from softphone.model.actions import (
    Action,
    CallAction,
    Choose,
    DeclineTo,
    LeaveOnHold,
    MuteBeep,
    PressKeys,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
    SetStatus,
)
from softphone.model.call import Call, IllegalTransitionError, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import Dial, SendDtmf
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallEvent,
    CallProgress,
    CommandRefused,
    EngineLost,
    EngineReady,
    HoldConfirmed,
    HoldRefused,
    ReferProgress,
    ReferRefused,
    RemoteHold,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy.calls import bridge, reports, transfer
from softphone.policy.calls.arrivals import arrive, decline_to, leave, reconsider, ring_time_over
from softphone.policy.calls.choices import choose, request_hang_up
from softphone.policy.calls.events import (
    Arrived,
    BridgeArrived,
    Claimed,
    ClaimGone,
    Command,
    Event,
    HoldRules,
    Leaving,
    ListingLost,
    PickedUp,
    PickupArrived,
    TakeOver,
    TimerFired,
    TimerKind,
)
from softphone.policy.calls.held_for_anyone import (
    leave_on_hold,
    listing_lost,
    recall,
    remind,
    request_hold_for_anyone,
    settle_waiting,
)
from softphone.policy.calls.holding import request_hold, request_resume, settle_switch, switch_time_over, try_again
from softphone.policy.calls.possible import why_not
from softphone.policy.calls.state import State, Turn
from softphone.policy.calls.take_over import pickup_arrived, take_over


def step(state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
    """Take one step."""
    if isinstance(event, Action) and (why := why_not(state, event)):
        raise IllegalTransitionError(why)
    turn = Turn(state)
    if (on_the_line := ON_THE_LINE.get(type(event))) is not None:
        on_the_line(turn, event)
    elif isinstance(event, CallAction | CallEvent | CommandRefused):
        on_a_call, call = ON_A_CALL.get(type(event)), turn.state.find(event.call)
        if on_a_call is not None and call is not None:
            on_a_call(turn, call, event)
    settle_switch(turn)
    reconsider(turn)
    settle_waiting(turn)
    _tidy_prompt(turn)
    return turn.state, tuple(turn.commands)


def _rules_changed(turn: Turn, event: HoldRules) -> None:
    turn.state = replace(turn.state, rules=event)


def _set_status(turn: Turn, action: SetStatus) -> None:
    turn.state = replace(turn.state, status=action.status)


def _mute_beep(turn: Turn, action: MuteBeep) -> None:
    turn.state = replace(turn.state, beep_muted=action.muted)


def _dial(turn: Turn, action: RequestDial) -> None:
    turn.put(Call(action.call, Direction.OUTGOING, Phase.DIALING))
    turn.want(Dial(action.call, action.target))


def _press_keys(turn: Turn, call: Call, action: PressKeys) -> None:
    turn.want(SendDtmf(call.id, action.digits))


def _time_over(turn: Turn, event: TimerFired) -> None:
    if (call := turn.state.find(event.timer.call)) is not None:
        _TIMERS[event.timer.kind](turn, call)


def _engine_ready(turn: Turn, event: EngineReady) -> None:
    turn.state = replace(turn.state, call_limit=event.library.call_limit)


def _lose_everything(turn: Turn, _event: EngineLost) -> None:
    turn.switch(None)
    for call in turn.state.calls:
        over = call.phase is Phase.ENDING
        turn.finish(call if over else replace(call, outcome=Outcome.LOST, why="The user agent stopped."))


def _tidy_prompt(turn: Turn) -> None:
    """The problem and the muted beep belong to one prompt; the next starts afresh."""
    if not turn.state.at_prompt:
        turn.state = replace(turn.state, problem="", beep_muted=False)


_TIMERS: dict[TimerKind, Callable[[Turn, Call], None]] = {
    TimerKind.RING_TIME: ring_time_over,
    TimerKind.RETRY: try_again,
    TimerKind.SWITCH: switch_time_over,
    TimerKind.TRANSFER: bridge.time_over,
    TimerKind.REMINDER: remind,
    TimerKind.RECALL: recall,
}

ON_THE_LINE: dict[type, Callable[[Turn, Any], None]] = {
    Arrived: arrive,
    PickupArrived: pickup_arrived,
    BridgeArrived: bridge.bridge_arrived,
    TakeOver: take_over,
    RequestDial: _dial,
    SetStatus: _set_status,
    MuteBeep: _mute_beep,
    HoldRules: _rules_changed,
    Leaving: leave,
    TimerFired: _time_over,
    EngineReady: _engine_ready,
    EngineLost: _lose_everything,
}
"""What happens to the agent's line as a whole."""

ON_A_CALL: dict[type, Callable[[Turn, Call, Any], None]] = {
    Choose: choose,
    DeclineTo: decline_to,
    RequestHold: request_hold,
    RequestHoldForAnyone: request_hold_for_anyone,
    RequestResume: request_resume,
    RequestTransfer: transfer.request_transfer,
    LeaveOnHold: leave_on_hold,
    RequestHangUp: request_hang_up,
    PressKeys: _press_keys,
    CallProgress: reports.progress,
    CallEstablished: reports.established,
    CallEnded: reports.ended,
    HoldConfirmed: reports.hold_confirmed,
    HoldRefused: reports.hold_refused,
    ResumeConfirmed: reports.resume_confirmed,
    ResumeRefused: reports.resume_refused,
    RemoteHold: reports.remote_hold,
    ReferRefused: transfer.refer_refused,
    ReferProgress: transfer.refer_progress,
    CommandRefused: reports.command_refused,
    Claimed: transfer.claimed,
    ClaimGone: transfer.claim_gone,
    PickedUp: transfer.picked_up,
    ListingLost: listing_lost,
}
"""What happens to one call that is there; a call that is gone hears nothing any more."""
