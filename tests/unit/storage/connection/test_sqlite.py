from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from softphone.storage import Database
from softphone.storage.connection.sqlite import worker_engine


async def test_every_connection_keeps_the_rules(database: Database) -> None:
    async with database.transaction() as first, database.transaction() as second:
        for connection in (first, second):
            told = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
                for name in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")
            ]
            assert told == [1, "wal", 2, 100]


def test_an_upgrade_has_the_file_to_itself_from_its_first_word(path: Path) -> None:
    first, second = worker_engine(path, 1.0), worker_engine(path, 0.05)
    with first.begin() as holder:
        with pytest.raises(OperationalError, match="database is locked"), second.begin():
            pass
        holder.execute(text("CREATE TABLE made (x)"))
    with second.begin() as later:
        assert later.execute(text("SELECT count(*) FROM made")).scalar() == 0
