"""Going on with a caller another agent holds: answered, or called, without any rule but this agent's own call."""

from __future__ import annotations

from softphone.model.actions import Choice
from softphone.model.call import Call, IllegalTransitionError, NoAnswerPlan, Phase
from softphone.model.call_record import Direction
from softphone.model.held_call import TOKEN_SECONDS
from softphone.model.profile import NoAnswer
from softphone.model.ua_commands import Respond
from softphone.policy.calls.arrivals import answer, ring_timer
from softphone.policy.calls.choices import hang_up
from softphone.policy.calls.events import PickupArrived, StartTimer, TakeOver
from softphone.policy.calls.holding import begin_dial, change_over
from softphone.policy.calls.possible import CAN_BE_HELD
from softphone.policy.calls.state import Turn, no_room

_WHY = "The agent picked the caller up."


def pickup_arrived(turn: Turn, event: PickupArrived) -> None:
    """The caller's INVITE with our token. What cannot be switched at this moment waits at the prompt instead."""
    call = turn.put(
        Call(
            event.call,
            Direction.INCOMING,
            Phase.QUEUED,
            direct=True,
            call_waiting=True,
            bypass=False,
            plan=NoAnswerPlan(NoAnswer.HANG_UP, "", ""),
            why=_WHY,
        )
    )
    turn.want(StartTimer(ring_timer(call.id), TOKEN_SECONDS))
    current = turn.state.foreground
    if current is None and turn.state.switch is None:
        answer(turn, call)
    elif current is not None and turn.state.switch is None and event.choice is Choice.HANGUP_AND_ANSWER:
        hang_up(turn, current)
        answer(turn, call)
    else:
        turn.want(Respond(call.id, 180))
        if current is not None and turn.state.switch is None and current.phase in CAN_BE_HELD:
            change_over(turn, current, turn.put(call.to(Phase.ACCEPTED)), for_anyone=True)


def take_over(turn: Turn, event: TakeOver) -> None:
    """Call the caller, their holder or a park orbit. Raises IllegalTransitionError when the line cannot be freed."""
    if why := no_room(turn.state):
        raise IllegalTransitionError(why)
    call = Call(event.call, Direction.OUTGOING, Phase.ACCEPTED, dial=event.dial, why=_WHY)
    current = turn.state.foreground
    turn.put(call)
    if current is None:
        begin_dial(turn, call)
    elif event.choice is Choice.HANGUP_AND_ANSWER:
        hang_up(turn, current)
        begin_dial(turn, call)
    else:
        change_over(turn, current, call, for_anyone=True)
