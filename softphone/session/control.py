"""What ``softphone ctl`` can ask of the running app: one table of verbs over the session.

The command line takes its help and its checks from this table, the app answers requests by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

from softphone.errors import RefusedError, UserFacingError
from softphone.model.actions import (
    Action,
    Choice,
    Choose,
    DeclineTo,
    RequestHangUp,
    RequestHold,
    RequestResume,
    SetStatus,
)
from softphone.model.profile import AgentStatus
from softphone.model.sip import SipUri
from softphone.model.view import CallStatus, SessionView
from softphone.session.status_report import status_report


class UsageError(UserFacingError):
    """The request itself is wrong, whatever the state of the app; *status* is the exit status it leads to."""

    status = 2


class Controlled(Protocol):
    """The part of the session that can be driven from outside."""

    @property
    def view(self) -> SessionView:
        """What is true now."""

    def act(self, action: Action) -> None:
        """Do it, or raise RefusedError and change nothing."""

    def dial(self, target_text: str) -> str:
        """Call a number, name or address; the new call's id."""

    def mute(self, muted: bool) -> None:
        """Send silence in every call, or the microphone again."""

    def send_dtmf(self, call_id: str, digits: str) -> None:
        """Send key presses to the other party."""

    def register(self) -> None:
        """Register now."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its argument and the call it is about, each empty when it was not given."""

    arg: str
    call: str


Run = Callable[[Controlled, Request], object]


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


def answer(session: Controlled, verb: str, request: Mapping[str, object]) -> object:
    """Carry out *verb*; what it results in can be written as JSON.

    Raises UsageError for a request that makes no sense, RefusedError for one that cannot be met now.
    """
    known = VERBS.get(verb)
    if known is None or known.run is None:
        raise UsageError(f"There is no command “{verb}”. There are: {', '.join(VERBS)}.")
    return known.run(session, _checked(known, request))


def _checked(verb: Verb, request: Mapping[str, object]) -> Request:
    arg, call = request.get("arg", ""), request.get("call", "")
    if not isinstance(arg, str) or not isinstance(call, str):
        raise UsageError(f"The arguments of {verb.name} must be text.")
    problem = _problem_with(verb, arg, call)
    if problem:
        raise UsageError(problem)
    return Request(arg, arg if verb.argument is _CALL and not call else call)


def _problem_with(verb: Verb, arg: str, call: str) -> str:
    argument = verb.argument
    if arg and argument is None:
        return f"{verb.name} takes no argument."
    if call and not (verb.takes_call or argument is _CALL):
        return f"{verb.name} is not about one call."
    if argument is not None and argument.required and not arg:
        return f"{verb.name} needs {argument.name}: {argument.help}."
    if argument is not None and arg and argument.choices and arg not in argument.choices:
        return f"{verb.name} knows {', '.join(argument.choices)}; not “{arg}”."
    return ""


def _status(session: Controlled, _: Request) -> object:
    return status_report(session.view, monotonic(), datetime.now(UTC))


def _dial(session: Controlled, request: Request) -> object:
    return {"call": session.dial(request.arg)}


def _choose(choice: Choice) -> Run:
    def run(session: Controlled, request: Request) -> object:
        call = request.call or _front_offer(session.view)
        session.act(Choose(call, choice))
        return {"call": call}

    return run


def _decline_to(session: Controlled, request: Request) -> object:
    try:
        target = str(SipUri.parse(request.arg))
    except ValueError as error:
        raise RefusedError(f"The caller cannot be sent there: {error}.") from None
    call = request.call or _front_offer(session.view)
    session.act(DeclineTo(call, target))
    return {"call": call}


def _on_call(action: Callable[[str], Action], *preferred: CallStatus) -> Run:
    """The verb does *action* to the call named, else to the only one of the first of these states that has any."""

    def run(session: Controlled, request: Request) -> object:
        call = _known_call(session.view, request.call) if request.call else _obvious_call(session.view, preferred)
        session.act(action(call))
        return {"call": call}

    return run


