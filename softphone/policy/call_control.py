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
from softphone.model.ua_commands import Dial, Respond
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallProgress,
    CommandRefused,
    EngineLost,
    HoldConfirmed,
    HoldRefused,
    RemoteHold,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy.arrivals import arrive, decline_to, leave, reconsider, ring_time_over
from softphone.policy.choices import choose, hang_up
from softphone.policy.events import Arrived, BeepMuted, Command, Event, Leaving, TimerFired, TimerKind
from softphone.policy.holding import (
    confirmed,
    follow,
    refused,
    request_hold,
    request_resume,
    settle_switch,
    switch_gone,
    try_again,
    undo_hold,
)
from softphone.policy.state import State, Turn

CALL_LIMIT = 4
"""Calls the user agent can carry at once."""


def step(state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
    """Take one step."""
    turn = Turn(state)
    _take(turn, event)
    settle_switch(turn)
    reconsider(turn)
    _tidy_prompt(turn)
    return turn.state, tuple(turn.commands)


def _take(turn: Turn, event: Event) -> None:
    match event:
        case Arrived():
            arrive(turn, event)
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
            _if_alive(turn, event.call, lambda call: _hear(turn, call, event))


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
        case RequestResume():
            request_resume(turn, call)
        case RequestHangUp():
            hang_up(turn, call)


_Heard = (
    CallProgress
    | CallEstablished
    | CallEnded
    | HoldConfirmed
    | HoldRefused
    | ResumeConfirmed
    | ResumeRefused
    | RemoteHold
    | CommandRefused
)


def _hear(turn: Turn, call: Call, event: _Heard) -> None:
    match event:
        case CallProgress(code=code):
            turn.put(replace(call, remote_ringing=call.remote_ringing or code == 180))
        case RemoteHold(held=held):
            turn.put(replace(call, remote_held=held))
        case CallEstablished():
            _established(turn, call)
        case CallEnded():
            _ended(turn, call, event)
        case HoldConfirmed():
            confirmed(turn, call, Phase.HOLDING)
        case ResumeConfirmed():
            confirmed(turn, call, Phase.RESUMING)
        case HoldRefused(code=code):
            refused(turn, call, Phase.HOLDING, code)
        case ResumeRefused(code=code):
            refused(turn, call, Phase.RESUMING, code)
        case CommandRefused():
            _command_refused(turn, call, event)


def _if_alive(turn: Turn, call_id: str, then: Callable[[Call], None]) -> None:
    call = turn.state.find(call_id)
    if call is not None:
        then(call)


def _dial(turn: Turn, call_id: str, target: str) -> None:
    if turn.state.foreground is not None or turn.state.switch is not None:
        raise IllegalTransitionError("put the current call on hold or hang it up first")
    if len(turn.state.calls) >= CALL_LIMIT:
        raise IllegalTransitionError(f"{CALL_LIMIT} calls at once are the limit")
    turn.put(Call(call_id, Direction.OUTGOING, Phase.DIALING))
    turn.want(Dial(call_id, target))


def _established(turn: Turn, call: Call) -> None:
    if call.phase in (Phase.ANSWERING, Phase.DIALING):
        turn.put(replace(call.to(Phase.ACTIVE), talked=True, outcome=Outcome.ANSWERED, remote_ringing=False))


def _ended(turn: Turn, call: Call, event: CallEnded) -> None:
    turn.finish(replace(call, outcome=call.outcome or _outcome(call, event), why=_why(call, event)))
    switch_gone(turn, call.id)
    if call.phase is Phase.ANSWERING:
        undo_hold(turn, call.instead_of)


def _outcome(call: Call, event: CallEnded) -> Outcome:
    if call.direction is Direction.INCOMING and _caller_gave_up(event):
        return Outcome.ABANDONED
    return Outcome.FAILED


def _caller_gave_up(event: CallEnded) -> bool:
    """A CANCEL or a BYE, not a network that failed: user agents report that with these two codes."""
    return event.by_remote and event.code not in (408, 503)


def _why(call: Call, event: CallEnded) -> str:
    if call.phase is Phase.ENDING:
        return call.why
    if call.talked:
        return "The other side hung up." if event.by_remote else f"The call broke off ({event.code} {event.reason})."
    if call.direction is Direction.OUTGOING:
        return f"The other side answered {event.code} {event.reason}."
    return (
        f"{call.why} The caller gave up." if _caller_gave_up(event) else f"{call.why} The answer failed ({event.code})."
    )


def _time_over(turn: Turn, call: Call, kind: TimerKind) -> None:
    if kind is TimerKind.RING_TIME:
        ring_time_over(turn, call)
    elif kind is TimerKind.RETRY:
        try_again(turn, call)
    elif turn.state.switch is not None and turn.state.switch.leaving == call.id:
        follow(turn)


def _command_refused(turn: Turn, call: Call, event: CommandRefused) -> None:
    """The user agent could not do it. No caller may be left without a final answer because of that."""
    if event.command == "Hold":
        refused(turn, call, Phase.HOLDING, 0)
    elif event.command == "Resume":
        refused(turn, call, Phase.RESUMING, 0)
    elif event.command == "Respond" and call.phase is Phase.ENDING and not call.last_resort:
        turn.put(replace(call, last_resort=True, why=f"{call.why} That failed: {event.detail}"))
        turn.want(Respond(call.id, 480))
    elif event.command == "Respond" and call.phase is Phase.ANSWERING:
        hang_up(turn, call)


def _lose_everything(turn: Turn) -> None:
    turn.switch(None)
    for call in turn.state.calls:
        over = call.phase is Phase.ENDING
        turn.finish(call if over else replace(call, outcome=Outcome.LOST, why="The user agent stopped."))


def _tidy_prompt(turn: Turn) -> None:
    """The problem and the muted beep belong to one prompt; the next starts afresh."""
    if not turn.state.offered:
        turn.state = replace(turn.state, problem="", beep_muted=False)
