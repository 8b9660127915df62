"""What a request to the running app is made of: its verb, its argument, the call it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from softphone.errors import RefusedError, UserFacingError
from softphone.model.actions import CallAction
from softphone.model.view import SessionView
from softphone.ports import AgentPhone


class UsageError(UserFacingError):
    """The request itself is wrong, whatever the state of the app; *status* is the exit status it leads to."""

    status = 2


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its argument and the call it is about, each empty when it was not given."""

    arg: str
    call: str


Run = Callable[[AgentPhone, Request], object]


@dataclass(frozen=True, slots=True)
class Argument:
    """The one argument of a verb."""

    name: str
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """*run* None: not a matter of the session but of the program around it, which answers it itself."""

    name: str
    help: str
    run: Run | None
    argument: Argument | None = None
    takes_call: bool = False


def known_call(view: SessionView, call: str) -> str:
    """*call* as it stands. Raises RefusedError when there is none of this id."""
    if not any(known.id == call for known in view.calls):
        raise RefusedError(f"There is no call “{call}” any more.")
    return call


def call_for(view: SessionView, request: Request, action: Callable[[str], CallAction], done: str) -> str:
    """The call named, else the only one *action* is possible with; one that is not on hold goes first.

    *done* says in words what *action* does: a call can be … Raises RefusedError when there is none, or several.
    """
    if request.call:
        return known_call(view, request.call)
    candidates = [call for call in view.calls if view.can(action(call.id))]
    calls = [call.id for call in candidates if not call.held] or [call.id for call in candidates]
    if not calls:
        raise RefusedError(f"There is no call that can be {done} now.")
    if len(calls) > 1:
        raise RefusedError(f"There are several calls that can be {done}: say which of {', '.join(calls)}.")
    return calls[0]


def on_call(action: Callable[[str], CallAction], done: str) -> Run:
    """A verb that does *action* to the call named, else to the only one it is possible with."""

    def run(session: AgentPhone, request: Request) -> object:
        call = call_for(session.view, request, action, done)
        session.act(action(call))
        return {"call": call}

    return run


CALL = Argument("CALL", "id of the call, as status shows it")
TARGET = Argument("TARGET", "number, name or SIP address", required=True)
