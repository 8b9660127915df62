"""The prompt's buttons: what each of them does."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.actions import Choice, Choose, RequestHangUp
from softphone.model.call import Call, IllegalTransitionError, Phase
from softphone.model.call_record import Outcome
from softphone.model.ua_commands import HangUp
from softphone.policy.calls.arrivals import answer, ignore
from softphone.policy.calls.bridge import hang_up_both
from softphone.policy.calls.holding import change_over
from softphone.policy.calls.state import Turn
from softphone.policy.calls.transfer import forget


def choose(turn: Turn, call: Call, action: Choose) -> None:
    """Carry a possible choice out."""
    turn.problem("")
    if action.choice is Choice.IGNORE:
        ignore(turn, call)
    elif action.choice is Choice.HANGUP_AND_ANSWER:
        _hang_up_and_answer(turn, call)
    elif action.choice is Choice.HOLD_AND_ANSWER:
        _hold_and_answer(turn, call)
    else:
        answer(turn, call)


def _hold_and_answer(turn: Turn, call: Call) -> None:
    current = turn.state.foreground
    if current is None:
        answer(turn, call)
        return
    accepted = turn.put(call.to(Phase.ACCEPTED))
    change_over(turn, current, accepted, for_anyone=True)


def _hang_up_and_answer(turn: Turn, call: Call) -> None:
    current = turn.state.foreground
    if current is None:
        raise IllegalTransitionError("there is no current call")
    hang_up(turn, current)
    answer(turn, call)


def request_hang_up(turn: Turn, call: Call, _action: RequestHangUp) -> None:
    """The agent ends a call of their own."""
    hang_up(turn, call)


def hang_up(turn: Turn, call: Call) -> None:
    """End a call that has been answered or dialled."""
    if call.phase is Phase.BRIDGED:
        hang_up_both(turn, call)
        return
    if call.transfer is not None:
        call = forget(turn, call)
    outcome = Outcome.ANSWERED if call.talked else Outcome.FAILED
    turn.put(replace(call.to(Phase.ENDING), outcome=outcome, why="The agent hung up.", retry_due=False))
    turn.want(HangUp(call.id))
