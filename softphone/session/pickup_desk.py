"""Callers this agent picks up: runs one attempt each over the team's list and the calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from softphone.errors import GoneError, RefusedError, TakenError, UserFacingError
from softphone.model.actions import Choice, RequestHangUp
from softphone.model.call import NoAnswerPlan, Phase
from softphone.model.held_call import TOKEN_SECONDS, HeldCall, HeldEnd
from softphone.model.profile import NoAnswer
from softphone.model.sip import Header
from softphone.model.ua_commands import Dial
from softphone.model.ua_events import IncomingCall
from softphone.policy.arrivals import ring_timer
from softphone.policy.choices import CAN_BE_HELD
from softphone.policy.events import Arrived, TakeOver, TimerFired
from softphone.policy.pickup import (
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
from softphone.policy.state import CALL_LIMIT
from softphone.ports import Clock, HeldCalls, TimerHandle
from softphone.session.addresses import with_token
from softphone.session.call_manager import CallManager
from softphone.session.held_facts import HeldFacts
from softphone.session.who import Who


@dataclass
class _Running:
    """One attempt and what belongs to it."""

    attempt: Attempt
    choice: Choice
    result: asyncio.Future[str]
    token: str = ""
    timers: list[TimerHandle] = field(default_factory=list)


class PickupDesk:
    """At most one attempt for each held caller."""

    def __init__(
        self,
        held_calls: HeldCalls,
        calls: CallManager,
        clock: Clock,
        who: Who,
        facts: HeldFacts,
        changed: Callable[[], None],
    ) -> None:
        self._held_calls = held_calls
        self._calls = calls
        self._clock = clock
        self._who = who
        self._facts = facts
        self._changed = changed
        self._running: dict[str, _Running] = {}
        self._early: dict[str, IncomingCall] = {}  # INVITEs that were faster than the answer to our claim
        held_calls.on_change(self._look_for_bridges)
        held_calls.on_claim_gone(lambda row, why: self._feed(row, ClaimWithdrawn(why)))
        held_calls.on_end(self._ended)

    @property
    def picking(self) -> frozenset[str]:
        """The rows that are being picked up here."""
        return frozenset(self._running)

    async def pick_up(self, row: str, choice: Choice | None) -> str:
        """Pick the caller up; the id of the new call once the agent talks to them. Raises UserFacingError."""
        held = self._checked(row, choice)
        running = _Running(Attempt(held), choice or Choice.ANSWER, asyncio.get_running_loop().create_future())
        self._running[row] = running
        self._changed()
        try:
            claim = await self._held_calls.claim(row, self._who.address())
        except TakenError as error:
            self._feed(row, Lost(f"{self._who.name_of(error.by)} was faster."))
        except UserFacingError as error:
            self._feed(row, Lost(str(error)))
        else:
            running.token = claim.token
            self._feed(row, Won(self._holder_is_gone(held)))
        self._look_at_early()
        return await running.result

    def expects(self, event: IncomingCall, token: str) -> bool:
        """Take the INVITE with this token if it is one we have claimed, or may just be claiming."""
        for row, running in self._running.items():
            if running.token == token:
                self._take_in(row, event)
                return True
        if any(running.attempt.stage is Stage.CLAIMING for running in self._running.values()):
            self._early[token] = event
            return True
        return False

    def established(self, call: str) -> None:
        """A call is up."""
        if row := self._row_of(call):
            self._feed(row, CallUp())

    def ended(self, call: str, code: int) -> None:
        """A call is over."""
        self._early = {token: event for token, event in self._early.items() if event.call != call}
        if row := self._row_of(call):
            self._feed(row, CallOver(code))

    def stop(self) -> None:
        """Nobody is picked up any more."""
        for row in tuple(self._running):
            self._feed(row, TimeOver())

    def _checked(self, row: str, choice: Choice | None) -> HeldCall:
        held = next((held for held in self._held_calls.held if held.id == row), None)
        if held is None:
            raise GoneError("This caller is not held any more.")
        if row in self._running:
            raise RefusedError("You are picking this caller up already.")
        if held.claimed_by:
            raise TakenError(self._who.name_of(held.claimed_by))
        if held.station == self._held_calls.station and self._calls.state.find(held.call) and not held.orbit:
            raise RefusedError("This caller is on hold here: choose Resume.")
        self._check_line(choice)
        return held

    def _check_line(self, choice: Choice | None) -> None:
        state = self._calls.state
        current = state.foreground
        if len(state.calls) >= CALL_LIMIT:
            raise RefusedError(f"{CALL_LIMIT} calls at once are the limit.")
        if state.switch is not None:
            raise RefusedError("Another call is just being put on hold.")
        if current is None:
            return
        if choice not in (Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER):
            raise RefusedError("You are on a call: hold it or hang it up to pick this caller up.")
        if choice is Choice.HOLD_AND_ANSWER and current.phase not in CAN_BE_HELD:
            raise RefusedError("The current call is not up yet and cannot be put on hold.")

    def _holder_is_gone(self, held: HeldCall) -> bool:
        """Also our own callers of before: their calls ended with the app or the user agent that held them."""
        return held.holder_gone or held.station == self._held_calls.station

    def _row_of(self, call: str) -> str:
        return next((row for row, running in self._running.items() if running.attempt.call == call), "")

    # -- the attempt

    def _feed(self, row: str, event: PickupEvent) -> None:
        running = self._running.get(row)
        if running is None:
            return
        running.attempt, commands = step(running.attempt, event)
        for command in commands:
            self._carry_out(row, running, command)
        if running.attempt.stage is Stage.DONE and self._running.pop(row, None) is not None:
            for timer in running.timers:
                timer.cancel()
        self._changed()

    def _carry_out(self, row: str, running: _Running, command: PickupCommand) -> None:
        match command:
            case Wait(silence, whole):
                now = self._clock.monotonic()
                running.timers.append(self._clock.call_at(now + silence, lambda: self._feed(row, Silence())))
                running.timers.append(self._clock.call_at(now + whole, lambda: self._feed(row, TimeOver())))
            case MakeCall(target):
                self._feed(row, self._make_call(running, target))
            case MarkPickedUp():
                self._held_calls.end(row, HeldEnd.PICKED_UP, self._who.me())
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
            self._calls.take_over(TakeOver(dial, running.choice), self._facts.of(held))
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
            self._calls.turn_away(event, self._facts.of(running.attempt.held, event.sip_call_id))
            return
        plan = NoAnswerPlan(NoAnswer.HANG_UP, "", "")
        arrived = Arrived(event.call, True, True, False, TOKEN_SECONDS, plan, pickup=running.choice)
        self._feed(row, CallerCame(event.call))
        self._calls.receive_as(arrived, self._facts.of(running.attempt.held, event.sip_call_id))

    def _look_at_early(self) -> None:
        """Whoever came before it was clear that they may: now it is, unless another claim is still open."""
        early, self._early = self._early, {}
        for token, event in early.items():
            if not self.expects(event, token):
                self._calls.turn_away(event, self._facts.of_stranger(event))

    # -- what the team's list tells

    def _look_for_bridges(self) -> None:
        for held in self._held_calls.held:
            if held.wants_bridge and held.claimed_station == self._held_calls.station:
                self._feed(held.id, BridgeWanted())

    def _ended(self, held: HeldCall, how: HeldEnd, by: str) -> None:
        words = {
            HeldEnd.RESUMED: f"{self._who.name_of(held.holder)} took the caller back.",
            HeldEnd.PICKED_UP: f"{self._who.name_of(by)} was faster.",
        }
        if how is not HeldEnd.PICKED_UP or by != self._who.me():
            self._feed(held.id, ClaimWithdrawn(words.get(how, "The caller has hung up.")))


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
