from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from softphone.model.call_record import CallRecord
from softphone.storage.call_log.entries import (
    call_of,
    call_values,
    entry_key,
)
from softphone.storage.schema import calls
from tests.unit.storage.samples import kept, record

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
RECORDS = st.builds(
    CallRecord,
    **dict.fromkeys(
        ("call", "sip_call_id", "agent", "remote_name", "remote_uri", "label", "explanation", "rule"), TEXT
    ),
    arrived=MOMENTS,
    answered=st.none() | MOMENTS,
    ended=MOMENTS,
    waited_seconds=st.floats(0, 1e6),
)


@given(told=RECORDS)
@settings(deadline=None, max_examples=50)
def test_an_entry_comes_back_as_it_went(engine: Engine, told: CallRecord) -> None:
    assert call_of(kept(engine, calls, call_values(told, "key"))) == told


def test_an_entry_is_told_by_what_it_is_about() -> None:
    key = entry_key(record(1))
    assert key == entry_key(replace(record(1), explanation="another", waited_seconds=0.0))
    others = [
        replace(record(1), agent="agent2"),
        replace(record(1), call="another"),
        replace(record(1), sip_call_id="another"),
        replace(record(1), arrived=record(1).arrived + timedelta(microseconds=1)),
    ]
    assert len({key, *map(entry_key, others)}) == 5
