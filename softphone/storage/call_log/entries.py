"""One entry of the call log: what makes it the same entry, and how it becomes a row and a record again."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Row

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.storage.schema import writable


class LogEntry(msgspec.Struct, frozen=True):
    """One call-log entry and what makes it the same entry when it is delivered twice.

    *offset* is what its times have to be put right by, in seconds, or None when that was not known yet.
    """

    key: str
    record: CallRecord
    offset: float | None = None


def entry_of(record: CallRecord, offset: float | None = None) -> LogEntry:
    """The entry for *record*: times in UTC, and question marks for what no database could hold (see ``writable``)."""
    texts: dict[str, Any] = {
        field.name: writable(getattr(record, field.name)) for field in fields(record) if field.type == "str"
    }
    record = replace(
        record,
        arrived=record.arrived.astimezone(UTC),
        answered=record.answered and record.answered.astimezone(UTC),
        ended=record.ended.astimezone(UTC),
        **texts,
    )
    return LogEntry(entry_key(record), record, offset)


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
