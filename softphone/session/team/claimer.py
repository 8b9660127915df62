"""Callers this agent picks up: runs one attempt each over the team's list and the calls."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

from softphone.errors import RefusedError, TakenError, UserFacingError
from softphone.model.actions import Choice, RequestHangUp
from softphone.model.call import Phase
from softphone.model.held_call import HeldCall, HeldEnd
from softphone.model.sip import Header
from softphone.model.ua_commands import Dial
from softphone.model.ua_events import CallEnded, CallEstablished, IncomingCall
from softphone.policy.calls.arrivals import ring_timer
from softphone.policy.calls.events import BridgeArrived, Finish, PickupArrived, TakeOver, TimerFired
from softphone.policy.pickup.attempt import (
    Abandon,
    Attempt,
    BridgeWanted,
    CallerCame,
    CallMade,
    CallOver,
    CallUp,
    ClaimWithdrawn,
    Fail,
    Lost,
    MakeCall,
    MarkGone,
    MarkPickedUp,
    PickupCommand,
    PickupEvent,
    Silence,
    Stage,
    Succeed,
    Target,
    TimeOver,
    Wait,
    Withdraw,
    Won,
    step,
)
from softphone.policy.pickup.permission import Picker, check_pick_up
from softphone.ports import Clock, HeldCalls, TimerHandle
from softphone.session.call_info import CallInfo, InfoSource
from softphone.session.call_manager import CallManager, Step
from softphone.session.dispatcher import Dispatcher
from softphone.session.identity import Identity
from softphone.session.pickup_token import with_token


@dataclass
class _Running:
    """One attempt and what belongs to it."""

    attempt: Attempt
    choice: Choice
    result: asyncio.Future[str]
    token: str = ""
    timers: list[TimerHandle] = field(default_factory=list)


class Claimer:
    """At most one attempt for each held caller."""

    def __init__(
        self,
        held_calls: HeldCalls,
        calls: CallManager,
        clock: Clock,
        identity: Identity,
        info: InfoSource,
        dispatcher: Dispatcher,
    ) -> None:
        self._held_calls = held_calls
        self._calls = calls
        self._clock = clock
        self._identity = identity
        self._info = info
        self._happening = dispatcher.happening
        self._running: dict[str, _Running] = {}
        self._early: dict[str, IncomingCall] = {}  # INVITEs that were faster than the answer to our claim

    def picker(self, offline: str) -> Picker:
        """What decides on picking up; *offline* says why the team's list cannot be asked."""
        return Picker(self._calls.state, self._held_calls.station, frozenset(self._running), offline)

    async def pick_up(self, row: str, choice: Choice | None, offline: str) -> str:
        """Pick the caller up; the id of the new call once the agent talks to them. Raises UserFacingError."""
        found = next((held for held in self._held_calls.held if held.id == row), None)
        try:
            held = check_pick_up(self.picker(offline), found, choice)
        except TakenError as error:
            raise TakenError(self._identity.name_of(error.by)) from error
        running = _Running(Attempt(held), choice or Choice.ANSWER, asyncio.get_running_loop().create_future())
        with self._happening():
            self._running[row] = running
        await self._claim(row, running)
        return await running.result

    async def _claim(self, row: str, running: _Running) -> None:
        try:
            claim = await self._held_calls.claim(row, self._identity.address())
        except TakenError as error:
            outcome: PickupEvent = Lost(f"{self._identity.name_of(error.by)} was faster.")
        except UserFacingError as error:
            outcome = Lost(str(error))
        else:
            running.token = claim.token
            outcome = Won(self._holder_is_gone(running.attempt.held))
        with self._happening():
            self._feed(row, outcome)
            self._look_at_early()

    def expects(self, event: IncomingCall, token: str) -> bool:
        """Take the INVITE with this token if it is one we have claimed, or may just be claiming."""
        for row, running in self._running.items():
            if running.token == token:
                self._take_in(row, event)
                return True
        claiming = any(running.attempt.stage is Stage.CLAIMING for running in self._running.values())
        if claiming and token not in self._early:
            self._early[token] = event
            return True
        return False

    def established(self, event: CallEstablished) -> None:
        """A call is up."""
        if row := self._row_of(event.call):
            self._feed(row, CallUp())

    def ended(self, event: CallEnded) -> None:
        """A call is over; heard before call control hears of it."""
        self._call_over(event.call, event.code)

    def follow(self, step: Step) -> None:
        """A call may be over without having got as far as the network."""
        for command in step.commands:
            if isinstance(command, Finish):
                self._call_over(command.call, 0)

    def stop(self) -> None:
        """Nobody is picked up any more."""
        for row in tuple(self._running):
            self._feed(row, TimeOver())

    # -- what the team's list tells

    def list_changed(self) -> None:
        """A holder may want to be called because the caller's side refuses REFER."""
        for held in self._held_calls.held:
            if held.wants_bridge and held.claimed_station == self._held_calls.station:
                self._feed(held.id, BridgeWanted())

    def claim_gone(self, row: str, why: str) -> None:
        """Our claim was taken back, or ran out."""
        self._feed(row, ClaimWithdrawn(why))

    def hold_ended(self, held: HeldCall, how: HeldEnd, by: str) -> None:
        """The caller is held no more."""
        words = {
            HeldEnd.RESUMED: f"{self._identity.name_of(held.holder)} took the caller back.",
            HeldEnd.PICKED_UP: f"{self._identity.name_of(by)} was faster.",
        }
        if how is not HeldEnd.PICKED_UP or by != self._identity.me():
            self._feed(held.id, ClaimWithdrawn(words.get(how, "The caller has hung up.")))

    # -- the attempt

    def _holder_is_gone(self, held: HeldCall) -> bool:
        """Also our own callers of before: their calls ended with the app or the user agent that held them."""
        return held.holder_gone or held.station == self._held_calls.station

    def _call_over(self, call: str, code: int) -> None:
        self._early = {token: event for token, event in self._early.items() if event.call != call}
        if row := self._row_of(call):
            self._feed(row, CallOver(code))

    def _row_of(self, call: str) -> str:
        return next((row for row, running in self._running.items() if running.attempt.call == call), "")

    def _feed(self, row: str, event: PickupEvent) -> None:
        running = self._running.get(row)
        if running is not None:
            with self._happening():
                self._advance(row, running, event)

    def _advance(self, row: str, running: _Running, event: PickupEvent) -> None:
        running.attempt, commands = step(running.attempt, event)
        for command in commands:
            self._carry_out(row, running, command)
        if running.attempt.stage is Stage.DONE and self._running.pop(row, None) is not None:
            for timer in running.timers:
                timer.cancel()

    def _carry_out(self, row: str, running: _Running, command: PickupCommand) -> None:
        match command:
            case Wait(silence, whole):
                now = self._clock.monotonic()
                running.timers.append(self._clock.call_at(now + silence, lambda: self._feed(row, Silence())))
                running.timers.append(self._clock.call_at(now + whole, lambda: self._feed(row, TimeOver())))
            case MakeCall(target):
                self._feed(row, self._make_call(running, target))
            case MarkPickedUp():
                self._held_calls.end(row, HeldEnd.PICKED_UP, self._identity.me())
            case MarkGone():
                self._held_calls.end(row, HeldEnd.ABANDONED)
            case Abandon():
                self._abandon(running.attempt.call)
            case Withdraw(why):
                self._held_calls.withdraw(row, why)
            case Succeed():
                _settle(running.result, running.attempt.call)
            case Fail(why):
                _settle(running.result, RefusedError(why))

    def _make_call(self, running: _Running, target: Target) -> CallMade:
        held, call = running.attempt.held, uuid4().hex
        try:
            dial = _dial(call, held, target, running.token)
            self._calls.begin(TakeOver(dial, running.choice), self._info.of_held(held))
        except (RefusedError, ValueError) as error:
            return CallMade("", str(error))
        return CallMade(call)

    def _abandon(self, call_id: str) -> None:
        call = self._calls.state.find(call_id)
        if call is not None and call.phase is Phase.DIALING:
            self._calls.feed(RequestHangUp(call_id))
        elif call is not None:  # still at the prompt, or waiting for the line: as if its ring time were over
            self._calls.feed(TimerFired(ring_timer(call_id)))

    def _take_in(self, row: str, event: IncomingCall) -> None:
        """The caller has come: the line is theirs."""
        running = self._running[row]
        if running.attempt.call:  # we are on the way to them ourselves
            self._turn_away(event, self._info.of_held(running.attempt.held, event.sip_call_id))
            return
        self._feed(row, CallerCame(event.call))
        info = self._info.of_held(running.attempt.held, event.sip_call_id)
        self._calls.begin(PickupArrived(event.call, running.choice), info)

    def _turn_away(self, event: IncomingCall, info: CallInfo) -> None:
        """An INVITE that nobody waits for any more."""
        self._calls.begin(BridgeArrived(event.call, ""), info)

    def _look_at_early(self) -> None:
        """Whoever came before it was clear that they may: now it is, unless another claim is still open."""
        early, self._early = self._early, {}
        for token, event in early.items():
            if not self.expects(event, token):
                self._turn_away(event, self._info.of_claimer(event))


def _dial(call: str, held: HeldCall, target: Target, token: str) -> Dial:
    if target is Target.ORBIT:
        return Dial(call, held.orbit)
    if target is Target.HOLDER:
        return Dial(call, with_token(held.holder_address, token))
    dialog = held.dialog
    if not dialog.remote_target:
        raise ValueError("The softphone that holds the caller is gone, and nobody knows where the caller is.")
    replaces = f"{dialog.sip_call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
    return Dial(call, dialog.remote_target, (Header("Require", "replaces"), Header("Replaces", replaces)))


def _settle(result: asyncio.Future[str], outcome: str | Exception) -> None:
    if result.done():
        return  # whoever asked has gone meanwhile
    if isinstance(outcome, Exception):
        result.set_exception(outcome)
    else:
        result.set_result(outcome)
