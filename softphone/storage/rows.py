"""Between the model's frozen values and rows of the tables."""

from __future__ import annotations

from dataclasses import fields
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.profile import NoAnswer, Role, Route, RouteKind, TrackingNumber, UserProfile, UserQueue


def user_values(user: UserProfile) -> dict[str, Any]:
    """The columns of a user."""
    queue = user.queue
    return {
        "login": user.login,
        "name": user.name,
        "sip_uri": user.sip_uri,
        "role": str(user.role),
        "call_waiting": user.call_waiting,
        "bypass_if_no_agents": queue.bypass_if_no_agents,
        "ring_seconds": queue.ring_seconds,
        "no_answer": str(queue.no_answer),
        "no_answer_agent": queue.no_answer_target if queue.no_answer is NoAnswer.AGENT else None,
        "no_answer_uri": queue.no_answer_target if queue.no_answer is NoAnswer.VOICEMAIL else None,
    }


def user_of(row: Row[Any]) -> UserProfile:
    """The user in a row."""
    queue = UserQueue(
        bypass_if_no_agents=row.bypass_if_no_agents,
        ring_seconds=row.ring_seconds,
        no_answer=NoAnswer(row.no_answer),
        no_answer_target=row.no_answer_agent or row.no_answer_uri or "",
    )
    return UserProfile(
        login=row.login,
        name=row.name,
        sip_uri=row.sip_uri,
        role=Role(row.role),
        call_waiting=row.call_waiting,
        queue=queue,
    )


def number_values(number: TrackingNumber) -> dict[str, Any]:
    """The columns of a tracking number."""
    to_agent = number.route.kind is RouteKind.AGENT
    return {
        "number": number.number,
        "label": number.label,
        "route_kind": str(number.route.kind),
        "route_agent": number.route.target if to_agent else None,
        "route_target": None if to_agent else number.route.target,
    }


def number_of(row: Row[Any]) -> TrackingNumber:
    """The tracking number in a row."""
    return TrackingNumber(
        row.number, row.label, Route(RouteKind(row.route_kind), row.route_agent or row.route_target or "")
    )


def entry_key(record: CallRecord) -> str:
    """What makes an entry of the call log the same entry, however often it is handed in."""
    identity = (record.agent, record.call, record.sip_call_id, str(record.direction), record.arrived.isoformat())
    return sha256("\0".join(identity).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def call_values(record: CallRecord, key: str) -> dict[str, Any]:
    """The columns of a call-log entry."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return values | {"direction": str(record.direction), "outcome": str(record.outcome), "entry_key": key}


def call_of(row: Row[Any]) -> CallRecord:
    """The call-log entry in a row."""
    values = {field.name: getattr(row, field.name) for field in fields(CallRecord)}
    return CallRecord(**values | {"direction": Direction(row.direction), "outcome": Outcome(row.outcome)})
