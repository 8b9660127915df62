"""Sending the other side of a call elsewhere by REFER: to an agent who picks them up, to a transfer's target, to park.

Until that has worked the call stays ours: whatever fails leaves the caller where they were.
"""

from __future__ import annotations

from dataclasses import replace

from softphone.model.call import Call, IllegalTransitionError, Passing, Phase, Way
from softphone.model.call_record import Outcome
from softphone.model.held_call import TOKEN_SECONDS
from softphone.model.ua_commands import HangUp, Refer
from softphone.policy.events import AskForBridge, Claimed, RejectClaim, StartTimer, StopTimer, Tell, Timer, TimerKind
from softphone.policy.state import State, Turn

_DIALOG_GONE = 481  # the end of the call is about to be told, or its own time will tell


def transfer(turn: Turn, call: Call, target: str) -> None:
    """The agent passes the call on (RFC 5589 section 6, unattended)."""
    if call.phase not in (Phase.ACTIVE, Phase.HELD):
        raise IllegalTransitionError("only a call you are talking on or hold can be passed on")
    if turn.state.switch is not None:
        raise IllegalTransitionError("another call is just being put on hold")
    must_not_be_passing(call)
    _begin(turn, call, Passing(Way.TRANSFER, target, target))


def park(turn: Turn, call: Call, orbit: str) -> None:
    """A server is to hold the caller in our place; tried once for each hold."""
    _begin(turn, replace(call, park_tried=True), Passing(Way.PARK, orbit, orbit))


def claimed(turn: Turn, call: Call, event: Claimed) -> None:
    """An agent has the right to pick this caller up. A call that is just being taken back cannot go."""
    if can_go(turn.state, call):
        _begin(turn, call, Passing(Way.PICKUP, event.target, event.name, event.by))
    else:
        turn.want(RejectClaim(call.id, "The caller was just taken back."))


def can_go(state: State, call: Call) -> bool:
    """Whether the caller can be sent to a claimer at this moment."""
    being_resumed = state.switch is not None and state.switch.to == call.id
    return call.phase is Phase.HELD and call.held_for_anyone and call.passing is None and not being_resumed


def _begin(turn: Turn, call: Call, passing: Passing) -> None:
    turn.put(replace(call, passing=passing))
    turn.want(Refer(call.id, passing.target), StartTimer(_timer(call), TOKEN_SECONDS))


def accepted(turn: Turn, call: Call) -> None:
    """The other side will try."""
    if call.passing is not None:
        turn.put(replace(call, passing=replace(call.passing, accepted=True)))


def refused(turn: Turn, call: Call, code: int) -> None:
    """The other side does not do REFER. A claimer can still come to us; everybody else has to be told."""
    passing = call.passing
    if passing is None or passing.bridge or code == _DIALOG_GONE:
        return
    if passing.way is Way.PICKUP and code:
        turn.want(AskForBridge(call.id))
    else:
        _give_up(turn, call, f"the other side does not let itself be passed on ({code or 'not sent'})")


def progress(turn: Turn, call: Call, code: int, *, final: bool) -> None:
    """The other side tells how its call to the target goes."""
    passing = call.passing
    if passing is None or passing.bridge:
        return
    if 200 <= code < 300:
        gone(turn, call)
    elif final and code >= 300:
        _give_up(turn, call, f"{passing.name} was not reached ({code})")


def gone(turn: Turn, call: Call) -> None:
    """The other side talks to the target now: our leg ends."""
    passing = call.passing
    if passing is None or passing.bridge or call.phase is Phase.ENDING:
        return
    outcome = Outcome.PICKED_UP if passing.way is Way.PICKUP else Outcome.TRANSFERRED
    why = {
        Way.PICKUP: f"{passing.name} picked the caller up.",
        Way.TRANSFER: f"The agent passed the call on to {passing.name}.",
        Way.PARK: f"The caller waits in the park orbit {passing.name}.",
    }[passing.way]
    ending = replace(call.to(Phase.ENDING), outcome=outcome, why=why, continued_by=passing.by, retry_due=False)
    turn.put(ending)
    turn.want(StopTimer(_timer(call)), HangUp(call.id))


def claim_gone(turn: Turn, call: Call) -> None:
    """The claimer does not come: the caller can be picked up again."""
    if call.passing is not None and call.passing.way is Way.PICKUP and not call.passing.bridge:
        forget(turn, call)


def time_over(turn: Turn, call: Call) -> None:
    """Nothing more was heard of it."""
    if call.passing is not None and call.phase is not Phase.BRIDGED:
        _give_up(turn, call, f"nothing was heard of {call.passing.name} in time")


def _give_up(turn: Turn, call: Call, why: str) -> None:
    way = call.passing.way if call.passing is not None else Way.TRANSFER
    if way is Way.PICKUP:
        turn.want(RejectClaim(call.id, f"The caller could not be picked up: {why}."))
    words = {
        Way.PICKUP: "The caller was not picked up and is still on hold here",
        Way.TRANSFER: "The call was not passed on and is still yours",
        Way.PARK: "The park orbit did not take the caller, who is on hold here",
    }[way]
    turn.want(Tell(call.id, f"{words}: {why}."))
    forget(turn, call)


def forget(turn: Turn, call: Call) -> Call:
    """The other side is not sent elsewhere any more."""
    turn.want(StopTimer(_timer(call)))
    return turn.put(replace(call, passing=None))


def must_not_be_passing(call: Call) -> None:
    """Raises IllegalTransitionError while the other side is on its way to somebody else."""
    if call.passing is not None:
        words = {
            Way.PICKUP: "{} is just picking this caller up",
            Way.TRANSFER: "this call is just being passed on to {}",
            Way.PARK: "this caller is just being parked at {}",
        }[call.passing.way]
        raise IllegalTransitionError(words.format(call.passing.name))


def _timer(call: Call) -> Timer:
    return Timer(TimerKind.PASSING, call.id)
