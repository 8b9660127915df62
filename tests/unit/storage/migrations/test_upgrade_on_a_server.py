from __future__ import annotations

import asyncio
import re
from types import ModuleType

import pytest
import sqlalchemy as sa

from softphone.errors import UserFacingError
from softphone.storage import Database, DatabaseAddress, upgrade
from softphone.storage.migrations.revisions import REVISIONS
from softphone.storage.migrations.upgrade import migrate_server
from softphone.storage.schema import metadata
from tests.lab.postgres import PostgresDatabase

HEAD = REVISIONS[-1].revision


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
    database = Database(server)
    async with database.transaction() as connection:
        await connection.run_sync(metadata.create_all)
    await database.dispose()
    assert await structure(server) == migrated


async def structure(address: DatabaseAddress) -> dict[str, object]:
    database = Database(address)
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
