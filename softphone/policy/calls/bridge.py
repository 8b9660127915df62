"""A claimer calls us because the caller's side refuses REFER: this softphone joins the two and keeps out of it."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.call import Call, Phase, TransferKind
from softphone.model.call_record import Direction, Outcome
from softphone.model.ua_commands import Bridge, HangUp, Respond, Resume
from softphone.policy.calls import transfer
from softphone.policy.calls.events import BridgeArrived, RejectClaim, StartTimer, StopTimer, Timer, TimerKind
from softphone.policy.calls.state import Turn
from softphone.policy.calls.transfer import forget

TRIES = 5
"""How often the caller's side is asked to end the hold before the two cannot be joined."""


_NOBODY = "nobody"  # a claimer's call that is too late: no caller's, so it is not logged


def bridge_arrived(turn: Turn, event: BridgeArrived) -> None:
    """The claimer's INVITE: answered when the caller is still there for them."""
    held = turn.state.find(event.held)
    wanted_for = event.held or _NOBODY
    leg = Call(event.call, Direction.INCOMING, Phase.BRIDGED, outcome=Outcome.ANSWERED, bridge_for=wanted_for)
    if held is None or held.transfer is None or not _waits_for_bridge(held):
        turn.put(replace(leg, phase=Phase.ENDING, outcome=Outcome.UNAVAILABLE, last_resort=True))
        turn.want(Respond(leg.id, 480))
        return
    turn.put(replace(held, transfer=replace(held.transfer, bridge=leg.id)))
    turn.put(leg)
    turn.want(Respond(leg.id, 200))


def _waits_for_bridge(held: Call) -> bool:
    going = held.transfer
    return held.phase is Phase.HELD and going is not None and going.kind is TransferKind.PICKUP and not going.bridge


def leg_established(turn: Turn, leg: Call) -> None:
    """The claimer is on the line: take the caller off hold, towards them."""
    held = turn.state.find(leg.bridge_for)
    if leg.phase is Phase.ENDING:
        return
    if held is None or held.phase is not Phase.HELD or held.transfer is None:
        _hang_up(turn, leg)
        return
    turn.put(replace(held.to(Phase.BRIDGED), attempts=1, continued_by=held.transfer.by))
    turn.want(StopTimer(Timer(TimerKind.TRANSFER, held.id)), Resume(held.id), Bridge(held.id, leg.id))


def resume_refused(turn: Turn, held: Call) -> None:
    """Somebody else's offer was under way, most likely: try again (RFC 3261 section 14.1), then give up."""
    if held.retry_due:
        return
    if held.attempts < TRIES:
        turn.put(replace(held, retry_due=True))
        turn.want(StartTimer(Timer(TimerKind.RETRY, held.id), 0.2, 1.0))
        return
    leg = turn.state.find(held.transfer.bridge) if held.transfer else None
    turn.want(RejectClaim(held.id, "The caller's side could not be taken off hold."))
    forget(turn, replace(held.to(Phase.HELD), attempts=0, continued_by=""))
    if leg is not None and leg.phase is Phase.BRIDGED:
        _hang_up(turn, leg)


def time_over(turn: Turn, held: Call) -> None:
    """The claimer did not get to the caller in time; a call of theirs that is not up yet ends."""
    leg = turn.state.find(held.transfer.bridge) if held.transfer else None
    transfer.time_over(turn, held)
    if leg is not None and leg.phase is Phase.BRIDGED and held.phase is not Phase.BRIDGED:
        _hang_up(turn, leg)


def one_side_ended(turn: Turn, ended: Call) -> None:
    """*ended* is over and taken out: the other side of the bridge follows, unless the two were not joined yet."""
    if ended.bridge_for:
        held = turn.state.find(ended.bridge_for)
        if held is None or held.transfer is None or held.transfer.bridge != ended.id:
            return
        if held.phase is Phase.BRIDGED:
            _hang_up(turn, replace(held, outcome=Outcome.PICKED_UP, why=f"{held.transfer.name} picked the caller up."))
        elif held.phase is Phase.HELD:
            forget(turn, held)
    elif ended.transfer is not None and ended.transfer.bridge:
        leg = turn.state.find(ended.transfer.bridge)
        if leg is not None and leg.phase is Phase.BRIDGED:
            _hang_up(turn, leg)


def hang_up_both(turn: Turn, call: Call) -> None:
    """The agent whose softphone joins the two ends it for both; *call* is either of them."""
    held = turn.state.call(call.bridge_for) if call.bridge_for else call
    leg = turn.state.find(held.transfer.bridge) if held.transfer else None
    for each in (replace(held, outcome=Outcome.PICKED_UP, why="The agent hung up for both."), leg):
        if each is not None and each.phase is Phase.BRIDGED:
            _hang_up(turn, each)


def _hang_up(turn: Turn, call: Call) -> None:
    if call.retry_due:
        turn.want(StopTimer(Timer(TimerKind.RETRY, call.id)))
    turn.put(replace(call.to(Phase.ENDING), retry_due=False))
    turn.want(HangUp(call.id))
