"""The call log on the move, page by page in the order it was written: a million entries are never in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, select, text

from softphone.errors import UserFacingError
from softphone.model.database_move import NAMED_AT_MOST, MoveProgress, MoveStep, Tally
from softphone.storage.connection.database import Database
from softphone.storage.schema import Values, calls, insert, storable, values_of

PAGE = 200
_LIMITED = text("SELECT row_security_active('calls'), session_user::text")
_Key = tuple[str, str]
_COLUMNS = tuple(column.name for column in calls.c if column.name != "id")  # each database numbers for itself


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
                f"The call log here has calls of others, of “{others}” for one; in the other database “{me}” may write "
                "only their own. Have the owner of that database make the move: softphone db move --login OWNER."
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
                there = theirs.get(_key_of(values))
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
            kept = [storable(values, dialect) for values in found]
            self.respelled += sum(old != new for old, new in zip(found, kept, strict=True))
            yield kept
            await asyncio.sleep(0)

    async def _copy_page(self, page: list[Values]) -> int:
        async with self.destination.transaction() as connection:
            rows = await connection.execute(select(calls.c.agent, calls.c.entry_key).where(_are_of(page)))
            there = {(row.agent, row.entry_key) for row in rows}
            new = [values for values in page if _key_of(values) not in there]
            if new:
                unless_there = insert(connection, calls).on_conflict_do_nothing(index_elements=["agent", "entry_key"])
                await connection.execute(unless_there, new)  # somebody else may move the same entries just now
        return len(new)

    async def _counterparts(self, page: list[Values]) -> dict[_Key, Values]:
        async with self.destination.transaction() as connection:
            rows = await connection.execute(select(calls).where(_are_of(page)))
            return {(row.agent, row.entry_key): values_of(row, _COLUMNS) for row in rows}


def _key_of(values: Values) -> _Key:
    return values["agent"], values["entry_key"]


def _are_of(page: list[Values]) -> ColumnElement[bool]:
    """Those that may be counterparts of a page's: one index leads to them."""
    return calls.c.agent.in_({values["agent"] for values in page}) & calls.c.entry_key.in_(
        [values["entry_key"] for values in page]
    )


def _name(values: Values) -> str:
    return f"{values['arrived']:%Y-%m-%d %H:%M:%S} {values['agent']} {values['remote_uri']}"
