"""The smallest honest world around call control: what the network and the clock could do next.

It keeps what the commands have set going (timers, re-INVITEs, final answers) and offers exactly the
events that can follow, so that a walk over all of them visits every order in which things can happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from softphone.model.actions import (
    Action,
    Choice,
    Choose,
    LeaveOnHold,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
    RequestTransfer,
)
from softphone.model.call import Call, NoAnswerPlan, Phase, TransferKind
from softphone.model.profile import NoAnswer
from softphone.model.ua_commands import Bridge, Dial, HangUp, Hold, Refer, Respond, Resume
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallProgress,
    EngineLost,
    HoldConfirmed,
    HoldRefused,
    ReferAccepted,
    ReferProgress,
    ReferRefused,
    ResumeConfirmed,
    ResumeRefused,
)
from softphone.policy.calls.control import step
from softphone.policy.calls.events import (
    Arrived,
    AskForBridge,
    BridgeArrived,
    Claimed,
    ClaimGone,
    Command,
    Event,
    Finish,
    Leaving,
    ListingLost,
    PickedUp,
    PickupArrived,
    RejectClaim,
    StartTimer,
    StopTimer,
    TakeOver,
    Timer,
    TimerFired,
    TimerKind,
)
from softphone.policy.calls.possible import CAN_BE_HELD, possible
from softphone.policy.calls.state import State

PLAN = NoAnswerPlan(NoAnswer.VOICEMAIL, "sip:vm@example.com", "sip:agent1@example.com")


def arrival(call: str, *, direct: bool = True, call_waiting: bool = True, bypass: bool = False) -> Arrived:
    return Arrived(call, direct, call_waiting, bypass, 60.0, PLAN)


@dataclass(frozen=True, slots=True)
class Leg:
    """One call as the network sees it."""

    id: str
    up: bool = False  # 200 sent or received and acknowledged
    answered: bool = False  # 200 sent, ACK outstanding
    asked: str = ""  # hold or resume: the last one asked for, whose result is still to come
    ending: bool = False  # final answer, BYE or CANCEL sent
    dialed: bool = False
    referred: bool = False  # a REFER is on its way, or its outcome is still to come


class Team(Enum):
    """What colleagues have to do with this agent's calls."""

    NOBODY = 0
    HOLDER = 1  # callers held for anyone are claimed, picked up, bridged
    PICKER = 2  # the agent goes on with callers others hold
    TRANSFERS = 3


@dataclass(frozen=True, slots=True)
class World:
    """State of call control and of everything around it."""

    state: State = field(default_factory=State)
    legs: tuple[Leg, ...] = ()
    timers: frozenset[Timer] = frozenset()
    arrived: int = 0
    finished: frozenset[str] = frozenset()
    bridges_asked: frozenset[str] = frozenset()

    def after(self, event: Event) -> tuple[World, tuple[Command, ...]]:
        """The world once *event* has happened and its commands have been carried out."""
        legs = {leg.id: leg for leg in self.legs}
        _happen(legs, event)
        timers = set(self.timers)
        if isinstance(event, TimerFired):
            timers.discard(event.timer)
        finished = set(self.finished)
        bridges_asked = set(self.bridges_asked)
        state, commands = step(self.state, event)
        for command in commands:
            _carry_out(legs, timers, command)
            if isinstance(command, Finish):
                assert command.call not in finished, f"{command.call} was logged twice"
                finished.add(command.call)
                bridges_asked.discard(command.call)
            elif isinstance(command, AskForBridge):
                bridges_asked.add(command.call)
            elif isinstance(command, RejectClaim):
                bridges_asked.discard(command.call)
        if isinstance(event, BridgeArrived):
            bridges_asked.discard(event.held)
        if isinstance(event, EngineLost):
            legs.clear()
        arrived = self.arrived + isinstance(event, Arrived | PickupArrived | RequestDial | TakeOver | BridgeArrived)
        world = World(
            state, tuple(legs.values()), frozenset(timers), arrived, frozenset(finished), frozenset(bridges_asked)
        )
        return world, commands

    def possible_events(
        self, arrivals: tuple[Arrived | PickupArrived, ...], limit: int, *, own: bool, team: Team = Team.NOBODY
    ) -> Iterator[Event]:
        """Everything that can happen next with *limit* calls in all: network, timers, agent, colleagues.

        *own*: the agent also dials, holds and resumes without a prompt. *team*: what colleagues have to do with it.
        """
        if team is Team.HOLDER:
            yield from self._claims(limit)
        elif team is Team.PICKER:
            yield from self._take_overs(limit)
        if self.arrived < limit:
            for kind in arrivals:
                yield replace(kind, call=f"n{self.arrived + 1}")
            if own and self.state.foreground is None and self.state.switch is None:
                yield RequestDial(f"n{self.arrived + 1}", "sip:x@example.com")
        for leg in self.legs:
            yield from _network(leg)
        for timer in self.timers:
            yield TimerFired(timer)
        yield from self._agent(own, team)
        if self.legs:
            yield EngineLost(-9, 0.0)
            yield Leaving()

    def _agent(self, own: bool, team: Team) -> Iterator[Event]:
        kinds = {Choose, RequestHangUp, *_OF_THE_TEAM[team], *((RequestHold, RequestResume) if own else ())}
        for action in sorted(possible(self.state), key=repr):
            if type(action) in kinds:
                yield filled_in(action)

    def _claims(self, limit: int) -> Iterator[Event]:
        for held in self.bridges_asked:
            if self.arrived < limit:
                yield BridgeArrived(f"n{self.arrived + 1}", held)
        for call in self.state.calls:
            if call.held_for_anyone and call.phase in (Phase.HELD, Phase.RESUMING) and call.transfer is None:
                yield Claimed(call.id, "agent2", "Agent Two", "sip:agent2@example.com;pickup=t")
            if call.transfer is not None and call.transfer.kind is TransferKind.PICKUP:
                yield ClaimGone(call.id)
                yield PickedUp(call.id)
            if call.listed:
                yield ListingLost(call.id)

    def _take_overs(self, limit: int) -> Iterator[Event]:
        current = self.state.foreground
        if self.arrived < limit and self.state.switch is None and (current is None or current.phase in CAN_BE_HELD):
            for choice in (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER):
                yield TakeOver(Dial(f"n{self.arrived + 1}", "sip:customer@example.com"), choice)


