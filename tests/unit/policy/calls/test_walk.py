"""Every order of things: a breadth-first walk over all reachable states of call control.

The walk drives the machine with everything the network, the timers and the agent could do next
(``world.py``) and checks the invariants in each state it reaches.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from softphone.model import actions
from softphone.model.actions import Action, CallAction, Choice, Choose, MuteBeep, RequestDial, SetStatus
from softphone.model.call import LINE_IN_USE, UNANSWERED, IllegalTransitionError, Phase
from softphone.model.profile import AgentStatus
from softphone.model.tone import ToneKind
from softphone.model.view import PromptKind
from softphone.policy.calls import bridge, holding
from softphone.policy.calls.control import step
from softphone.policy.calls.events import Arrived, Event, Finish, HoldRules, PickupArrived, Timer, TimerKind
from softphone.policy.calls.possible import possible
from softphone.policy.calls.prompt import prompt_of, tone_of
from softphone.policy.calls.state import State
from softphone.policy.rule.call_waiting import Situation

from .world import Team, World, arrival, essence, filled_in, ring_timers

WAITS = arrival("?")
QUEUES = arrival("?", call_waiting=False)
NOT_DIRECT = arrival("?", direct=False)
BYPASSES = arrival("?", bypass=True)
PICKED_UP = PickupArrived("?", Choice.HOLD_AND_ANSWER)
PICKED_UP_INSTEAD = PickupArrived("?", Choice.HANGUP_AND_ANSWER)

pytestmark = pytest.mark.slow
A = TypeVar("A", bound=Action)
Origins = dict[tuple[object, ...], tuple[World, Event] | None]


def walk(
    arrivals: tuple[Arrived | PickupArrived, ...],
    limit: int,
    *,
    own: bool,
    team: Team = Team.NOBODY,
    rules: HoldRules | None = None,
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
    unanswered = {call.id for call in state.calls if call.phase in UNANSWERED}
    with_clock = ring_timers(world)
    assert unanswered <= with_clock, "somebody waits without an end"
    accepted = {call.id for call in state.calls if call.phase is Phase.ACCEPTED}
    check_team(world)
    check_actions(state)
    assert with_clock <= unanswered | accepted
    assert bool(accepted) <= (state.switch is not None), "a yes that nothing carries out"
    for leg in world.legs:
        call = state.call(leg.id)
        assert leg.ending == (call.phase is Phase.ENDING)
        assert not call.retry_due or call.phase in (Phase.HOLDING, Phase.RESUMING, Phase.BRIDGED)


def check_actions(state: State) -> None:
    """What is offered is what is accepted: every possible action takes a step, every other one is refused in words."""
    offered = possible(state)
    for action in every_action(state):
        try:
            step(state, filled_in(action))
            accepted = True
        except IllegalTransitionError as error:
            assert str(error)
            accepted = False
        assert accepted == (action in offered), f"{action} is {'accepted' if accepted else 'refused'}"


def every_action(state: State) -> Iterator[Action]:
    """All there are, as templates: for each call there is and for one that is gone."""
    for kind in subclasses(CallAction):
        for call in (*(call.id for call in state.calls), "gone"):
            yield from (Choose(call, choice) for choice in Choice) if kind is Choose else (kind(call),)
    yield from (SetStatus(status) for status in AgentStatus)
    yield from (MuteBeep(muted) for muted in (True, False))
    yield RequestDial("", "")


def subclasses(base: type[A]) -> list[type[A]]:
    return [
        kind
        for kind in vars(actions).values()
        if isinstance(kind, type) and issubclass(kind, base) and kind is not base
    ]


def check_team(world: World) -> None:
    """Nobody held for anyone is forgotten, nobody on the way elsewhere waits without an end, bridges have two ends."""
    calls, timers = {call.id: call for call in world.state.calls}, world.timers
    for call in calls.values():
        waits = call.phase is Phase.HELD and call.held_for_anyone and call.transfer is None
        assert call.watched == waits
        assert not waits or call.listed
        assert not call.listed or call.held_for_anyone
        assert (
            not waits
            or call.id in world.state.recalls
            or Timer(TimerKind.RECALL, call.id) in timers
            or not world.state.rules.recall_seconds
        )
        going = call.transfer is not None and call.phase not in (Phase.BRIDGED, Phase.ENDING)
        assert (Timer(TimerKind.TRANSFER, call.id) in timers) == going, "somebody is sent elsewhere without an end"
        if call.phase is Phase.BRIDGED and not call.bridge_for:
            assert call.transfer is not None and calls[call.transfer.bridge].phase is not Phase.ACTIVE
        if call.bridge_for and call.phase is Phase.BRIDGED:
            held = calls[call.bridge_for]
            assert held.phase in (Phase.HELD, Phase.BRIDGED) and held.transfer is not None


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
    arrivals: tuple[Arrived | PickupArrived, ...],
    limit: int,
    own: bool,
    tries: int,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
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
        pytest.param((WAITS,), Team.TRANSFERS, False, RECALLS, id="calls are transferred"),
        pytest.param((WAITS, PICKED_UP, PICKED_UP_INSTEAD), Team.PICKER, True, HoldRules(), id="callers picked up"),
        pytest.param((WAITS,), Team.HOLDER, False, HoldRules(0.0, 0.0, "sip:701@example.com"), id="park orbit"),
    ],
)
@pytest.mark.timeout(300)
def test_the_invariants_hold_in_every_state_a_team_can_reach(
    arrivals: tuple[Arrived | PickupArrived, ...],
    team: Team,
    own: bool,
    rules: HoldRules,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    monkeypatch.setattr(holding, "TRIES", 1)
    monkeypatch.setattr(bridge, "TRIES", 2)
    states, steps = walk(arrivals, 2, own=own, team=team, rules=rules)
    record_property("walked", f"{states:,} states in {steps:,} steps")
    assert states > 1_000
