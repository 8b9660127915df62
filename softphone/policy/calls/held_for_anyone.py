"""Callers held for anyone: how they come to be, and that nobody forgets them."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.actions import LeaveOnHold, RequestHoldForAnyone
from softphone.model.call import Call, Phase
from softphone.model.ua_commands import OutliveApp
from softphone.policy.calls.events import ListHeld, ListingLost, StartTimer, StopTimer, Tell, Timer, TimerKind
from softphone.policy.calls.holding import hold
from softphone.policy.calls.state import Turn
from softphone.policy.calls.transfer import park


def request_hold_for_anyone(turn: Turn, call: Call, _action: RequestHoldForAnyone) -> None:
    """The agent lets go of a call: any permitted colleague may continue it."""
    if call.phase is Phase.ACTIVE:
        hold(turn, call, for_anyone=True)
    else:
        turn.put(replace(call, held_for_anyone=True))


def settle_waiting(turn: Turn) -> None:
    """Whoever waits for anyone is in the team's list, and reminder and recall run exactly as long.

    A park orbit is asked to take them first, once for each hold.
    """
    for call in turn.state.calls:
        waits = call.phase is Phase.HELD and call.held_for_anyone and call.transfer is None
        if waits and turn.state.rules.park_orbit and not (call.park_tried or call.listed):
            park(turn, call, turn.state.rules.park_orbit)
        elif waits and not (call.listed and call.watched):
            _begin(turn, call)
        elif call.watched and not waits:
            _end(turn, call)


def _begin(turn: Turn, call: Call) -> None:
    turn.put(replace(call, listed=True, watched=True))
    if not call.listed:
        turn.want(ListHeld(call.id))
    if call.watched:
        return
    turn.want(OutliveApp(call.id, True))
    rules = turn.state.rules
    for kind, seconds in ((TimerKind.REMINDER, rules.reminder_seconds), (TimerKind.RECALL, rules.recall_seconds)):
        if seconds:
            turn.want(StartTimer(Timer(kind, call.id), seconds))


def _end(turn: Turn, call: Call) -> None:
    keeps_orbit = call.phase is Phase.HELD  # the next hold of this call asks the orbit again
    turn.put(replace(call, watched=False, park_tried=call.park_tried and keeps_orbit))
    turn.recall(call.id, False)
    turn.want(*(StopTimer(Timer(kind, call.id)) for kind in (TimerKind.REMINDER, TimerKind.RECALL)))


def listing_lost(turn: Turn, call: Call, _event: ListingLost) -> None:
    """A caller given up as lost while we were cut off, but still here, is listed anew."""
    turn.put(replace(call, listed=False))


def remind(turn: Turn, call: Call) -> None:
    """The reminder's time has come."""
    if call.watched:
        turn.want(Tell(call.id, "still on hold for anyone; nobody has picked the caller up yet."))


def recall(turn: Turn, call: Call) -> None:
    """The caller comes back to the agent who holds them."""
    if call.watched:
        turn.recall(call.id, True)


def leave_on_hold(turn: Turn, call: Call, _action: LeaveOnHold) -> None:
    """The agent leaves the caller on hold for another while."""
    turn.recall(call.id, False)
    if turn.state.rules.recall_seconds:
        turn.want(StartTimer(Timer(TimerKind.RECALL, call.id), turn.state.rules.recall_seconds))