_OF_THE_TEAM: dict[Team, tuple[type[Action], ...]] = {
    Team.NOBODY: (),
    Team.HOLDER: (RequestHoldForAnyone, LeaveOnHold),
    Team.PICKER: (),
    Team.TRANSFERS: (RequestTransfer,),
}


def filled_in(action: Action) -> Action:
    """*action* with something in the fields that only an agent can fill in."""
    words = {"target": "sip:elsewhere@example.com", "digits": "5", "call": "dialled"}
    return replace(action, **{name: words[name] for name in action.to_fill_in})


def _network(leg: Leg) -> Iterator[Event]:
    yield CallEnded(leg.id, 487, "", not leg.ending, 0.0)
    if leg.answered and not leg.up:
        yield CallEstablished(leg.id, 0.0)
    if leg.dialed and not leg.up and not leg.ending:
        yield CallEstablished(leg.id, 0.0)
        yield CallProgress(leg.id, 180, "Ringing")
    if leg.referred and not leg.ending:
        yield ReferAccepted(leg.id)
        yield ReferRefused(leg.id, 603)
        yield ReferProgress(leg.id, 200, True)
        yield ReferProgress(leg.id, 486, True)
    if leg.asked == "hold":
        yield HoldConfirmed(leg.id)
        yield HoldRefused(leg.id, 491)
    elif leg.asked:
        yield ResumeConfirmed(leg.id)
        yield ResumeRefused(leg.id, 491)


def _happen(legs: dict[str, Leg], event: Event) -> None:
    match event:
        case Arrived(call=call) | PickupArrived(call=call):
            legs[call] = Leg(call)
        case CallEnded(call=call):
            del legs[call]
        case BridgeArrived(call=call):
            legs[call] = Leg(call)
        case ReferRefused(call=call) | ReferProgress(call=call):
            legs[call] = replace(legs[call], referred=False)
        case CallEstablished(call=call):
            legs[call] = replace(legs[call], up=True)
        case HoldConfirmed(call=call) | HoldRefused(call=call) | ResumeConfirmed(call=call) | ResumeRefused(call=call):
            legs[call] = replace(legs[call], asked="")


def _carry_out(legs: dict[str, Leg], timers: set[Timer], command: Command) -> None:
    match command:
        case StartTimer(timer=timer):
            timers.add(timer)
        case StopTimer(timer=timer):
            timers.discard(timer)
        case Dial(call=call):
            legs[call] = Leg(call, dialed=True)
        case Respond(call=call, code=code):
            leg = legs[call]
            assert not leg.ending and not (leg.answered and code >= 200), f"a second final answer for {call}"
            legs[call] = replace(leg, answered=code == 200, ending=code >= 300)
        case Refer(call=call):
            assert legs[call].up, "a REFER before the call is up"
            legs[call] = replace(legs[call], referred=True)
        case Bridge(call=call, other=other):
            assert legs[call].up and legs[other].up, "a bridge before both calls are up"
        case HangUp(call=call):
            legs[call] = replace(legs[call], ending=True)
        case Hold(call=call) | Resume(call=call):
            leg = legs[call]
            assert leg.up, "a re-INVITE before the call is up"
            word = "hold" if isinstance(command, Hold) else "resume"
            legs[call] = replace(leg, asked=word)


def ring_timers(world: World) -> set[str]:
    return {timer.call for timer in world.timers if timer.kind is TimerKind.RING_TIME}


def essence(world: World) -> tuple[object, ...]:
    """What can still matter of a world: no names (the order of calls counts), no words, no calls long gone."""
    order = {call.id: index for index, call in enumerate(world.state.calls)}
    switch = world.state.switch
    return (
        tuple(_call_essence(call, order) for call in world.state.calls),
        switch and (order[switch.leaving], order[switch.to]),
        world.state.status,
        world.state.beep_muted,
        tuple(order[call] for call in world.state.recalls),
        tuple(
            (order[leg.id], leg.up, leg.answered, leg.asked, leg.ending, leg.dialed, leg.referred) for leg in world.legs
        ),
        frozenset(order[call] for call in world.bridges_asked if call in order),
        frozenset((timer.kind, order[timer.call]) for timer in world.timers),
        world.arrived,
    )


def _call_essence(call: Call, order: dict[str, int]) -> tuple[object, ...]:
    return (
        call.direction,
        call.phase,
        call.direct,
        call.call_waiting,
        call.bypass,
        call.outcome is None,
        call.talked,
        call.held_for_anyone,
        call.remote_ringing,
        call.ring_time_over,
        call.attempts,
        call.retry_due,
        order.get(call.instead_of),
        call.last_resort,
        call.dial is not None,
        call.transfer and (call.transfer.kind, order.get(call.transfer.bridge)),
        order.get(call.bridge_for),
        bool(call.continued_by),
        call.listed,
        call.watched,
        call.park_tried,
    )
