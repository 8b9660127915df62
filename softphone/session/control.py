"""What ``softphone ctl`` can ask of the running app: one table of verbs over the session.

The command line takes its help and its checks from this table, the app answers requests by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic

from softphone.errors import RefusedError
from softphone.model.actions import Choice, Choose, DeclineTo, RequestHangUp, RequestHold, RequestResume, SetStatus
from softphone.model.profile import AgentStatus
from softphone.model.sip import SipUri
from softphone.model.view import CallStatus, SessionView
from softphone.session.control_request import (
    CALL,
    TARGET,
    Argument,
    Controlled,
    Request,
    Run,
    UsageError,
    Verb,
    known_call,
    obvious_call,
    on_call,
)
from softphone.session.control_team import TEAM_VERBS
from softphone.session.status_report import status_report

__all__ = ["VERBS", "Argument", "Controlled", "UsageError", "Verb", "answer"]


def answer(session: Controlled, verb: str, request: Mapping[str, object]) -> object:
    """Carry out *verb*; what it results in can be written as JSON.

    What takes its time is returned as an awaitable. Raises UsageError for a request that makes no sense,
    RefusedError for one that cannot be met now.
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
    return Request(arg, arg if verb.argument is CALL and not call else call)


def _problem_with(verb: Verb, arg: str, call: str) -> str:
    argument = verb.argument
    if arg and argument is None:
        return f"{verb.name} takes no argument."
    if call and not (verb.takes_call or argument is CALL):
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


def _mute(session: Controlled, request: Request) -> object:
    muted = not session.view.muted if request.arg == "toggle" else request.arg != "off"
    session.mute(muted)
    return {"muted": muted}


def _dtmf(session: Controlled, request: Request) -> object:
    digits = request.arg.upper()
    if not re.fullmatch(r"[0-9A-D*#]+", digits):
        raise UsageError("The keys of a telephone are 0-9, A-D, * and #.")
    view = session.view
    call = known_call(view, request.call) if request.call else obvious_call(view, (CallStatus.ACTIVE,))
    session.send_dtmf(call, digits)
    return {"call": call}


def _agent_status(session: Controlled, request: Request) -> object:
    if request.arg:
        session.act(SetStatus(AgentStatus(request.arg)))
    return {"agent_status": session.view.agent_status.value}


def _register(session: Controlled, _: Request) -> object:
    session.register()
    return None


def _front_offer(view: SessionView) -> str:
    if view.prompt is None or not view.prompt.offers:
        raise RefusedError("Nobody is waiting to be answered.")
    return view.prompt.offers[0].id


_ADDRESS = Argument("ADDRESS", "SIP address the caller is sent to", required=True)
_DIGITS = Argument("DIGITS", "keys to press: 0-9, A-D, *, #", required=True)
_SWITCH = Argument("SWITCH", "“on” when left out", choices=("on", "off", "toggle"))
_STATUS = Argument("STATUS", "new status; shows the present one when left out", choices=tuple(AgentStatus))

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("status", "show registration, calls, waiting callers and the prompt", _status),
        Verb("dial", "call somebody", _dial, TARGET),
        Verb("answer", "answer the caller that rings", _choose(Choice.ANSWER), CALL),
        Verb("hold-answer", "hold the current call and answer", _choose(Choice.HOLD_AND_ANSWER), CALL),
        Verb("hangup-answer", "hang up the current call and answer", _choose(Choice.HANGUP_AND_ANSWER), CALL),
        Verb("ignore", "send the caller the no-answer way", _choose(Choice.IGNORE), CALL),
        Verb("decline-to", "send the caller to another address", _decline_to, _ADDRESS, takes_call=True),
        Verb("hold", "put the call on hold", on_call(RequestHold, CallStatus.ACTIVE), CALL),
        Verb("resume", "take the held call back", on_call(RequestResume, CallStatus.HELD), CALL),
        Verb(
            "hangup",
            "end the call",
            on_call(RequestHangUp, CallStatus.ACTIVE, CallStatus.DIALING, CallStatus.HELD),
            CALL,
        ),
        Verb("mute", "silence the microphone", _mute, _SWITCH),
        Verb("dtmf", "press keys", _dtmf, _DIGITS, takes_call=True),
        *TEAM_VERBS,
        Verb("agent-status", "say whether calls may come", _agent_status, _STATUS),
        Verb("register", "register now", _register),
        Verb("events", "print what happens, a JSON object a line, until interrupted", None),
        Verb("quit", "end the app", None),
    )
}
