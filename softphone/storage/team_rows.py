"""Reading and writing users and tracking numbers within a transaction, and who has the right to overwrite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import ChangedMeanwhileError, GoneError
from softphone.model.profile import Team
from softphone.storage.rows import number_of, user_of
from softphone.storage.schema import team_changes, tracking_numbers, users

_NAMES = {users: "The user “{}”", tracking_numbers: "The tracking number {}"}
SOMEBODY = "somebody else"


@dataclass(frozen=True, slots=True)
class Picture:
    """The team and the revision of each record, as they were at one moment."""

    team: Team = field(default_factory=Team)
    users: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


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
        signed = {"version": self.revision, "changed_by": self.editor, "changed_at": datetime.now(UTC)}
        statement = insert(table).values(signed)
        overwritten = {name: statement.excluded[name] for name in (*rows[0], *signed) if name != _key_of(table).name}
        await self.connection.execute(
            statement.on_conflict_do_update(index_elements=[_key_of(table)], set_=overwritten), rows
        )

    async def delete(self, table: Table, key: str) -> None:
        """Take the record out. Raises GoneError when it is not there."""
        done = await self.connection.execute(delete(table).where(_key_of(table) == key))
        if not done.rowcount:
            raise GoneError(f"{_NAMES[table].format(key)} was deleted meanwhile.")


async def begin_change(connection: AsyncConnection, editor: str) -> Change:
    """Count one more change; writing first takes the lock, so that what is read after it cannot change."""
    counted = update(team_changes).values(count=team_changes.c.count + 1).returning(team_changes.c.count)
    return Change(connection, (await connection.execute(counted)).scalar_one(), editor)


async def read_picture(connection: AsyncConnection) -> Picture:
    """Users by login and tracking numbers by number."""
    people = (await connection.execute(select(users).order_by(users.c.login))).all()
    numbers = (await connection.execute(select(tracking_numbers).order_by(tracking_numbers.c.number))).all()
    return Picture(
        Team(map(user_of, people), map(number_of, numbers)),
        {row.login: row.version for row in people},
        {row.number: row.version for row in numbers},
    )


def _key_of(table: Table) -> Any:
    (key,) = table.primary_key.columns
    return key
