"""The verbs of ``softphone ctl`` that have to do with the team: holding for anyone, picking up, passing on."""

from __future__ import annotations

from time import monotonic

from softphone.errors import RefusedError
from softphone.model.actions import Choice, RequestHoldForAnyone, RequestTransfer
from softphone.model.view import HeldCallView, SessionView
from softphone.ports import AgentPhone
from softphone.session.control.report import colleague_report, health_report, held_call_report
from softphone.session.control.request import (
    CALL,
    TARGET,
    Argument,
    Request,
    Run,
    Verb,
    call_for,
    on_call,
)


def _pick_up(choice: Choice | None) -> Run:
    def run(session: AgentPhone, request: Request) -> object:
        return _picked_up(session, request.arg or _longest_waiting(session.view), choice)

    return run


async def _picked_up(session: AgentPhone, held: str, choice: Choice | None) -> dict[str, object]:
    return {"held_call": held, "call": await session.pick_up(held, choice)}


def _longest_waiting(view: SessionView) -> str:
    waiting = [held for held in view.held_calls if held.pick_up]
    if not waiting:
        raise RefusedError("Nobody is held for anyone who could be picked up.")
    return waiting[0].id


def _note(session: AgentPhone, request: Request) -> object:
    held = request.call or _only_own(session.view).id
    session.set_note(held, request.arg)
    return {"held_call": held}


def _only_own(view: SessionView) -> HeldCallView:
    own = [held for held in view.held_calls if held.call]
    if len(own) != 1:
        raise RefusedError("Say which held caller the note is for (--call, as status shows held_calls).")
    return own[0]


def _transfer(session: AgentPhone, request: Request) -> object:
    call = call_for(session.view, request, RequestTransfer, "transferred")
    session.transfer(call, request.arg)
    return {"call": call}


def _team(session: AgentPhone, _: Request) -> object:
    view, now = session.view, monotonic()
    return {
        "team": health_report(view.team),
        "held_calls": [held_call_report(held, now) for held in view.held_calls],
        "colleagues": [colleague_report(colleague, now) for colleague in view.colleagues],
    }


_HELD = Argument("HELD", "id of the held caller, as team shows it; if left out, whoever has waited longest")
_TEXT = Argument("TEXT", "what colleagues should know; empty quotes remove it", required=True)

TEAM_VERBS = (
    Verb(
        "hold-for-anyone",
        "put the call on hold so that any colleague can continue it",
        on_call(RequestHoldForAnyone, "held for anyone"),
        CALL,
    ),
    Verb("note", "write a note about a caller held here (--call names the held caller)", _note, _TEXT, takes_call=True),
    Verb("pickup", "pick up a caller held for anyone", _pick_up(None), _HELD),
    Verb("hold-pickup", "hold the current call and pick up", _pick_up(Choice.HOLD_AND_ANSWER), _HELD),
    Verb("hangup-pickup", "hang up the current call and pick up", _pick_up(Choice.HANGUP_AND_ANSWER), _HELD),
    Verb("transfer", "transfer the call", _transfer, TARGET, takes_call=True),
    Verb("team", "show held callers, colleagues and the state of the team's database", _team),
    Verb("log", "show the last calls this agent may see", None, Argument("LINES", "how many; 20 if left out")),
)
