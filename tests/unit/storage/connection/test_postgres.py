"""What can be wrong with the way to a team's database, each told in words."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.storage import Database, DatabaseAddress, open_database, upgrade
from softphone.storage.connection.postgres import connect
from softphone.storage.connection.problems import UnreachableError
from softphone.storage.migrations.revisions import REVISIONS
from tests.lab.postgres import PASSWORD, PostgresDatabase

HEAD = REVISIONS[-1].revision


async def refusal(address: DatabaseAddress) -> str:
    with pytest.raises(UserFacingError) as caught:
        await open_database(address)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def secured(
    postgres: PostgresDatabase, query: str = "sslmode=verify-full", ca_file: str | None = None
) -> DatabaseAddress:
    ca_file = str(postgres.server.ca_file) if ca_file is None else ca_file
    return DatabaseAddress.parse(postgres.url(query=query), Path(), ca_file=ca_file).with_password(PASSWORD)


async def test_a_wrong_password(server: DatabaseAddress) -> None:
    assert "refuses the password of “owner”" in await refusal(server.with_password("wrong"))
    assert "refuses the password of “owner”" in await refusal(server.with_password(""))


async def test_nobody_logs_in(postgres: PostgresDatabase) -> None:
    url = postgres.url().replace("owner@", "")
    assert "No user is named to log in" in await refusal(DatabaseAddress.parse(url, Path()))


async def test_no_such_database(postgres: PostgresDatabase) -> None:
    url = postgres.url().replace(f"/{postgres.name}", "/nowhere")
    assert "does not exist on that server" in await refusal(DatabaseAddress.parse(url, Path()).with_password(PASSWORD))


async def test_nobody_is_there(postgres: PostgresDatabase) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"postgresql://owner@127.0.0.1:{deaf.getsockname()[1]}/team"
        address = DatabaseAddress.parse(url, Path())
        with pytest.raises(UnreachableError, match="cannot be reached: Connection refused"):
            await open_database(address)


async def test_somebody_who_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = DatabaseAddress.parse(f"postgresql://owner@127.0.0.1:{silent.getsockname()[1]}/team", Path())
        with pytest.raises(UnreachableError, match="does not answer"):
            await connect(address, connect_seconds=0.2)


async def test_somebody_who_speaks_another_language() -> None:
    async def web_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(web_server, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for query, words in (("sslmode=disable", "cannot be"), ("sslmode=verify-full", "speaks no TLS")):
            url = f"postgresql://owner@127.0.0.1:{port}/team?{query}"
            assert f"127.0.0.1:{port} {words}" in await refusal(DatabaseAddress.parse(url, Path()))


async def test_a_server_that_is_starting_or_full_can_be_tried_again(postgres: PostgresDatabase) -> None:
    postgres.server.create_login("crowd", options="CONNECTION LIMIT 0")
    address = DatabaseAddress.parse(postgres.url("crowd"), Path()).with_password(PASSWORD)
    with pytest.raises(UnreachableError, match="has no connection left"):
        await open_database(address)


async def test_the_socket_of_this_machine(postgres: PostgresDatabase) -> None:
    address = DatabaseAddress.parse(postgres.socket_url, Path()).with_password(PASSWORD)
    assert "has no tables yet" in await refusal(address)


async def test_a_certificate_of_another_host(postgres: PostgresDatabase) -> None:
    postgres.server.certify("DNS:elsewhere.example.com")
    assert "its certificate is not valid for 127.0.0.1" in await refusal(secured(postgres))
    assert "has no tables yet" in await refusal(secured(postgres, "sslmode=verify-ca"))


async def test_a_certificate_of_an_unknown_authority(postgres: PostgresDatabase) -> None:
    assert "from an authority this computer does not trust" in await refusal(secured(postgres, ca_file=""))
    assert "has no tables yet" in await refusal(secured(postgres, "sslmode=require", ca_file=""))


async def test_a_server_without_tls(postgres: PostgresDatabase) -> None:
    postgres.server.sql("ALTER SYSTEM SET ssl = off")
    postgres.server.sql("SELECT pg_reload_conf()")
    try:
        assert "speaks no TLS" in await refusal(secured(postgres))
    finally:
        postgres.server.sql("ALTER SYSTEM RESET ssl")
        postgres.server.sql("SELECT pg_reload_conf()")


async def test_every_connection_keeps_the_rules(server_database: Database, server: DatabaseAddress) -> None:
    names = ("statement_timeout", "lock_timeout", "application_name", "tcp_keepalives_idle")
    async with server_database.transaction() as connection:
        told = [(await connection.exec_driver_sql(f"SHOW {name}")).scalar() for name in names]
    assert told == ["10s", "5s", "softphone", "5"]


async def test_verified_tls_is_what_is_in_use(postgres: PostgresDatabase) -> None:
    address = secured(postgres)
    await upgrade(address)
    database = await open_database(address)
    async with database.transaction() as connection:
        version = await connection.exec_driver_sql("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert version.scalar() == "TLSv1.3"
    await database.dispose()
