"""Users and tracking numbers, kept in the database and always at hand in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.model.profile import Team, TrackingNumber, UserProfile
from softphone.storage.database import Database
from softphone.storage.rows import number_of, number_values, user_of, user_values
from softphone.storage.schema import tracking_numbers, users


class DatabaseTeamStore:
    """ports.TeamStore: ``team`` is what was read last; every change is one transaction and is read back in it."""

    def __init__(self, database: Database, team: Team) -> None:
        self._database = database
        self._team = team
        self._listeners: list[Callable[[Team], None]] = []

    @classmethod
    async def open(cls, database: Database) -> DatabaseTeamStore:
        """Read the team. Raises UserFacingError when that fails."""
        async with database.transaction() as connection:
            return cls(database, await _read(connection))

    @property
    def team(self) -> Team:
        """Users by login and tracking numbers by number, as last read."""
        return self._team

    def on_change(self, listener: Callable[[Team], None]) -> None:
        """Call *listener* after each change."""
        self._listeners.append(listener)

    async def put_user(self, user: UserProfile) -> None:
        """Add or replace the user of this login. Raises UserFacingError when it cannot be saved."""
        await self._put([user], [])

    async def put_tracking_number(self, number: TrackingNumber) -> None:
        """Add or replace this number. Raises UserFacingError when it cannot be saved."""
        await self._put([], [number])

    async def put_team(self, team: Team) -> None:
        """Add or replace all of these in one transaction; others stay. Raises UserFacingError, changing nothing."""
        await self._put(team.users, team.tracking_numbers)

    async def reload(self) -> None:
        """Read again what others may have changed; listeners hear of it. Raises UserFacingError."""
        await self._put([], [])

    async def _put(self, people: Iterable[UserProfile], numbers: Iterable[TrackingNumber]) -> None:
        async with self._database.transaction() as connection:
            await _upsert(connection, users, [user_values(user) for user in people])
            await _upsert(connection, tracking_numbers, [number_values(number) for number in numbers])
            team = await _read(connection)
        self._team = team
        for listener in tuple(self._listeners):
            listener(team)


async def _upsert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows, or overwrite those that are there and raise their version."""
    if not rows:
        return
    keys = table.primary_key.columns.keys()
    statement = insert(table).values(version=1)
    overwritten = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    changes = {**overwritten, "version": table.c.version + 1}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)


async def _read(connection: AsyncConnection) -> Team:
    people = await connection.execute(select(users).order_by(users.c.login))
    numbers = await connection.execute(select(tracking_numbers).order_by(tracking_numbers.c.number))
    return Team(map(user_of, people), map(number_of, numbers))
