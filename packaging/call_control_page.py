"""docs/call-control.md: what each event does to a call in each situation, asked of call control itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import product
from typing import Any, get_type_hints

from softphone.model.actions import (
    Action,
    CallAction,
    Choice,
    Choose,
    RequestDial,
    RequestHangUp,
    RequestHold,
    RequestHoldForAnyone,
    RequestResume,
)
from softphone.model.call import IllegalTransitionError, NoAnswerPlan
from softphone.model.profile import NoAnswer
from softphone.model.ua_commands import Bridge, Hold, Refer, Respond, Resume
from softphone.model.ua_events import CallEstablished, CallProgress, CommandRefused, HoldConfirmed, ReferRefused
from softphone.policy.calls.control import ON_A_CALL, step
from softphone.policy.calls.events import Arrived, BridgeArrived, Claimed, Command, Event, StartTimer, StopTimer, Tell
from softphone.policy.calls.state import State

HEAD = """# What can happen to a call

Every event in every situation a call can be in, and what comes of it. This page is made by asking call control
(`policy.calls.control`): `make docs`. Timers are left out; an agent's wish that does not fit is refused in the words
given, and what the network says too late changes nothing.
"""
PLAN = NoAnswerPlan(NoAnswer.VOICEMAIL, "sip:voicemail@example.com", "sip:agent1@example.com")
CALL, OTHER, LEG = "this", "other", "claimer"


def _arrival(call: str, *, call_waiting: bool = True) -> Arrived:
    return Arrived(call, True, call_waiting, False, 60.0, PLAN)


_TALKING_TO_ANOTHER = (_arrival(OTHER), Choose(OTHER, Choice.ANSWER), CallEstablished(OTHER, 0.0))
_WAITING = (*_TALKING_TO_ANOTHER, _arrival(CALL))
_ANSWERING = (_arrival(CALL), Choose(CALL, Choice.ANSWER))
_ACTIVE = (*_ANSWERING, CallEstablished(CALL, 0.0))
_HELD = (*_ACTIVE, RequestHold(CALL), HoldConfirmed(CALL))
_FOR_ANYONE = (*_ACTIVE, RequestHoldForAnyone(CALL), HoldConfirmed(CALL))
_CLAIM = Claimed(CALL, "agent2", "Agent Two", "sip:agent2@example.com;pickup=token")
_CLAIMED = (*_FOR_ANYONE, _CLAIM)
_BRIDGED = (*_CLAIMED, ReferRefused(CALL, 501), BridgeArrived(LEG, CALL), CallEstablished(LEG, 0.0))

SITUATIONS: dict[str, tuple[Event, ...]] = {
    "ringing": (_arrival(CALL),),
    "waiting, during another call": _WAITING,
    "queued silently, during another call": (*_TALKING_TO_ANOTHER, _arrival(CALL, call_waiting=False)),
    "accepted, while the other call is being put on hold": (*_WAITING, Choose(CALL, Choice.HOLD_AND_ANSWER)),
    "answering": _ANSWERING,
    "dialing": (RequestDial(CALL, "sip:somebody@example.com"),),
    "active": _ACTIVE,
    "holding": (*_ACTIVE, RequestHold(CALL)),
    "held": _HELD,
    "held for anyone": _FOR_ANYONE,
    "held for anyone, on the way to a claimer": _CLAIMED,
    "resuming": (*_HELD, RequestResume(CALL)),
    "bridged": _BRIDGED,
    "ending": (*_ACTIVE, RequestHangUp(CALL)),
}
"""How a call gets there; each of the phases is among them."""

_WORDS = {"call": CALL, "target": "sip:x@example.com", "digits": "5", "by": "agent2", "name": "Agent Two"}
_SAMPLES: dict[object, tuple[object, ...]] = {bool: (True, False), int: (180, 200, 486), float: (0.0,)}


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(name, _play(events)) for name, events in SITUATIONS.items())


def _play(events: tuple[Event, ...]) -> State:
    state = State()
    for event in events:
        state, _ = step(state, event)
    return state


def _section(name: str, state: State) -> str:
    rows = [f"| {event} | {outcome} |" for event, outcome in _rows(state)]
    return "\n".join([f"\n## {name.capitalize()}", "", "| what happens | what comes of it |", "|---|---|", *rows, ""])


def _rows(state: State) -> Iterator[tuple[str, str]]:
    """One row for each event, or one for each kind of it where they differ."""
    for kind in ON_A_CALL:
        outcomes = {_shown(event): _outcome(state, event) for event in _samples(kind)}
        if len(set(outcomes.values())) == 1:
            yield f"`{kind.__name__}`", next(iter(outcomes.values()))
        else:
            yield from outcomes.items()


def _samples(kind: type) -> Iterator[Any]:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind) if field.init]
    yield from (kind(*values) for values in product(*(_values(kind, name, hints[name]) for name in names)))


def _values(kind: type, name: str, hint: Any) -> tuple[object, ...]:
    if kind is CommandRefused and name == "command":
        return (Respond, Hold, Resume, Refer, Bridge)
    if kind is CallProgress and name == "code":
        return (180, 183)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return tuple(hint)
    return _SAMPLES.get(hint) or (_WORDS.get(name, ""),)


def _shown(event: object) -> str:
    told = (
        (getattr(event, field.name) for field in fields(event) if field.name != "call") if is_dataclass(event) else ()
    )
    values = [value for value in told if isinstance(value, Enum | int | type) and not isinstance(value, float)]
    words = (value.__name__ if isinstance(value, type) else str(value) for value in values)
    return f"`{type(event).__name__}` {' '.join(words)}".strip()


def _outcome(state: State, event: Event) -> str:
    try:
        after, commands = step(state, event)
    except IllegalTransitionError as refusal:
        return f"refused: {refusal}"
    done = [_command(command) for command in commands if not isinstance(command, StartTimer | StopTimer)]
    before, call = state.call(CALL), after.find(CALL)
    becomes = "" if call is not None and call.phase is before.phase else f"**{call.phase if call else 'gone'}**"
    noted = "noted" if after != state and not (done or becomes) else ""
    return "; ".join(filter(None, (becomes, ", ".join(done), noted))) or _nothing(event)


def _nothing(event: Event) -> str:
    return "nothing" if isinstance(event, Action | CallAction) else "nothing: it comes too late, or is not about this"


def _command(command: Command) -> str:
    about = getattr(command, "call", CALL)
    words = command.text if isinstance(command, Tell) else ""
    code = getattr(command, "code", "") if isinstance(command, Respond) else ""
    whose = "" if about == CALL else f"the {about}'s "
    return " ".join(filter(None, (f"{whose}`{type(command).__name__}`", str(code), f"“{words}”" if words else "")))
