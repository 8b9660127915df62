"""Callers held for anyone: how they come to be, and that nobody forgets them."""

from __future__ import annotations

from dataclasses import replace

from softphone.model.call import Call, IllegalTransitionError, Phase
from softphone.model.ua_commands import OutliveApp
from softphone.policy.events import StartTimer, StopTimer, Tell, Timer, TimerKind
from softphone.policy.holding import hold
from softphone.policy.passing import must_not_be_passing, park
from softphone.policy.state import Turn


def request_hold_for_anyone(turn: Turn, call: Call) -> None:
    """The agent lets go of a call: any permitted colleague may continue it."""
    if call.phase is Phase.ACTIVE:
        must_not_be_passing(call)
        hold(turn, call, for_anyone=True)
    elif call.phase is Phase.HELD and not call.held_for_anyone:
        must_not_be_passing(call)
        turn.put(replace(call, held_for_anyone=True))
    elif call.held_for_anyone:
        raise IllegalTransitionError("this caller is held for anyone already")
    else:
        raise IllegalTransitionError("only a call you are talking on can be put on hold")


def watch(turn: Turn) -> None:
    """Reminder and recall run exactly while a caller waits for anyone; a park orbit is asked to take them once."""
    for call in turn.state.calls:
        waits = call.phase is Phase.HELD and call.held_for_anyone and call.passing is None
        if waits and turn.state.rules.park_orbit and not call.park_tried:
            park(turn, call, turn.state.rules.park_orbit)
        elif waits and not call.watched:
            _begin(turn, call)
        elif call.watched and not waits:
            _end(turn, call)


def _begin(turn: Turn, call: Call) -> None:
    turn.put(replace(call, watched=True))
    turn.want(OutliveApp(call.id, True))
    rules = turn.state.rules
    for kind, seconds in ((TimerKind.REMINDER, rules.reminder_seconds), (TimerKind.RECALL, rules.recall_seconds)):
        if seconds:
            turn.want(StartTimer(Timer(kind, call.id), seconds))


def _end(turn: Turn, call: Call) -> None:
    keeps_orbit = call.phase is Phase.HELD  # the next hold of this call asks the orbit again
    turn.put(replace(call, watched=False, recall=False, park_tried=call.park_tried and keeps_orbit))
    turn.want(*(StopTimer(Timer(kind, call.id)) for kind in (TimerKind.REMINDER, TimerKind.RECALL)))


def remind(turn: Turn, call: Call) -> None:
    """The reminder's time has come."""
    if call.watched:
        turn.want(Tell(call.id, "still on hold for anyone; nobody has picked the caller up yet."))


def recall(turn: Turn, call: Call) -> None:
    """The caller comes back to the agent who holds them."""
    if call.watched:
        turn.put(replace(call, recall=True))


def answer_recall(turn: Turn, call: Call) -> None:
    """The agent leaves the caller on hold for another while."""
    if not call.recall:
        raise IllegalTransitionError("nobody asks about this caller any more")
    turn.put(replace(call, recall=False))
    if turn.state.rules.recall_seconds:
        turn.want(StartTimer(Timer(TimerKind.RECALL, call.id), turn.state.rules.recall_seconds))
