"""Who may pick a held caller up now, and how: the one answer for what is shown and what is accepted."""

from __future__ import annotations

from dataclasses import dataclass

from softphone.errors import GoneError, RefusedError, TakenError, UserFacingError, sentence
from softphone.model.actions import Choice
from softphone.model.held_call import HeldCall
from softphone.policy.calls.possible import CAN_BE_HELD, NOT_UP_YET, SWITCHING
from softphone.policy.calls.state import State, no_room

_ON_A_CALL = (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER)


@dataclass(frozen=True, slots=True)
class Picker:
    """Who wants to pick up: the agent's calls, their *station*, and the rows they are picking up already.

    *offline* says in words why the team's list cannot be asked, and is empty when it can.
    """

    state: State
    station: str
    picking: frozenset[str] = frozenset()
    offline: str = ""


def pick_up_choices(picker: Picker, held: HeldCall) -> tuple[Choice, ...]:
    """How the agent can pick this caller up now; ``Choice.ANSWER`` is among them when their own line is free."""
    if _obstacle(picker, held) is not None:
        return ()
    return tuple(choice for choice in (Choice.ANSWER, *_ON_A_CALL) if not _line_obstacle(picker.state, choice))


def check_pick_up(picker: Picker, held: HeldCall | None, choice: Choice | None) -> HeldCall:
    """The caller, when they can be picked up with *choice* (None is ``Choice.ANSWER``).

    Raises GoneError, TakenError (with the claimer's login) or RefusedError, in words.
    """
    if picker.offline:
        raise RefusedError(picker.offline)
    if held is None:
        raise GoneError("This caller is not held any more.")
    if (obstacle := _obstacle(picker, held)) is not None:
        raise obstacle
    if why := _line_obstacle(picker.state, choice or Choice.ANSWER):
        raise RefusedError(sentence(why))
    return held


def _obstacle(picker: Picker, held: HeldCall) -> UserFacingError | None:
    """What stands between this agent and this caller, whatever becomes of the agent's own call."""
    if picker.offline:
        return RefusedError(picker.offline)
    if held.id in picker.picking:
        return RefusedError("You are picking this caller up already.")
    if held.claimed_by:
        return TakenError(held.claimed_by)
    if held.station == picker.station and picker.state.find(held.call) and not held.orbit:
        return RefusedError("This caller is on hold here: choose Resume.")
    return None


def _line_obstacle(state: State, choice: Choice) -> str:
    """Why the agent's line cannot be given to another caller in this way; empty when it can."""
    if why := no_room(state):
        return why
    if state.switch is not None:
        return SWITCHING
    current = state.foreground
    if current is None:
        return ""
    if choice not in _ON_A_CALL:
        return "you are on a call: hold it or hang it up to pick this caller up"
    if choice is Choice.HOLD_AND_ANSWER and current.phase not in CAN_BE_HELD:
        return NOT_UP_YET
    return ""