def _mute(session: Controlled, request: Request) -> object:
    muted = not session.view.muted if request.arg == "toggle" else request.arg != "off"
    session.mute(muted)
    return {"muted": muted}


def _dtmf(session: Controlled, request: Request) -> object:
    digits = request.arg.upper()
    if not re.fullmatch(r"[0-9A-D*#]+", digits):
        raise UsageError("The keys of a telephone are 0-9, A-D, * and #.")
    view = session.view
    call = _known_call(view, request.call) if request.call else _obvious_call(view, (CallStatus.ACTIVE,))
    session.send_dtmf(call, digits)
    return {"call": call}


def _agent_status(session: Controlled, request: Request) -> object:
    if request.arg:
        session.act(SetStatus(AgentStatus(request.arg)))
    return {"agent_status": session.view.agent_status.value}


def _register(session: Controlled, _: Request) -> object:
    session.register()
    return None


def _not_yet(_: Controlled, __: Request) -> object:
    raise RefusedError("This is not available in this version.")


def _front_offer(view: SessionView) -> str:
    if view.prompt is None or not view.prompt.offers:
        raise RefusedError("Nobody is waiting to be answered.")
    return view.prompt.offers[0].id


def _known_call(view: SessionView, call: str) -> str:
    if not any(known.id == call for known in view.calls):
        raise RefusedError(f"There is no call “{call}” any more.")
    return call


def _obvious_call(view: SessionView, preferred: tuple[CallStatus, ...]) -> str:
    for status in preferred:
        calls = [call.id for call in view.calls if call.status is status]
        if len(calls) > 1:
            raise RefusedError(f"There are several calls that are {status.value}: say which of {', '.join(calls)}.")
        if calls:
            return calls[0]
    raise RefusedError(f"There is no call that is {' or '.join(status.value for status in preferred)}.")


_CALL = Argument("CALL", "id of the call, as status shows it")
_TARGET = Argument("TARGET", "number, name or SIP address", required=True)
_ADDRESS = Argument("ADDRESS", "SIP address the caller is sent to", required=True)
_DIGITS = Argument("DIGITS", "keys to press: 0-9, A-D, *, #", required=True)
_SWITCH = Argument("SWITCH", "“on” when left out", choices=("on", "off", "toggle"))
_STATUS = Argument("STATUS", "new status; shows the present one when left out", choices=tuple(AgentStatus))

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("status", "show registration, calls, waiting callers and the prompt", _status),
        Verb("dial", "call somebody", _dial, _TARGET),
        Verb("answer", "answer the caller that rings", _choose(Choice.ANSWER), _CALL),
        Verb("hold-answer", "hold the current call and answer", _choose(Choice.HOLD_AND_ANSWER), _CALL),
        Verb("hangup-answer", "hang up the current call and answer", _choose(Choice.HANGUP_AND_ANSWER), _CALL),
        Verb("ignore", "send the caller the no-answer way", _choose(Choice.IGNORE), _CALL),
        Verb("decline-to", "send the caller to another address", _decline_to, _ADDRESS, takes_call=True),
        Verb("hold", "put the call on hold", _on_call(RequestHold, CallStatus.ACTIVE), _CALL),
        Verb("resume", "take the held call back", _on_call(RequestResume, CallStatus.HELD), _CALL),
        Verb(
            "hangup",
            "end the call",
            _on_call(RequestHangUp, CallStatus.ACTIVE, CallStatus.DIALING, CallStatus.HELD),
            _CALL,
        ),
        Verb("mute", "silence the microphone", _mute, _SWITCH),
        Verb("dtmf", "press keys", _dtmf, _DIGITS, takes_call=True),
        Verb("transfer", "pass the call on", _not_yet, Argument("TARGET", "where to"), takes_call=True),
        Verb("pickup", "take over a call held for anyone", _not_yet, _CALL),
        Verb("agent-status", "say whether calls may come", _agent_status, _STATUS),
        Verb("register", "register now", _register),
        Verb("events", "print what happens, a JSON object a line, until interrupted", None),
        Verb("quit", "end the app", None),
    )
}
