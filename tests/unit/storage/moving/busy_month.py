"""A busy month: what the tests of the move fill a database with, and how they read one back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.profile import NoAnswer, Role, Route, Team, TrackingNumber, UserProfile, UserQueue
from softphone.policy.rule.call_waiting import RULES
from softphone.storage import Database, DatabaseTeamStore
from softphone.storage.call_log.entries import call_of, call_values, entry_key
from softphone.storage.schema import calls, tracking_numbers, users
from softphone.storage.team.records import number_of, user_of

MONTH = datetime(2026, 2, 1, tzinfo=UTC)
ODD = (
    "Zoë Ünal",
    "🦜 emoji 👩‍👩‍👧",
    'O\'Brien "the quote"; DROP TABLE calls; --',
    "",
    "line\nfeed\ttab\\backslash",
    "%s $1 :name {}",
    "مرحبا بالعالم",
    "日本語" * 40,
    "combining e\u0301 and \u202eoverride",
    "\x01\x7f control",
)
_AT_ONCE = 2000


def a_team(users: int, numbers: int) -> Team:
    """Users who lead to each other, later ones too, and numbers that lead to them."""
    return Team(
        [_user(index, users) for index in range(users)],
        [_number(index, users) for index in range(numbers)],
    )


def a_call(index: int) -> CallRecord:
    """The call of this index, with a text that is odd and a time that has microseconds."""
    arrived = MONTH + timedelta(seconds=index * 133, microseconds=index * 7919 % 1_000_000)
    outcome = tuple(Outcome)[index % len(Outcome)]
    return CallRecord(
        call=f"call-{index}",
        sip_call_id=f"{index}@192.0.2.{index % 250}",
        direction=Direction.INCOMING if index % 3 else Direction.OUTGOING,
        agent=f"agent{index % 200}",
        remote_name=ODD[index % len(ODD)],
        remote_uri=f"sip:+1555{index:07}@example.com",
        tracking_number=f"+1555123{index % 500:04}",
        label=ODD[(index + 3) % len(ODD)],
        direct=index % 2 == 0,
        arrived=arrived,
        answered=arrived + timedelta(microseconds=index + 1) if index % 4 else None,
        ended=arrived + timedelta(seconds=index % 999, microseconds=999_999),
        waited_seconds=index / 7,
        outcome=outcome,
        explanation=ODD[(index + 6) % len(ODD)],
        held_for_anyone=index % 5 == 0,
        held_call=f"held-{index}" if index % 5 == 0 else "",
        continued_by="agent1" if outcome is Outcome.PICKED_UP else "",
        rule=RULES[index % len(RULES)].id if index % 3 else "",
    )


async def fill(database: Database, team: Team, count: int) -> None:
    """Put the team and so many calls in."""
    await (await DatabaseTeamStore.open(database)).put_team(team)
    for start in range(0, count, _AT_ONCE):
        await put_calls(database, [a_call(index) for index in range(start, min(count, start + _AT_ONCE))])


async def put_calls(database: Database, records: list[CallRecord]) -> None:
    """Write these entries."""
    rows = [_present(call_values(record, entry_key(record))) for record in records]
    async with database.transaction() as connection:
        await connection.execute(insert(calls), rows)


async def content(database: Database) -> tuple[list[Any], list[Any], list[Any]]:
    """Every user and number by key, and every call in the order of the log: what two equal databases share."""
    async with database.transaction() as connection:
        found_users = [user_of(row) for row in await connection.execute(select(users))]
        found_numbers = [number_of(row) for row in await connection.execute(select(tracking_numbers))]
        rows = (await connection.execute(select(calls).order_by(calls.c.id))).all()
    return (
        sorted(found_users, key=lambda user: user.login),
        sorted(found_numbers, key=lambda number: number.number),
        [(row.entry_key, call_of(row)) for row in rows],
    )


def expected(team: Team, count: int) -> tuple[list[Any], list[Any], list[Any]]:
    """The same of what was put in."""
    return (
        sorted(team.users, key=lambda user: user.login),
        sorted(team.tracking_numbers, key=lambda number: number.number),
        [(entry_key(a_call(index)), a_call(index)) for index in range(count)],
    )


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in calls.c}


def _user(index: int, users: int) -> UserProfile:
    other = f"agent{(index + 1) % users}"
    queue = (
        UserQueue(),
        UserQueue(False, 20, NoAnswer.VOICEMAIL, f"sip:vm-{index}@example.com"),
        UserQueue(True, 3600, NoAnswer.AGENT, other),
    )[index % 3 if users > 1 else 0]
    role = Role.ADMIN if index == 0 else Role.AGENT
    return UserProfile(f"agent{index}", ODD[index % len(ODD)], f"sip:{index}@example.com", role, index % 2 == 0, queue)


def _number(index: int, users: int) -> TrackingNumber:
    route = f"agent:agent{index % users}" if index % 3 else f"queue:{ODD[1]}"
    return TrackingNumber(f"+1555123{index:04}", ODD[index % len(ODD)], Route.parse(route))
