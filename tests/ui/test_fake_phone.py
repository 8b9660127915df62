"""What the fake phone says is possible is what the policy says: windows are not tested against wishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from softphone.model.actions import MuteBeep, SetStatus
from softphone.model.call import Call, CallStatus, Phase, Transfer, TransferKind
from softphone.model.call_record import Direction
from softphone.model.held_call import HeldCall
from softphone.policy.calls.possible import possible
from softphone.policy.calls.state import State
from softphone.policy.pickup.permission import Picker, pick_up_choices
from tests.fakes.phone import a_call, a_held_call, a_view

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROW = HeldCall("h1", "agent2", "there", "c9", "Held caller", "sip:x@example.com", "", "", False, NOW, NOW)
PHASES = [Phase(status.value) for status in CallStatus]


def state_with(phase: Phase, **more) -> State:
    return State((Call("c1", Direction.INCOMING, phase, **more),))


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("for_anyone", [False, True])
def test_what_can_be_done_with_a_call(phase: Phase, for_anyone: bool):
    held_for_anyone = for_anyone and phase is Phase.HELD
    state = state_with(phase, held_for_anyone=held_for_anyone)
    view = a_view(calls=(a_call("c1", status=CallStatus(phase.value), held_for_anyone=held_for_anyone),))
    shown_by_prompt_or_always = {action for action in possible(state) if not hasattr(action, "choice")}
    expected = {action for action in shown_by_prompt_or_always if not isinstance(action, SetStatus | MuteBeep)}
    assert view.possible == expected
    assert (view.current is None) == (state.foreground is None)


def test_what_can_be_done_with_a_caller_somebody_picks_up():
    on_the_way = Transfer(TransferKind.PICKUP, "sip:agent3@example.com", "Agent Three", "h1")
    state = state_with(Phase.HELD, held_for_anyone=True, transfer=on_the_way)
    view = a_view(calls=(a_call("c1", status=CallStatus.HELD, held_for_anyone=True, claimed_by="Agent Three"),))
    assert view.possible == {action for action in possible(state) if not isinstance(action, SetStatus)}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("claimed_by", ["", "agent3"])
def test_how_a_held_caller_can_be_picked_up(phase: Phase, claimed_by: str):
    row = replace(ROW, claimed_by=claimed_by)
    call = a_call("c1", status=CallStatus(phase.value))
    (held,) = a_view(calls=(call,), held_calls=(a_held_call(claimed_by=claimed_by),)).held_calls
    assert held.pick_up == pick_up_choices(Picker(state_with(phase), "here"), row)
