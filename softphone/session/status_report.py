"""``softphone ctl status``: the session's view as JSON. Scripts rely on these names; new ones may be added."""

from __future__ import annotations

from datetime import datetime, timedelta

from softphone.model.view import CallView, OfferView, PromptView, SessionView


def status_report(view: SessionView, monotonic: float, now: datetime) -> dict[str, object]:
    """*monotonic* and *now* are the same moment on the two clocks."""
    offers = view.prompt.offers if view.prompt is not None else ()
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
        "waiting": [_offer(offer, monotonic) for offer in offers],
        "prompt": _prompt(view.prompt),
        "queued": view.queued,
        "muted": view.muted,
    }


def _engine(view: SessionView) -> dict[str, object]:
    engine = view.engine
    return {
        "pid": engine.pid,
        "restarts": engine.restarts,
        "problem": engine.problem,
        "addresses": list(engine.addresses),
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
        "since": since.isoformat(timespec="milliseconds"),
    }


def _offer(offer: OfferView, monotonic: float) -> dict[str, object]:
    return {
        "id": offer.id,
        "remote": offer.remote.uri,
        "remote_name": offer.remote.name,
        "remote_number": offer.remote.number,
        "tracking_number": offer.tracking_number,
        "label": offer.label,
        "seconds_left": round(max(0.0, offer.deadline - monotonic), 1),
        "next": offer.next_kind.value,
        "next_target": offer.next_target,
    }


def _prompt(prompt: PromptView | None) -> dict[str, object]:
    if prompt is None or not prompt.offers:
        return {"visible": False, "call_id": "", "kind": "", "actions": [], "problem": ""}
    return {
        "visible": True,
        "call_id": prompt.offers[0].id,
        "kind": prompt.kind.value,
        "actions": [choice.value for choice in prompt.choices],
        "problem": prompt.problem,
    }
