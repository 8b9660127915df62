"""Values the storage tests write, and another program that holds the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, Table, select

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.storage import Database
from softphone.storage.call_log.entries import LogEntry
from softphone.storage.call_log.outbox import Outbox

MORNING = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def record(number: int) -> CallRecord:
    """The entry of the call that came *number* seconds into the morning."""
    arrived = MORNING + timedelta(seconds=number)
    return CallRecord(
        call=f"in-{number}",
        sip_call_id=f"{number}@192.0.2.1",
        direction=Direction.INCOMING,
        agent="agent1",
        remote_name="Zoë Ünal",
        remote_uri="sip:+15550102233@192.0.2.1",
        tracking_number="+15551230001",
        label="Spring campaign",
        direct=True,
        arrived=arrived,
        answered=arrived + timedelta(seconds=4.5) if number % 2 else None,
        ended=arrived + timedelta(seconds=60),
        waited_seconds=4.5,
        outcome=Outcome.ANSWERED if number % 2 else Outcome.ABANDONED,
        explanation="on a call, direct line, call waiting on",
    )


async def refuse(database: Database, call: str) -> None:
    """From now on the database takes no entry of this call; see ``mend``."""
    never = "CREATE TRIGGER never BEFORE INSERT ON calls WHEN NEW.call = '{0}' BEGIN SELECT RAISE(ABORT, 'never'); END"
    if database.shared:
        never = "ALTER TABLE calls ADD CONSTRAINT never CHECK (call <> '{0}')"
    async with database.transaction() as connection:
        await connection.exec_driver_sql(never.format(call))


async def mend(database: Database) -> None:
    """It takes everything again."""
    mended = "ALTER TABLE calls DROP CONSTRAINT never" if database.shared else "DROP TRIGGER never"
    async with database.transaction() as connection:
        await connection.exec_driver_sql(mended)


@contextmanager
def held_by_another(path: Path) -> Iterator[None]:
    """Another program is writing and does not end its transaction."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def logged_calls(path: Path) -> list[str]:
    """The ids in the call log, in the order they were written."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT call FROM calls ORDER BY id")]


def entries_in(path: Path) -> list[LogEntry]:
    """What a later run would find in the outbox."""
    outbox = Outbox(path)
    try:
        return outbox.read()
    finally:
        outbox.close()


def kept(engine: Engine, table: Table, values: dict[str, object]) -> Row[Any]:
    """The row as the table gives it back; nothing is committed."""
    with engine.connect() as connection:
        connection.execute(table.insert().values(values))
        return connection.execute(select(table)).one()
