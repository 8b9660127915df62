"""How every connection to the SQLite file is set up, for the migrations and for daily work alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def worker_engine(path: Path, busy_seconds: float) -> Engine:
    """An engine for a worker thread; its transactions take the write lock at once, so that two never upgrade."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    _set_up(engine, busy_seconds, "BEGIN IMMEDIATE")
    return engine


def async_engine(path: Path, busy_seconds: float) -> AsyncEngine:
    """The engine of daily work."""
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)))
    _set_up(engine.sync_engine, busy_seconds, "BEGIN")
    return engine


def _set_up(engine: Engine, busy_seconds: float, begin: str) -> None:
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late to cover reads and DDL
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(busy_seconds * 1000)}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # an entry leaves the outbox only for the disk
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
