"""What can be wrong with a team's database, each told in words: connecting to it, and its schema."""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa

from softphone.errors import UserFacingError
from softphone.storage import Database, DatabaseAddress, upgrade
from softphone.storage.migrate import migrate_server
from softphone.storage.migrations import REVISIONS
from softphone.storage.postgres_connections import connect
from softphone.storage.problems import UnreachableError
from softphone.storage.schema import metadata
from tests.integration.lab.postgres import PASSWORD, PostgresDatabase

HEAD = REVISIONS[-1].revision


async def refusal(address: DatabaseAddress) -> str:
    with pytest.raises(UserFacingError) as caught:
        await Database.open(address)
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
    assert "Nobody is named to log in" in await refusal(DatabaseAddress.parse(url, Path()))


async def test_no_such_database(postgres: PostgresDatabase) -> None:
    url = postgres.url().replace(f"/{postgres.name}", "/nowhere")
    assert "does not exist on that server" in await refusal(DatabaseAddress.parse(url, Path()).with_password(PASSWORD))


async def test_nobody_is_there(postgres: PostgresDatabase) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"postgresql://owner@127.0.0.1:{deaf.getsockname()[1]}/team"
        address = DatabaseAddress.parse(url, Path())
        with pytest.raises(UnreachableError, match="cannot be reached: Connection refused"):
            await Database.open(address)


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
        await Database.open(address)


async def test_the_socket_of_this_machine(postgres: PostgresDatabase) -> None:
    address = DatabaseAddress.parse(postgres.socket_url, Path()).with_password(PASSWORD)
    assert "has no tables yet" in await refusal(address)


async def test_a_certificate_of_another_host(postgres: PostgresDatabase) -> None:
    postgres.server.certify("DNS:elsewhere.example.com")
    assert "its certificate is not valid for 127.0.0.1" in await refusal(secured(postgres))
    assert "has no tables yet" in await refusal(secured(postgres, "sslmode=verify-ca"))


async def test_a_certificate_of_an_unknown_authority(postgres: PostgresDatabase) -> None:
    assert "of an authority nobody here knows" in await refusal(secured(postgres, ca_file=""))
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
    database = await Database.open(address)
    async with database.transaction() as connection:
        version = await connection.exec_driver_sql("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert version.scalar() == "TLSv1.3"
    await database.dispose()


async def test_a_database_without_tables(empty_server: DatabaseAddress) -> None:
    assert "has no tables yet: an admin has to run softphone db upgrade" in await refusal(empty_server)


async def test_a_database_of_another_program(empty_server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    postgres.sql("CREATE TABLE bookmarks (url text)")
    assert "none of a softphone" in await refusal(empty_server)
    with pytest.raises(UserFacingError, match="none of a softphone"):
        await upgrade(empty_server)


async def test_an_older_schema_is_left_to_an_admin(empty_server: DatabaseAddress) -> None:
    await migrate_server(empty_server, REVISIONS[:2])
    words = f"has schema 0002, older than this softphone's {HEAD}: an admin has to run softphone db upgrade"
    assert words in await refusal(empty_server)
    assert "was upgraded from schema 0002" in await upgrade(empty_server)
    await (await Database.open(empty_server)).dispose()


async def test_a_newer_schema(server: DatabaseAddress) -> None:
    later = ModuleType("later", "A later step.")
    vars(later).update(revision="later", down_revision=HEAD, upgrade=lambda: None)
    await migrate_server(server, [*REVISIONS, later])
    assert "was made by a newer softphone" in await refusal(server)
    with pytest.raises(UserFacingError, match="was made by a newer softphone"):
        await upgrade(server)


@pytest.mark.parametrize(
    ("damage", "missing"),
    [
        ("DROP TABLE tracking_numbers", "the table tracking_numbers"),
        ("ALTER TABLE calls DROP COLUMN continued_by", "the column calls.continued_by"),
    ],
)
async def test_a_half_upgraded_schema_says_what_is_missing(
    server: DatabaseAddress, postgres: PostgresDatabase, damage: str, missing: str
) -> None:
    postgres.sql(damage)
    assert f"it says schema {HEAD}, and {missing} is not there" in await refusal(server)


async def test_no_rights(server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    assert server.server is not None
    postgres.server.create_login("stranger")
    stranger = replace(server, server=replace(server.server, user="stranger"))
    assert "gives “stranger” no right to read its tables" in await refusal(stranger)
    postgres.sql("GRANT SELECT ON alembic_version, calls TO stranger")
    database = await Database.open(stranger)
    with pytest.raises(UserFacingError, match=r"gives “stranger” no right to that\. Have an admin run softphone db"):
        async with database.transaction() as connection:
            await connection.exec_driver_sql("DELETE FROM calls")
    await database.dispose()
    postgres.sql("DROP OWNED BY stranger")


async def test_an_upgrade_that_fails_half_way_changes_nothing(
    server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    def fails_after_a_change() -> None:
        from alembic import op

        op.execute("CREATE TABLE half (x int)")
        op.execute("CREATE TABLE users (x int)")

    later = ModuleType("later", "A later step.")
    vars(later).update(revision="later", down_revision=HEAD, upgrade=fails_after_a_change)
    with pytest.raises(UserFacingError, match="already exists"):
        await migrate_server(server, [*REVISIONS, later])
    assert postgres.sql("SELECT to_regclass('half') IS NULL, version_num FROM alembic_version") == f"t|{HEAD}"


async def test_two_upgrades_at_once_do_not_disturb_each_other(empty_server: DatabaseAddress) -> None:
    done = await asyncio.gather(*(migrate_server(empty_server) for _ in range(3)))
    assert sorted(result.before for result in done) == ["", HEAD, HEAD]
    assert re.fullmatch(rf"The database .* is up to date \(schema {HEAD}\)\.", await upgrade(empty_server))


async def test_the_steps_lead_to_the_schema_of_today(server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    """As on a file: what the migrations make is what the tables say; triggers and functions are the migrations' own."""
    migrated = await structure(server)
    postgres.sql("DROP OWNED BY owner")
    database = Database.unseen(server)
    async with database.transaction() as connection:
        await connection.run_sync(metadata.create_all)
    await database.dispose()
    assert await structure(server) == migrated


async def structure(address: DatabaseAddress) -> dict[str, object]:
    database = Database.unseen(address)
    async with database.transaction() as connection:
        described = await connection.run_sync(described_tables)
    await database.dispose()
    return described


def described_tables(connection: sa.Connection) -> dict[str, object]:
    seen = sa.inspect(connection)
    return {
        table: {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"] if c["name"] != "id" else "")
                for c in seen.get_columns(table)
            ],
            "primary key": seen.get_pk_constraint(table),
            "foreign keys": sorted(map(str, seen.get_foreign_keys(table))),
            "unique": sorted(map(str, seen.get_unique_constraints(table))),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in seen.get_check_constraints(table)),
            "indexes": sorted(map(str, seen.get_indexes(table))),
        }
        for table in sorted(set(seen.get_table_names()) - {"alembic_version"})
    }
