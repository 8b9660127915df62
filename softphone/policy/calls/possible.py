"""What the agent may do: the one answer for windows, ``ctl`` and everything else that shows or sends an action.

``why_not`` is asked before every action is carried out, ``possible`` gives the actions for which it has nothing to
say. So what is shown as possible is what is accepted, and the words of every refusal stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from softphone.model.actions import (
    Action,
    CallAction,
    Choice,
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
from softphone.model.call import UNANSWERED, Call, Phase, TransferKind
from softphone.model.profile import AgentStatus
from softphone.model.view import PromptKind
from softphone.policy.calls.prompt import prompt_of
from softphone.policy.calls.state import State, no_room

CAN_BE_HELD = (Phase.ACTIVE, Phase.HOLDING, Phase.RESUMING)
"""A current call that can make way for another one: a hold may be under way already, or follow at once."""

NOT_UP_YET = "the current call is not up yet and cannot be put on hold"
SWITCHING = "another call is just being put on hold"
_NOT_TALKING = "only a call you are talking on can be put on hold"


def possible(state: State) -> frozenset[Action]:
    """Every action the agent can take now, as templates (see ``Action.template``)."""
    return frozenset(action for action in _conceivable(state) if not why_not(state, action))


def why_not(state: State, action: Action) -> str:
    """Why *action* cannot be taken now, in words without capital letter or full stop; empty when it can."""
    if not isinstance(action, CallAction):
        return _ON_THE_LINE[type(action)](state)
    call = state.find(action.call)
    return "that call is over" if call is None else _ON_A_CALL[type(action)](state, call, action)


def choices_for(state: State, call: Call) -> tuple[Choice, ...]:
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


def _conceivable(state: State) -> Iterator[Action]:
    for call in state.calls:
        yield from (Choose(call.id, choice) for choice in Choice)
        yield from (kind(call.id) for kind in _ON_A_CALL if kind is not Choose)
    yield RequestDial("", "")
    yield from (SetStatus(status) for status in AgentStatus)
    yield from (MuteBeep(muted) for muted in (True, False))


def _choose(state: State, call: Call, action: Choose) -> str:
    choices = choices_for(state, call)
    if action.choice in choices:
        return ""
    if not choices:
        return _not_at_prompt(call)
    return SWITCHING if state.switch is not None else "that is not possible with the calls as they are"


def _not_at_prompt(call: Call) -> str:
    if call.phase is Phase.QUEUED:
        return "that caller waits silently and rings here as soon as you are free"
    if call.phase in (Phase.ACCEPTED, Phase.ANSWERING):
        return "that caller is being answered already"
    return "that caller is not waiting any more"


def _decline(_state: State, call: Call, _action: DeclineTo) -> str:
    return "" if call.phase in UNANSWERED else _not_at_prompt(call)


def _hold(_state: State, call: Call, _action: RequestHold) -> str:
    return "" if call.phase is Phase.ACTIVE else _NOT_TALKING


def _hold_for_anyone(_state: State, call: Call, _action: RequestHoldForAnyone) -> str:
    if call.held_for_anyone:
        return "this caller is held for anyone already"
    return _in_transfer(call) if call.phase in (Phase.ACTIVE, Phase.HELD) else _NOT_TALKING


def _resume(state: State, call: Call, _action: RequestResume) -> str:
    if call.phase is not Phase.HELD:
        return "only a held call can be resumed"
    if call.transfer is not None:
        return _in_transfer(call)
    if state.switch is not None:
        return SWITCHING
    current = state.line_in_use_beside(call.id)
    return "" if current is None or current.phase in CAN_BE_HELD else NOT_UP_YET


def _transfer(state: State, call: Call, _action: RequestTransfer) -> str:
    if call.phase not in (Phase.ACTIVE, Phase.HELD):
        return "only a call you are talking on or holding can be transferred"
    return SWITCHING if state.switch is not None else _in_transfer(call)


def _leave_on_hold(state: State, call: Call, _action: LeaveOnHold) -> str:
    return "" if call.id in state.recalls else "nobody asks about this caller any more"


def _hang_up(_state: State, call: Call, _action: RequestHangUp) -> str:
    if call.phase in UNANSWERED or call.phase is Phase.ACCEPTED:
        return "that caller has not been answered; choose Ignore instead"
    if call.phase is Phase.ENDING:
        return "that call is ending already"
    going = call.transfer is not None and call.transfer.kind is TransferKind.PICKUP
    return _in_transfer(call) if going and call.phase is not Phase.BRIDGED else ""


def _press_keys(_state: State, call: Call, _action: PressKeys) -> str:
    return "" if call.phase is Phase.ACTIVE else "keys can be pressed only on a call you are talking on"


def _in_transfer(call: Call) -> str:
    """While the other side is on its way to somebody else, hardly anything can be done with the call."""
    if call.transfer is None:
        return ""
    words = {
        TransferKind.PICKUP: "{} is just picking this caller up",
        TransferKind.TRANSFER: "this call is just being transferred to {}",
        TransferKind.PARK: "this caller is just being parked at {}",
    }[call.transfer.kind]
    return words.format(call.transfer.name)


def _dial(state: State) -> str:
    if state.foreground is not None or state.switch is not None:
        return "put the current call on hold or hang it up first"
    return no_room(state)


def _mute_beep(state: State) -> str:
    return "" if prompt_of(state) is PromptKind.CALL_WAITING else "there is no call-waiting beep at the moment"


_ON_A_CALL: dict[type[CallAction], Callable[[State, Call, Any], str]] = {
    Choose: _choose,
    DeclineTo: _decline,
    RequestHold: _hold,
    RequestHoldForAnyone: _hold_for_anyone,
    RequestResume: _resume,
    RequestTransfer: _transfer,
    LeaveOnHold: _leave_on_hold,
    RequestHangUp: _hang_up,
    PressKeys: _press_keys,
}

_ON_THE_LINE: dict[type[Action], Callable[[State], str]] = {
    RequestDial: _dial,
    MuteBeep: _mute_beep,
    SetStatus: lambda _state: "",
}
