"""What is heard and which prompt is up follow from the state alone; nothing has to remember to switch it off."""

from __future__ import annotations

from softphone.model.call import Call, Phase
from softphone.model.tone import ToneKind
from softphone.model.view import PromptKind
from softphone.policy.calls.state import State


def tone_of(state: State) -> ToneKind | None:
    """The one tone that sounds: a ring, the call-waiting beep, the ringback of a call being dialled, or none."""
    prompt = prompt_of(state)
    if prompt is PromptKind.RINGING or (prompt is None and recalled(state) is not None):
        return ToneKind.RING
    if prompt is PromptKind.CALL_WAITING and not state.beep_muted:
        return ToneKind.BEEP
    if any(call.phase is Phase.DIALING and call.remote_ringing for call in state.calls):
        return ToneKind.RINGBACK
    return None


def prompt_of(state: State) -> PromptKind | None:
    """Which prompt is up, if any. Ringing and waiting callers never mix: the rule sees one situation for all."""
    callers = state.at_prompt
    if not callers:
        return None
    return PromptKind.RINGING if callers[0].phase is Phase.RINGING else PromptKind.CALL_WAITING


def recalled(state: State) -> Call | None:
    """The first caller held for anyone whom nobody has picked up in time, once the agent has an ear for them."""
    if state.at_prompt or state.foreground is not None or state.switch is not None:
        return None
    return state.find(state.recalls[0]) if state.recalls else None
