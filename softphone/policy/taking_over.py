"""Going on with a caller another agent holds: answered, or called, without any rule but this agent's own call."""

from __future__ import annotations

from softphone.model.actions import Choice
from softphone.model.call import Call, Phase
from softphone.model.call_record import Direction
from softphone.model.ua_commands import Respond
from softphone.policy.arrivals import answer, ring_timer
from softphone.policy.choices import CAN_BE_HELD, hang_up
from softphone.policy.events import Arrived, StartTimer, TakeOver
from softphone.policy.holding import begin_dial, change_over
from softphone.policy.state import Turn


def picked_up_arrives(turn: Turn, event: Arrived) -> None:
    """The caller's INVITE with our token. What cannot be switched at this moment waits at the prompt instead."""
    call = turn.put(
        Call(
            event.call,
            Direction.INCOMING,
            Phase.QUEUED,
            direct=True,
            call_waiting=True,
            bypass=False,
            plan=event.plan,
            why="The agent picked the caller up.",
        )
    )
    turn.want(StartTimer(ring_timer(call.id), event.ring_seconds))
    current = turn.state.foreground
    if current is None and turn.state.switch is None:
        answer(turn, call)
    elif current is not None and turn.state.switch is None and event.pickup is Choice.HANGUP_AND_ANSWER:
        hang_up(turn, current)
        answer(turn, call)
    else:
        turn.want(Respond(call.id, 180))
        if current is not None and turn.state.switch is None and current.phase in CAN_BE_HELD:
            change_over(turn, current, turn.put(call.to(Phase.ACCEPTED)), for_anyone=True)


def take_over(turn: Turn, event: TakeOver) -> None:
    """Call the caller, their holder or a park orbit. Raises IllegalTransitionError when the line cannot be freed."""
    turn.must_have_room()
    call = Call(
        event.call,
        Direction.OUTGOING,
        Phase.ACCEPTED,
        dial=event.dial,
        why="The agent picked the caller up.",
    )
    current = turn.state.foreground
    turn.put(call)
    if current is None:
        begin_dial(turn, call)
    elif event.choice is Choice.HANGUP_AND_ANSWER:
        hang_up(turn, current)
        begin_dial(turn, call)
    else:
        change_over(turn, current, call, for_anyone=True)
