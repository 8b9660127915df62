"""What ``softphone ctl`` can ask of the running app: one table of verbs over the session.

The command line takes its help and its checks from this table, the app answers requests by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic

from softphone.errors import RefusedError
from softphone.model.actions import (
    Choice,
    Choose,
    DeclineTo,
    PressKeys,
    RequestHangUp,
    RequestHold,
    RequestResume,
    SetStatus,
)
from softphone.model.call import CallStatus
from softphone.model.profile import AgentStatus
from softphone.model.sip import SipUri
from softphone.model.view import SessionView
from softphone.ports import AgentPhone
from softphone.session.control.report import status_report
from softphone.session.control.request import (
    CALL,
    TARGET,
    Argument,
    Request,
    Run,
    UsageError,
    Verb,
    call_for,
    on_call,
)
from softphone.session.control.team_verbs import TEAM_VERBS

__all__ = ["VERBS", "Argument", "UsageError", "Verb", "answer"]


def answer(session: AgentPhone, verb: str, request: Mapping[str, object]) -> object:
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


def _status(session: AgentPhone, _: Request) -> object:
    return status_report(session.view, monotonic(), datetime.now(UTC))


def _dial(session: AgentPhone, request: Request) -> object:
    return {"call": session.dial(request.arg)}


def _answer(session: AgentPhone, request: Request) -> object:
    """Also a waiting caller, where that takes no decision about a call of the agent's own."""
    view = session.view
    call = request.call or _front_caller(view)
    rings, on_hold_only = Choose(call, Choice.ANSWER), not view.can(Choose(call, Choice.HANGUP_AND_ANSWER))
    waits = Choose(call, Choice.HOLD_AND_ANSWER)
    if not view.can(rings) and view.can(waits):
        if not on_hold_only:
            raise RefusedError("You are on a call: choose hold-answer or hangup-answer.")
        session.act(waits)
    else:
        session.act(rings)
    return {"call": call}


def _choose(choice: Choice) -> Run:
    def run(session: AgentPhone, request: Request) -> object:
        call = request.call or _front_caller(session.view)
        session.act(Choose(call, choice))
        return {"call": call}

    return run


def _decline_to(session: AgentPhone, request: Request) -> object:
    try:
        target = str(SipUri.parse(request.arg))
    except ValueError as error:
        raise RefusedError(f"The caller cannot be sent there: {error}.") from None
    call = request.call or _front_caller(session.view)
    session.act(DeclineTo(call, target))
    return {"call": call}


def _mute(session: AgentPhone, request: Request) -> object:
    muted = not session.view.muted if request.arg == "toggle" else request.arg != "off"
    session.mute(muted)
    return {"muted": muted}


def _dtmf(session: AgentPhone, request: Request) -> object:
    digits = request.arg.upper()
    if not re.fullmatch(r"[0-9A-D*#]+", digits):
        raise UsageError("The keys of a telephone are 0-9, A-D, * and #.")
    call = call_for(session.view, request, PressKeys, "sent keys")
    session.act(PressKeys(call, digits))
    return {"call": call}


def _agent_status(session: AgentPhone, request: Request) -> object:
    if request.arg:
        session.act(SetStatus(AgentStatus(request.arg)))
    return {"agent_status": session.view.agent_status.value}


def _register(session: AgentPhone, _: Request) -> object:
    session.register()
    return None


def _front_caller(view: SessionView) -> str:
    if view.prompt is not None:
        return view.prompt.callers[0].id
    if view.queued:
        who = "1 caller waits" if view.queued == 1 else f"{view.queued} callers wait"
        raise RefusedError(f"{who} silently, and will ring here as soon as you are free.")
    if any(call.status is CallStatus.ANSWERING for call in view.calls):
        raise RefusedError("The caller is being answered already.")
    raise RefusedError("Nobody is waiting to be answered.")


_ADDRESS = Argument("ADDRESS", "SIP address the caller is sent to", required=True)
_DIGITS = Argument("DIGITS", "keys to press: 0-9, A-D, *, #", required=True)
_SWITCH = Argument("SWITCH", "“on” if left out", choices=("on", "off", "toggle"))
_STATUS = Argument("STATUS", "new status; if left out, the present one is shown", choices=tuple(AgentStatus))

VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("status", "show registration, calls, waiting callers and the prompt", _status),
        Verb("dial", "call somebody", _dial, TARGET),
        Verb("answer", "answer the caller who rings, or who waits while no call is up", _answer, CALL),
        Verb("hold-answer", "hold the current call and answer", _choose(Choice.HOLD_AND_ANSWER), CALL),
        Verb("hangup-answer", "hang up the current call and answer", _choose(Choice.HANGUP_AND_ANSWER), CALL),
        Verb("ignore", "send the caller on by the no-answer route", _choose(Choice.IGNORE), CALL),
        Verb("decline-to", "send the caller to another address", _decline_to, _ADDRESS, takes_call=True),
        Verb("hold", "put the call on hold", on_call(RequestHold, "put on hold"), CALL),
        Verb("resume", "take the held call back", on_call(RequestResume, "resumed"), CALL),
        Verb(
            "hangup",
            "end the call",
            on_call(RequestHangUp, "ended"),
            CALL,
        ),
        Verb("mute", "silence the microphone", _mute, _SWITCH),
        Verb("dtmf", "press keys", _dtmf, _DIGITS, takes_call=True),
        *TEAM_VERBS,
        Verb("agent-status", "say whether calls may come", _agent_status, _STATUS),
        Verb("register", "register now", _register),
        Verb("events", "print what happens, one JSON object per line, until interrupted", None),
        Verb("quit", "end the app", None),
    )
}
