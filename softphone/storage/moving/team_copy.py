"""Users and tracking numbers on the move: one transaction for all of them, and nobody's work overwritten unasked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.model.database_move import NAMED_AT_MOST, Conflict, MoveProgress, MoveStep, Tally
from softphone.model.profile import TrackingNumber, UserProfile
from softphone.storage.connection.database import Database
from softphone.storage.schema import Values, storable, tracking_numbers, users, values_of
from softphone.storage.team.records import begin_change, number_of, user_of

BATCH = 200
_OF_THIS_DATABASE = "version"  # counts the changes of one database and means nothing in another
_ABOUT_CHANGES = (_OF_THIS_DATABASE, "changed_by", "changed_at")


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two tables."""

    table: Table
    step: MoveStep
    value_of: Callable[[Row[Any]], UserProfile | TrackingNumber]

    @property
    def key(self) -> str:
        """The column that names a record."""
        (column,) = self.table.primary_key.columns
        return str(column.name)

    @property
    def content(self) -> tuple[str, ...]:
        """What makes two records alike."""
        return tuple(column.name for column in self.table.c if column.name not in _ABOUT_CHANGES)


USERS = Kind(users, MoveStep.USERS, user_of)
NUMBERS = Kind(tracking_numbers, MoveStep.NUMBERS, number_of)


@dataclass(slots=True)
class TeamCopy:
    """The source's records by their keys, as the destination can keep them."""

    destination: Database
    users: Mapping[str, Values]
    numbers: Mapping[str, Values]
    respelled: int = 0
    _values: dict[str, UserProfile | TrackingNumber] = field(default_factory=dict)

    @classmethod
    async def read(cls, source: Database, destination: Database) -> TeamCopy:
        """Read the source. Raises UserFacingError."""
        async with destination.transaction() as connection:
            dialect = connection.dialect.name
        copy = cls(destination, {}, {})
        async with source.transaction() as connection:
            copy.users = await copy._read(connection, USERS, dialect)
            copy.numbers = await copy._read(connection, NUMBERS, dialect)
        return copy

    async def conflicts(self) -> tuple[Conflict, ...]:
        """Every record both have and not alike, users first. Raises UserFacingError."""
        async with self.destination.transaction() as connection:
            found = [conflict for kind in (USERS, NUMBERS) for conflict in await self._conflicts(connection, kind)]
        return tuple(found)

    async def copy(
        self, take_mine: Collection[Conflict], editor: str, tell: Callable[[MoveProgress], None]
    ) -> tuple[Tally, Tally]:
        """Write what is not there, and what of *take_mine* is there as it was; all of it or nothing."""
        async with self.destination.transaction() as connection:
            if not take_mine and not await self._anything_new(connection):
                return self._untouched(USERS, tell), self._untouched(NUMBERS, tell)
            revision = (await begin_change(connection, editor)).revision
            taken = {conflict.key: conflict.revision for conflict in take_mine}
            writers = [_Writer(connection, kind, revision, editor, taken) for kind in (USERS, NUMBERS)]
            return await writers[0].write(self.users, tell), await writers[1].write(self.numbers, tell)

    async def compared(self, user_tally: Tally, number_tally: Tally) -> tuple[Tally, Tally]:
        """The tallies with what a look at every record has found."""
        async with self.destination.transaction() as connection:
            return (
                _compared(user_tally, USERS, self.users, await _rows(connection, USERS)),
                _compared(number_tally, NUMBERS, self.numbers, await _rows(connection, NUMBERS)),
            )

    def _of(self, kind: Kind) -> Mapping[str, Values]:
        return self.users if kind is USERS else self.numbers

    def _untouched(self, kind: Kind, tell: Callable[[MoveProgress], None]) -> Tally:
        count = len(self._of(kind))
        tell(MoveProgress(kind.step, count, count))
        return Tally(already_there=count)

    async def _read(self, connection: AsyncConnection, kind: Kind, dialect: str) -> dict[str, Values]:
        records = {}
        stream = await connection.stream(select(kind.table).order_by(kind.table.c[kind.key]))
        async for rows in stream.partitions(BATCH):
            for row in rows:
                values = values_of(row, (column.name for column in kind.table.c))
                kept = storable(values, dialect)
                self.respelled += kept != values
                records[kept[kind.key]] = kept
                self._values[kept[kind.key]] = kind.value_of(row)
        return records

    async def _conflicts(self, connection: AsyncConnection, kind: Kind) -> list[Conflict]:
        theirs, mine = await _rows(connection, kind), self._of(kind)
        return [
            Conflict(self._values[key], kind.value_of(theirs[key]), theirs[key].version)
            for key, values in mine.items()
            if key in theirs and not _alike(kind, values, theirs[key])
        ]

    async def _anything_new(self, connection: AsyncConnection) -> bool:
        for kind in (USERS, NUMBERS):
            if self._of(kind).keys() - (await _rows(connection, kind)).keys():
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one kind of record in the transaction that has the write lock: nothing can change under it."""

    connection: AsyncConnection
    kind: Kind
    revision: int
    editor: str
    taken: Mapping[str, int]

    async def write(self, mine: Mapping[str, Values], tell: Callable[[MoveProgress], None]) -> Tally:
        """New ones keep who changed them last; overwritten ones are signed by the editor."""
        theirs = await _rows(self.connection, self.kind)
        new = [values | {_OF_THIS_DATABASE: self.revision} for key, values in mine.items() if key not in theirs]
        over = [mine[key] for key in mine.keys() & theirs.keys() if self.taken.get(key) == theirs[key].version]
        done = len(mine) - len(new) - len(over)
        for batch in _batches(new):
            await self.connection.execute(insert(self.kind.table), batch)
            done += len(batch)
            tell(MoveProgress(self.kind.step, done, len(mine)))
        for values in over:
            await self._overwrite(values)
        tell(MoveProgress(self.kind.step, len(mine), len(mine)))
        return Tally(copied=len(new) + len(over), already_there=len(mine) - len(new) - len(over))

    async def _overwrite(self, values: Values) -> None:
        signed = {_OF_THIS_DATABASE: self.revision, "changed_by": self.editor, "changed_at": datetime.now(UTC)}
        key = self.kind.table.c[self.kind.key]
        content = {name: values[name] for name in self.kind.content if name != self.kind.key}
        await self.connection.execute(
            update(self.kind.table).where(key == values[self.kind.key]).values(content | signed)
        )


def _batches(rows: list[Values]) -> Iterator[list[Values]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


async def _rows(connection: AsyncConnection, kind: Kind) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    stream = await connection.stream(select(kind.table))
    async for rows in stream.partitions(BATCH):
        found |= {row._mapping[kind.key]: row for row in rows}
    return found


def _alike(kind: Kind, mine: Values, theirs: Row[Any]) -> bool:
    return values_of(theirs, kind.content) == {name: mine[name] for name in kind.content}


def _compared(tally: Tally, kind: Kind, mine: Mapping[str, Values], theirs: Mapping[str, Row[Any]]) -> Tally:
    missing = [key for key in mine if key not in theirs]
    differing = [key for key, values in mine.items() if key in theirs and not _alike(kind, values, theirs[key])]
    named = tuple((missing + differing)[:NAMED_AT_MOST])
    return replace(tally, compared=len(mine), differing=len(differing), missing=len(missing), named=named)
