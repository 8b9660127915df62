"""The prompt's buttons: which are possible now, and what each of them does."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.actions import Choice
from softphone.model.call import Call, IllegalTransitionError, Phase, Way
from softphone.model.call_record import Outcome
from softphone.model.ua_commands import HangUp
from softphone.policy.arrivals import answer, ignore
from softphone.policy.bridging import hang_up_both
from softphone.policy.holding import change_over
from softphone.policy.passing import forget, must_not_be_passing
from softphone.policy.state import State, Turn

CAN_BE_HELD = (Phase.ACTIVE, Phase.HOLDING, Phase.RESUMING)


def possible_choices(state: State, call: Call) -> tuple[Choice, ...]:
    """What the agent can answer to the prompt for *call*, in the order of the buttons.

    A call being dialled or just being answered cannot be put on hold yet; with held calls only there
    is no current call to hang up; while one change-over is under way the next has to wait.
    """
    if call.phase is Phase.RINGING:
        return (Choice.ANSWER, Choice.IGNORE)
    if call.phase is not Phase.WAITING:
        return ()
    if state.switch is not None:
        return (Choice.IGNORE,)
    current = state.foreground
    if current is None:
        return (Choice.HOLD_AND_ANSWER, Choice.IGNORE)
    hold = (Choice.HOLD_AND_ANSWER,) if current.phase in CAN_BE_HELD else ()
    return (*hold, Choice.HANGUP_AND_ANSWER, Choice.IGNORE)


def choose(turn: Turn, call: Call, choice: Choice) -> None:
    """Carry a choice out. Raises IllegalTransitionError when it is not possible now."""
    if choice not in possible_choices(turn.state, call):
        raise IllegalTransitionError(_why_not(turn.state, call))
    turn.problem("")
    if choice is Choice.IGNORE:
        ignore(turn, call)
    elif choice is Choice.HANGUP_AND_ANSWER:
        _hang_up_and_answer(turn, call)
    elif choice is Choice.HOLD_AND_ANSWER:
        _hold_and_answer(turn, call)
    else:
        answer(turn, call)


def _why_not(state: State, call: Call) -> str:
    if not possible_choices(state, call):
        return "that caller is not waiting any more"
    if state.switch is not None:
        return "another call is just being put on hold"
    return "that is not possible with the calls as they are"


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


def hang_up(turn: Turn, call: Call) -> None:
    """End one of the agent's own calls. A caller who still waits is ignored, not hung up on."""
    if call.phase in (Phase.RINGING, Phase.WAITING, Phase.QUEUED, Phase.ACCEPTED):
        raise IllegalTransitionError("that caller has not been answered; choose Ignore instead")
    if call.phase is Phase.BRIDGED:
        hang_up_both(turn, call)
        return
    if call.passing is not None and call.passing.way is Way.PICKUP:
        must_not_be_passing(call)
    if call.passing is not None:
        call = forget(turn, call)
    outcome = Outcome.ANSWERED if call.talked else Outcome.FAILED
    turn.put(replace(call.to(Phase.ENDING), outcome=outcome, why="The agent hung up.", retry_due=False))
    turn.want(HangUp(call.id))
