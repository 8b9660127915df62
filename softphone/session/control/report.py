"""``softphone ctl status``: the session's view as JSON. Scripts rely on these names; new ones may be added."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from softphone.model.call_record import CallRecord
from softphone.model.colleague import TeamHealth
from softphone.model.view import CallerView, CallView, ColleagueView, HeldCallView, PromptView, SessionView


def status_report(view: SessionView, monotonic: float, now: datetime) -> dict[str, object]:
    """*monotonic* and *now* are the same moment on the two clocks."""
    callers = view.prompt.callers if view.prompt is not None else ()
    registration = view.registration
    return {
        "registration": registration.status.value,
        "registration_code": registration.code,
        "registration_text": registration.text,
        "account": registration.account,
        "agent_status": view.agent_status.value,
        "engine": _engine(view),
        "sound": _sound(view),
        "calls": [_call(call, monotonic, now) for call in view.calls],
        "waiting": [_caller(caller, monotonic) for caller in callers],
        "prompt": _prompt(view.prompt),
        "queued": view.queued,
        "muted": view.muted,
        "held_calls": [held_call_report(held, monotonic) for held in view.held_calls],
        "colleagues": [colleague_report(colleague, monotonic) for colleague in view.colleagues],
        "team": health_report(view.team),
    }


def held_call_report(held: HeldCallView, monotonic: float) -> dict[str, object]:
    """A caller held for anyone."""
    return {
        "id": held.id,
        "remote": held.remote.uri,
        "remote_name": held.remote.name,
        "remote_number": held.remote.number,
        "tracking_number": held.tracking_number,
        "label": held.label,
        "holder": held.holder,
        "holder_name": held.holder_name,
        "holder_gone": held.holder_gone,
        "call": held.call,
        "seconds_held": round(max(0.0, monotonic - held.held_since), 1),
        "note": held.note,
        "claimed_by": held.claimed_by,
        "picking": held.picking,
        "pick_up": bool(held.pick_up),
        "pick_up_choices": [choice.value for choice in held.pick_up],
        "history": list(held.history),
    }


def colleague_report(colleague: ColleagueView, monotonic: float) -> dict[str, object]:
    """A colleague; *seconds* is for how long they have been so, 0 for one who is signed out."""
    return {
        "login": colleague.login,
        "name": colleague.name,
        "availability": colleague.availability.value,
        "seconds": round(max(0.0, monotonic - colleague.since), 1) if colleague.since else 0.0,
        "address": colleague.address,
    }


def record_report(record: CallRecord) -> dict[str, object]:
    """A line of the call log."""
    return {
        "call": record.call,
        "sip_call_id": record.sip_call_id,
        "direction": record.direction.value,
        "agent": record.agent,
        "remote": record.remote_uri,
        "remote_name": record.remote_name,
        "tracking_number": record.tracking_number,
        "label": record.label,
        "direct": record.direct,
        "arrived": record.arrived.isoformat(timespec="milliseconds"),
        "answered": record.answered and record.answered.isoformat(timespec="milliseconds"),
        "ended": record.ended.isoformat(timespec="milliseconds"),
        "waited_seconds": round(record.waited_seconds, 3),
        "outcome": record.outcome.value,
        "explanation": record.explanation,
        "held_for_anyone": record.held_for_anyone,
        "held_call": record.held_call,
        "continued_by": record.continued_by,
        "continues": record.continues,
    }


def health_report(team: TeamHealth) -> dict[str, object]:
    """How the team's database is doing."""
    return {"shared": team.shared, "online": team.online, "problem": team.problem, "waiting": team.waiting}


def _engine(view: SessionView) -> dict[str, object]:
    engine = view.engine
    return {
        "pid": engine.pid,
        "restarts": engine.restarts,
        "problem": engine.problem,
        "addresses": list(engine.addresses),
        "turned_away": engine.turned_away.total,
        "turned_away_from": [asdict(source) for source in engine.turned_away.sources],
    }


def _sound(view: SessionView) -> dict[str, object]:
    sound = view.sound
    return {"microphone": sound.microphone, "headset": sound.headset, "ringer": sound.ringer, "note": sound.note}


def _call(call: CallView, monotonic: float, now: datetime) -> dict[str, object]:
    since = now - timedelta(seconds=max(0.0, monotonic - call.since))
    return {
        "id": call.id,
        "sip_call_id": call.sip_call_id,
        "state": call.status.value,
        "direction": call.direction.value,
        "remote": call.remote.uri,
        "remote_name": call.remote.name,
        "remote_number": call.remote.number,
        "tracking_number": call.tracking_number,
        "label": call.label,
        "direct": call.direct,
        "held": call.held,
        "held_for_anyone": call.held_for_anyone,
        "remote_held": call.remote_held,
        "claimed_by": call.claimed_by,
        "recall": call.recall,
        "continues": call.continues,
        "since": since.isoformat(timespec="milliseconds"),
    }


def _caller(caller: CallerView, monotonic: float) -> dict[str, object]:
    return {
        "id": caller.id,
        "remote": caller.remote.uri,
        "remote_name": caller.remote.name,
        "remote_number": caller.remote.number,
        "tracking_number": caller.tracking_number,
        "label": caller.label,
        "seconds_left": round(max(0.0, caller.deadline - monotonic), 1),
        "next": caller.next_kind.value,
        "next_target": caller.next_target,
    }


def _prompt(prompt: PromptView | None) -> dict[str, object]:
    if prompt is None:
        return {"visible": False, "call_id": "", "kind": "", "actions": [], "problem": ""}
    return {
        "visible": True,
        "call_id": prompt.callers[0].id,
        "kind": prompt.kind.value,
        "actions": [choice.value for choice in prompt.choices],
        "problem": prompt.problem,
    }
