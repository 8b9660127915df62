"""Call control: one frozen state, one event, the next state and the commands that take the world there.

``step`` raises IllegalTransitionError, with words for people, when an agent asks for something that
does not fit; nothing has changed then. What the network or a timer says never raises: a message about
a call that is gone is late, not wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from softphone.model.actions import (
    AnswerRecall,
    Choose,
    DeclineTo,
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
from softphone.model.ua_commands import Dial
from softphone.model.ua_events import (
    EngineLost,
)
from softphone.policy import bridging
from softphone.policy.arrivals import arrive, decline_to, leave, reconsider, ring_time_over
from softphone.policy.bridging import bridge_arrived
from softphone.policy.choices import choose, hang_up
from softphone.policy.events import (
    Arrived,
    BeepMuted,
    BridgeArrived,
    Command,
    Event,
    HoldRules,
    Leaving,
    TakeOver,
    TimerFired,
    TimerKind,
)
from softphone.policy.heard import hear
from softphone.policy.held_for_anyone import answer_recall, recall, remind, request_hold_for_anyone, watch
from softphone.policy.holding import (
    follow,
    request_hold,
    request_resume,
    settle_switch,
    try_again,
)
from softphone.policy.passing import transfer
from softphone.policy.state import State, Turn
from softphone.policy.taking_over import picked_up_arrives, take_over


def step(state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
    """Take one step."""
    turn = Turn(state)
    _take(turn, event)
    settle_switch(turn)
    reconsider(turn)
    watch(turn)
    _tidy_prompt(turn)
    return turn.state, tuple(turn.commands)


def _take(turn: Turn, event: Event) -> None:
    match event:
        case Arrived(pickup=None):
            arrive(turn, event)
        case Arrived():
            picked_up_arrives(turn, event)
        case TakeOver():
            take_over(turn, event)
        case BridgeArrived():
            bridge_arrived(turn, event)
        case HoldRules():
            turn.state = replace(turn.state, rules=event)
        case Leaving():
            leave(turn)
        case SetStatus(status):
            turn.state = replace(turn.state, status=status)
        case BeepMuted(muted):
            turn.state = replace(turn.state, beep_muted=muted)
        case RequestDial(call_id, target):
            _dial(turn, call_id, target)
        case EngineLost():
            _lose_everything(turn)
        case TimerFired(timer):
            _if_alive(turn, timer.call, lambda call: _time_over(turn, call, timer.kind))
        case (
            Choose()
            | DeclineTo()
            | RequestHold()
            | RequestHoldForAnyone()
            | RequestTransfer()
            | AnswerRecall()
            | RequestResume()
            | RequestHangUp()
        ):
            _act(turn, event)
        case _:
            _if_alive(turn, event.call, lambda call: hear(turn, call, event))


_AboutACall = (
    Choose
    | DeclineTo
    | RequestHold
    | RequestHoldForAnyone
    | RequestTransfer
    | AnswerRecall
    | RequestResume
    | RequestHangUp
)


def _act(turn: Turn, action: _AboutACall) -> None:
    call = turn.state.call(action.call)
    match action:
        case Choose(choice=choice):
            choose(turn, call, choice)
        case DeclineTo(target=target):
            decline_to(turn, call, target)
        case RequestHold():
            request_hold(turn, call)
        case RequestHoldForAnyone():
            request_hold_for_anyone(turn, call)
        case RequestTransfer(target=target):
            transfer(turn, call, target)
        case AnswerRecall():
            answer_recall(turn, call)
        case RequestResume():
            request_resume(turn, call)
        case RequestHangUp():
            hang_up(turn, call)


def _if_alive(turn: Turn, call_id: str, then: Callable[[Call], None]) -> None:
    call = turn.state.find(call_id)
    if call is not None:
        then(call)


def _dial(turn: Turn, call_id: str, target: str) -> None:
    if turn.state.foreground is not None or turn.state.switch is not None:
        raise IllegalTransitionError("put the current call on hold or hang it up first")
    turn.must_have_room()
    turn.put(Call(call_id, Direction.OUTGOING, Phase.DIALING))
    turn.want(Dial(call_id, target))


def _time_over(turn: Turn, call: Call, kind: TimerKind) -> None:
    if kind is TimerKind.RING_TIME:
        ring_time_over(turn, call)
    elif kind is TimerKind.RETRY:
        try_again(turn, call)
    elif kind is TimerKind.PASSING:
        bridging.time_over(turn, call)
    elif kind is TimerKind.REMINDER:
        remind(turn, call)
    elif kind is TimerKind.RECALL:
        recall(turn, call)
    elif turn.state.switch is not None and turn.state.switch.leaving == call.id:
        follow(turn)


def _lose_everything(turn: Turn) -> None:
    turn.switch(None)
    for call in turn.state.calls:
        over = call.phase is Phase.ENDING
        turn.finish(call if over else replace(call, outcome=Outcome.LOST, why="The user agent stopped."))


def _tidy_prompt(turn: Turn) -> None:
    """The problem and the muted beep belong to one prompt; the next starts afresh."""
    if not turn.state.offered:
        turn.state = replace(turn.state, problem="", beep_muted=False)
