"""What a move copies. Users and tracking numbers: one transaction for all, and nobody's work overwritten unasked.
The call log: page by page in the order it was written, a million entries are never in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Table, func, select, text, update
from sqlalchemy import insert as insert_all
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.model.database_move import NAMED_AT_MOST, Conflict, MoveProgress, MoveStep, Tally
from softphone.model.profile import TrackingNumber, UserProfile
from softphone.storage.connection.database import Database
from softphone.storage.schema import calls, insert, tracking_numbers, users
from softphone.storage.team.records import begin_change, number_of, user_of

Values = dict[str, Any]
BATCH = 200
_OF_THIS_DATABASE = "version"  # counts the changes of one database and means nothing in another
_ABOUT_CHANGES = (_OF_THIS_DATABASE, "changed_by", "changed_at")
PAGE = 200
_LIMITED = text("SELECT row_security_active('calls'), session_user::text")
_COLUMNS = tuple(column.name for column in calls.c if column.name != "id")  # each database numbers for itself


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
                kept = respelled(values, dialect)
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
            await self.connection.execute(insert_all(self.kind.table), batch)
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


@dataclass(slots=True)
class CallCopy:
    """The entries of the source and their counterparts, found by what makes an entry the same entry.

    Those up to *last*, an id at the source, are left alone; it goes on with the pages.
    """

    source: Database
    destination: Database
    respelled: int = 0
    last: int = 0

    @staticmethod
    async def count(database: Database) -> int:
        """How many entries there are. Raises UserFacingError."""
        async with database.transaction() as connection:
            return int((await connection.execute(select(func.count()).select_from(calls))).scalar_one())

    async def check_rights(self) -> None:
        """Agents and admins write entries in their own name only. Raises UserFacingError before anything is copied."""
        async with self.destination.transaction() as connection:
            if connection.dialect.name != "postgresql":
                return
            limited, me = (await connection.execute(_LIMITED)).one()
        if not limited:
            return
        async with self.source.transaction() as connection:
            others = (await connection.execute(select(calls.c.agent).where(calls.c.agent != me).limit(1))).scalar()
        if others is not None:
            raise UserFacingError(
                f"There are calls of others here, of “{others}” for one, and “{me}” may write only calls of their own "
                "there. Have the owner of that database make the move: softphone db move --login OWNER."
            )

    async def copy(self, tell: Callable[[MoveProgress], None]) -> Tally:
        """Write what is not there; entries that come to the source meanwhile are copied too."""
        total, done, copied = await self.count(self.source), 0, 0
        async for page in self._pages():
            copied += await self._copy_page(page)
            done += len(page)
            tell(MoveProgress(MoveStep.CALLS, done, max(total, done)))
        if not done:
            tell(MoveProgress(MoveStep.CALLS, 0, 0))
        return Tally(copied=copied, already_there=done - copied)

    async def compared(self, tally: Tally, tell: Callable[[MoveProgress], None]) -> Tally:
        """The tally with what comparing every entry of the source, column by column, has found."""
        total, done, differing, missing = await self.count(self.source), 0, 0, 0
        named: list[str] = []
        self.last, self.respelled = 0, 0
        async for page in self._pages():
            theirs = await self._counterparts(page)
            for values in page:
                there = theirs.get(values["entry_key"])
                missing += there is None
                differing += there is not None and there != values
                if there != values and len(named) < NAMED_AT_MOST:
                    named.append(_name(values))
            done += len(page)
            tell(MoveProgress(MoveStep.COMPARING, done, max(total, done)))
        if not done:
            tell(MoveProgress(MoveStep.COMPARING, 0, 0))
        return replace(tally, compared=done, differing=differing, missing=missing, named=tuple(named))

    async def _pages(self) -> AsyncIterator[list[Values]]:
        """Each page is a transaction of its own: nobody waits for the move, and the window stays alive."""
        async with self.destination.transaction() as connection:
            dialect = connection.dialect.name
        while True:
            statement = select(calls).where(calls.c.id > self.last).order_by(calls.c.id).limit(PAGE)
            async with self.source.transaction() as connection:
                rows = (await connection.execute(statement)).all()
            if not rows:
                return
            self.last = rows[-1].id
            found = [values_of(row, _COLUMNS) for row in rows]
            kept = [respelled(values, dialect) for values in found]
            self.respelled += sum(old != new for old, new in zip(found, kept, strict=True))
            yield kept
            await asyncio.sleep(0)

    async def _copy_page(self, page: list[Values]) -> int:
        keys = [values["entry_key"] for values in page]
        async with self.destination.transaction() as connection:
            there = set(
                (await connection.execute(select(calls.c.entry_key).where(calls.c.entry_key.in_(keys)))).scalars()
            )
            new = [values for values in page if values["entry_key"] not in there]
            if new:
                unless_there = insert(connection, calls).on_conflict_do_nothing(index_elements=["entry_key"])
                await connection.execute(unless_there, new)  # somebody else may move the same entries just now
        return len(new)

    async def _counterparts(self, page: list[Values]) -> dict[str, Values]:
        keys = [values["entry_key"] for values in page]
        async with self.destination.transaction() as connection:
            rows = await connection.execute(select(calls).where(calls.c.entry_key.in_(keys)))
            return {row.entry_key: values_of(row, _COLUMNS) for row in rows}


def _name(values: Values) -> str:
    return f"{values['arrived']:%Y-%m-%d %H:%M:%S} {values['agent']} {values['remote_uri']}"


def values_of(row: Row[Any], columns: Iterable[str]) -> Values:
    """These columns of a row."""
    return {name: row._mapping[name] for name in columns}


def respelled(values: Values, dialect: str) -> Values:
    """The same as the destination can keep it: PostgreSQL has no character 0, SQLite does."""
    if dialect != "postgresql":
        return values
    return {
        name: value.replace("\0", "?") if isinstance(value, str) and "\0" in value else value
        for name, value in values.items()
    }


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
