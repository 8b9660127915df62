from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, StaticPool, Table, create_engine, select

from softphone.model.call_record import CallRecord
from softphone.model.profile import NoAnswer, Route, TrackingNumber, UserProfile, UserQueue
from softphone.storage.rows import (
    call_of,
    call_values,
    entry_key,
    number_of,
    number_values,
    user_of,
    user_values,
)
from softphone.storage.schema import calls, metadata, tracking_numbers, users
from tests.unit.storage.samples import record

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
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


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def kept(engine: Engine, table: Table, values: dict[str, object]) -> object:
    """The row as the table gives it back; nothing is committed."""
    with engine.connect() as connection:
        connection.execute(table.insert().values(values))
        return connection.execute(select(table)).one()


@given(told=RECORDS)
@settings(deadline=None, max_examples=50)
def test_an_entry_comes_back_as_it_went(engine: Engine, told: CallRecord) -> None:
    assert call_of(kept(engine, calls, call_values(told, "key"))) == told


@pytest.mark.parametrize(
    "queue",
    [
        UserQueue(),
        UserQueue(False, 5, NoAnswer.AGENT, "agent2"),
        UserQueue(True, 3600, NoAnswer.VOICEMAIL, "sip:vm@example.com"),
    ],
)
def test_a_user_comes_back_as_they_went(engine: Engine, queue: UserQueue) -> None:
    user = UserProfile("agent1", "Zoë", "sip:agent1@example.com", call_waiting=True, queue=queue)
    assert user_of(kept(engine, users, user_values(user) | {"version": 1})) == user


@pytest.mark.parametrize("route", ["agent:agent1", "queue:sales", "sip:desk@example.com"])
def test_a_number_comes_back_as_it_went(engine: Engine, route: str) -> None:
    number = TrackingNumber("+15551230001", "Spring", Route.parse(route))
    assert number_of(kept(engine, tracking_numbers, number_values(number) | {"version": 1})) == number


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
