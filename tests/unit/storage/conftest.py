"""A real database for each test: a file, or a team's PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, StaticPool, create_engine

from softphone.storage import Database, DatabaseAddress, open_database, upgrade
from softphone.storage.schema import metadata
from tests.lab.postgres import PASSWORD, PostgresDatabase


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "team.sqlite3"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = await open_database(path, busy_seconds=0.1)
    yield database
    await database.dispose()


@pytest.fixture
def empty_server(postgres: PostgresDatabase, path: Path) -> DatabaseAddress:
    """A team's database without any table."""
    return DatabaseAddress.parse(postgres.url(), path).with_password(PASSWORD)


@pytest.fixture
async def server(empty_server: DatabaseAddress) -> DatabaseAddress:
    """A team's database of today's schema."""
    await upgrade(empty_server)
    return empty_server


@pytest.fixture
async def server_database(server: DatabaseAddress) -> AsyncIterator[Database]:
    database = await open_database(server)
    yield database
    await database.dispose()


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.programs)])
def any_database(request: pytest.FixtureRequest) -> Database:
    """Either: for what has to be the same on both."""
    database: Database = request.getfixturevalue("database" if request.param == "file" else "server_database")
    return database


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The tables of today, in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    yield engine
    engine.dispose()
