"""Users and tracking numbers as rows: read and written within a transaction, and nobody's work overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import ChangedMeanwhileError, GoneError
from softphone.model.profile import NoAnswer, Role, Route, RouteKind, Team, TrackingNumber, UserProfile, UserQueue
from softphone.storage.connection.reading import RowReader
from softphone.storage.schema import TeamNow, insert, team_changes, tracking_numbers, users

_NAMES = {users: "The user “{}”", tracking_numbers: "The tracking number {}"}
SOMEBODY = "somebody else"
_AT_ONCE = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """A user or a tracking number, and its revision."""

    value: T
    revision: int


@dataclass(frozen=True, slots=True)
class TeamSnapshot:
    """Every record by its key, in order, as it was after so many *changes*."""

    changes: int = 0
    users: Mapping[str, Record[UserProfile]] = field(default_factory=dict)
    numbers: Mapping[str, Record[TrackingNumber]] = field(default_factory=dict)

    def team(self) -> Team:
        """The users and tracking numbers alone."""
        return Team((user.value for user in self.users.values()), (number.value for number in self.numbers.values()))


@dataclass(frozen=True, slots=True)
class Change:
    """One change under way: the transaction that has the write lock, the revision it makes, who makes it."""

    connection: AsyncConnection
    revision: int
    editor: str

    async def check(self, table: Table, key: str, based_on: int | None) -> None:
        """Raises ChangedMeanwhileError or GoneError unless the record still is what *based_on* says."""
        if based_on is None:
            return
        columns = table.c.version, table.c.changed_by
        row = (await self.connection.execute(select(*columns).where(_key_of(table) == key))).first()
        if row is None and based_on:
            raise GoneError(f"{_NAMES[table].format(key)} was deleted meanwhile.")
        if row is not None and row.version != based_on:
            raise ChangedMeanwhileError(_NAMES[table].format(key), row.changed_by or SOMEBODY)

    async def put(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert the rows, or overwrite those that are there."""
        if not rows:
            return
        signed = {"version": self.revision, "changed_by": self.editor, "changed_at": TeamNow()}
        statement = insert(self.connection, table).values(signed)
        overwritten = {name: statement.excluded[name] for name in (*rows[0], *signed) if name != _key_of(table).name}
        upsert = statement.on_conflict_do_update(index_elements=[_key_of(table)], set_=overwritten)
        for start in range(0, len(rows), _AT_ONCE):
            await self.connection.execute(upsert, rows[start : start + _AT_ONCE])

    async def delete(self, table: Table, key: str) -> None:
        """Take the record out. Raises GoneError when it is not there."""
        done = await self.connection.execute(delete(table).where(_key_of(table) == key))
        if not done.rowcount:
            raise GoneError(f"{_NAMES[table].format(key)} was deleted meanwhile.")


async def begin_change(connection: AsyncConnection, editor: str) -> Change:
    """Count one more change; writing first takes the lock, so that what is read after it cannot change."""
    counted = update(team_changes).values(count=team_changes.c.count + 1).returning(team_changes.c.count)
    return Change(connection, (await connection.execute(counted)).scalar_one(), editor)


async def read_snapshot(connection: AsyncConnection, known: TeamSnapshot) -> TeamSnapshot:
    """The team as it is now; only what has changed since *known* is fetched, however large the team."""
    changes = (await connection.execute(select(team_changes.c.count))).scalar_one()
    return TeamSnapshot(
        changes,
        await _records(connection, users, user_of, known.users, known.changes),
        await _records(connection, tracking_numbers, number_of, known.numbers, known.changes),
    )


async def _records(
    connection: AsyncConnection,
    table: Table,
    value_of: Callable[[Row[Any]], T],
    known: Mapping[str, Record[T]],
    since: int,
) -> dict[str, Record[T]]:
    """Those *known*, overlaid with those saved *since* and without those deleted or not to be read."""
    records, key = dict(known), _key_of(table)
    reader = RowReader(table.name, lambda row: (getattr(row, key.name), Record(value_of(row), row.version)))
    saved = await connection.stream(select(table).where(table.c.version > since))
    async for rows in saved.partitions(_AT_ONCE):  # so that a large team does not hold up the event loop
        for row in rows:
            records.pop(getattr(row, key.name), None)
        records |= dict(reader.read(rows))
    there = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    if len(records) != there:  # some were deleted, or cannot be read
        left = set((await connection.execute(select(key))).scalars())
        records = {name: record for name, record in records.items() if name in left}
    return dict(sorted(records.items()))


def _key_of(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key


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
