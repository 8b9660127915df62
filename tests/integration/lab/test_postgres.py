"""The PostgreSQL cluster itself: what tests rely on it for."""

from __future__ import annotations

import asyncio
import ssl

import asyncpg
import pytest

from tests.lab.postgres import OWNER, PASSWORD, PostgresDatabase


async def version_of(database: PostgresDatabase, **options: object) -> str:
    address = {"host": "127.0.0.1", "port": database.server.port, "database": database.name}
    connection = await asyncpg.connect(**address | {"user": OWNER, "password": PASSWORD} | options)
    try:
        return str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()


def trusting(database: PostgresDatabase) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(database.server.ca_file))


async def test_it_is_reached_by_address_and_by_socket(postgres: PostgresDatabase) -> None:
    assert int((await version_of(postgres)).split(".")[0]) >= 15
    assert await version_of(postgres, host=str(postgres.server.directory))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await version_of(postgres, password="wrong")


async def test_its_certificate_is_for_its_names(postgres: PostgresDatabase) -> None:
    assert await version_of(postgres, ssl=trusting(postgres))
    postgres.server.certify("DNS:elsewhere.example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        await version_of(postgres, ssl=trusting(postgres))
    postgres.server.put_right()
    assert await version_of(postgres, ssl=trusting(postgres))


async def test_it_stops_and_comes_back(postgres: PostgresDatabase) -> None:
    postgres.sql("CREATE TABLE kept (x int)")
    postgres.server.stop()
    with pytest.raises(OSError):
        await version_of(postgres)
    postgres.server.put_right()
    assert postgres.sql("SELECT count(*) FROM kept") == "0"


async def test_it_can_be_frozen(postgres: PostgresDatabase) -> None:
    postgres.server.freeze()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(version_of(postgres), 0.3)
    postgres.server.thaw()
    assert await version_of(postgres)
