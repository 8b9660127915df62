from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from softphone.storage import Database
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.file_polling import FilePolling


def write(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE team_changes SET count = count + 1")
        other.commit()


async def test_what_another_program_writes_is_told_to_everybody(database: Database, path: Path) -> None:
    feed, told = ChangeFeed(), list[Topic]()

    def note(topic: Topic, key: str) -> None:
        if not key:
            told.append(topic)

    for topic in Topic:
        feed.on(topic, partial(note, topic))
    polling = FilePolling(database, feed, 0.01)
    polling.start()
    async with asyncio.timeout(10):
        while len(told) < 2 * len(Topic):
            write(path)
            await asyncio.sleep(0.02)
    await polling.close()
    assert told[: len(Topic)] == told[len(Topic) : 2 * len(Topic)] == list(Topic)
    heard = len(told)
    write(path)
    await asyncio.sleep(0)
    assert len(told) == heard


async def test_what_nobody_writes_is_not_told(database: Database, path: Path) -> None:
    """Reading is no change: two readings of the counter, told of by the clock of the loop, say nothing."""
    feed, told = ChangeFeed(), list[str]()
    feed.on(Topic.TEAM, told.append)
    polling = FilePolling(database, feed, 0.01)
    polling.start()
    for _ in range(20):
        async with database.transaction() as connection:
            await connection.exec_driver_sql("SELECT count FROM team_changes")
        await asyncio.sleep(0.01)
    await polling.close()
    assert told == []
