"""Every order of things: a breadth-first walk over all reachable states of call control.

The walk drives the machine with everything the network, the timers and the agent could do next
(``world.py``) and checks the invariants in each state it reaches.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace

import pytest

from softphone.model.actions import Choice
from softphone.model.call import LINE_IN_USE, OFFERED, IllegalTransitionError, Phase
from softphone.model.tone import ToneKind
from softphone.model.view import PromptKind
from softphone.policy import bridging, holding
from softphone.policy.call_waiting import Situation
from softphone.policy.events import Arrived, Event, Finish, HoldRules, Timer, TimerKind
from softphone.policy.ringing import prompt_of, tone_of
from softphone.policy.state import State

from .world import Team, World, arrival, essence, ring_timers

WAITS = arrival("?")
QUEUES = arrival("?", call_waiting=False)
NOT_DIRECT = arrival("?", direct=False)
BYPASSES = arrival("?", bypass=True)
PICKED_UP = replace(arrival("?"), pickup=Choice.HOLD_AND_ANSWER)
PICKED_UP_INSTEAD = replace(arrival("?"), pickup=Choice.HANGUP_AND_ANSWER)

Origins = dict[tuple[object, ...], tuple[World, Event] | None]


def walk(
    arrivals: tuple[Arrived, ...], limit: int, *, own: bool, team: Team = Team.NOBODY, rules: HoldRules | None = None
) -> tuple[int, int]:
    """Visit everything; gives the numbers of states and of steps."""
    start = World(State(rules=rules or HoldRules()))
    came_from: Origins = {essence(start): None}
    todo, steps = deque([start]), 0
    while todo:
        world = todo.popleft()
        for event in world.possible_events(arrivals, limit, own=own, team=team):
            steps += 1
            try:
                after, commands = world.after(event)
                check_step(world, after, commands)
                kind = essence(after)
                if kind not in came_from:
                    check_state(after)
                    came_from[kind] = (world, event)
                    todo.append(after)
            except (AssertionError, IllegalTransitionError) as error:
                raise AssertionError(f"{error}, after\n{story(came_from, world)}\n{event}") from error
    return len(came_from), steps


def story(came_from: Origins, world: World) -> str:
    """How the walk came here, one line an event."""
    lines = []
    while (step := came_from[essence(world)]) is not None:
        phases = ", ".join(f"{call.id} {call.phase}" for call in world.state.calls)
        lines.append(f"{step[1]} -> {phases}")
        world = step[0]
    return "\n".join(reversed(lines))


def check_state(world: World) -> None:
    state = world.state
    phases = Counter(call.phase for call in state.calls)
    assert sum(phases[phase] for phase in LINE_IN_USE) <= 1, "two calls have the agent's ear"
    waiting = bool(phases[Phase.RINGING] or phases[Phase.WAITING])
    assert (prompt_of(state) is not None) == waiting, "the prompt is up exactly while somebody waits"
    beeping = tone_of(state) is ToneKind.BEEP
    assert beeping == (prompt_of(state) is PromptKind.CALL_WAITING and not state.beep_muted)
    assert not (phases[Phase.RINGING] and phases[Phase.WAITING])
    assert not phases[Phase.RINGING] or state.situation is Situation.FREE
    begun = {call.id for call in state.calls if not (call.dial and call.phase is Phase.ACCEPTED)}
    assert begun == {leg.id for leg in world.legs}, "a call without an owner"
    unanswered = {call.id for call in state.calls if call.phase in OFFERED}
    with_clock = ring_timers(world)
    assert unanswered <= with_clock, "somebody waits without an end"
    accepted = {call.id for call in state.calls if call.phase is Phase.ACCEPTED}
    check_team(world)
    assert with_clock <= unanswered | accepted
    assert bool(accepted) <= (state.switch is not None), "a yes that nothing carries out"
    for leg in world.legs:
        call = state.call(leg.id)
        assert leg.ending == (call.phase is Phase.ENDING)
        assert not call.retry_due or call.phase in (Phase.HOLDING, Phase.RESUMING, Phase.BRIDGED)


def check_team(world: World) -> None:
    """Nobody held for anyone is forgotten, nobody on the way elsewhere waits without an end, bridges have two ends."""
    calls, timers = {call.id: call for call in world.state.calls}, world.timers
    for call in calls.values():
        waits = call.phase is Phase.HELD and call.held_for_anyone and call.passing is None
        assert call.watched == waits
        assert (
            not waits
            or call.recall
            or Timer(TimerKind.RECALL, call.id) in timers
            or not world.state.rules.recall_seconds
        )
        going = call.passing is not None and call.phase not in (Phase.BRIDGED, Phase.ENDING)
        assert (Timer(TimerKind.PASSING, call.id) in timers) == going, "somebody is sent elsewhere without an end"
        if call.phase is Phase.BRIDGED and not call.bridge_for:
            assert call.passing is not None and calls[call.passing.bridge].phase is not Phase.ACTIVE
        if call.bridge_for and call.phase is Phase.BRIDGED:
            held = calls[call.bridge_for]
            assert held.phase in (Phase.HELD, Phase.BRIDGED) and held.passing is not None


def check_step(before: World, after: World, commands: tuple[object, ...]) -> None:
    gone = {call.id for call in before.state.calls} - {call.id for call in after.state.calls}
    logged = [command.call for command in commands if isinstance(command, Finish)]
    assert sorted(gone) == sorted(logged), "a call is logged exactly when it goes"
    assert not {timer.call for timer in after.timers} & gone, "a timer outlives its call"


@pytest.mark.parametrize(
    ("arrivals", "limit", "own", "tries"),
    [
        pytest.param((WAITS, QUEUES, NOT_DIRECT, BYPASSES), 2, True, 3, id="two calls of every kind, every retry"),
        pytest.param((WAITS,), 3, False, 2, id="three calls on the direct line"),
    ],
)
@pytest.mark.timeout(300)
def test_the_invariants_hold_in_every_reachable_state(
    arrivals: tuple[Arrived, ...],
    limit: int,
    own: bool,
    tries: int,
    monkeypatch: pytest.MonkeyPatch,
    record_property: pytest.RecordProperty,
) -> None:
    monkeypatch.setattr(holding, "TRIES", tries)
    states, steps = walk(arrivals, limit, own=own)
    record_property("walked", f"{states:,} states in {steps:,} steps")
    assert states > 10_000


RECALLS = HoldRules(0.0, 180.0)


@pytest.mark.parametrize(
    ("arrivals", "team", "own", "rules"),
    [
        pytest.param((WAITS,), Team.HOLDER, False, RECALLS, id="a claimer comes, is bridged, or does not come"),
        pytest.param((WAITS,), Team.TRANSFERS, False, RECALLS, id="calls are passed on"),
        pytest.param((WAITS, PICKED_UP, PICKED_UP_INSTEAD), Team.PICKER, True, HoldRules(), id="callers picked up"),
        pytest.param((WAITS,), Team.HOLDER, False, HoldRules(0.0, 0.0, "sip:701@example.com"), id="park orbit"),
    ],
)
@pytest.mark.timeout(300)
def test_the_invariants_hold_in_every_state_a_team_can_reach(
    arrivals: tuple[Arrived, ...],
    team: Team,
    own: bool,
    rules: HoldRules,
    monkeypatch: pytest.MonkeyPatch,
    record_property: pytest.RecordProperty,
) -> None:
    monkeypatch.setattr(holding, "TRIES", 1)
    monkeypatch.setattr(bridging, "TRIES", 2)
    states, steps = walk(arrivals, 2, own=own, team=team, rules=rules)
    record_property("walked", f"{states:,} states in {steps:,} steps")
    assert states > 1_000
