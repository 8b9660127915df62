"""What can be wrong with the schema of a team's database, each told in words."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from softphone.errors import UserFacingError
from softphone.storage import DatabaseAddress, open_database, upgrade
from softphone.storage.migrations.revisions import REVISIONS
from softphone.storage.migrations.upgrade import migrate_server
from tests.lab.postgres import PASSWORD, PostgresDatabase

HEAD = REVISIONS[-1].revision


async def refusal(address: DatabaseAddress) -> str:
    with pytest.raises(UserFacingError) as caught:
        await open_database(address)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


async def test_a_database_without_tables(empty_server: DatabaseAddress) -> None:
    assert "has no tables yet: an admin has to run softphone db upgrade" in await refusal(empty_server)


async def test_a_database_of_another_program(empty_server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    postgres.sql("CREATE TABLE bookmarks (url text)")
    assert "the database of another program" in await refusal(empty_server)
    with pytest.raises(UserFacingError, match="the database of another program"):
        await upgrade(empty_server)


async def test_an_older_schema_is_left_to_an_admin(empty_server: DatabaseAddress) -> None:
    await migrate_server(empty_server, REVISIONS[:2])
    words = f"has schema 0002, older than this softphone's {HEAD}: an admin has to run softphone db upgrade"
    assert words in await refusal(empty_server)
    assert "was upgraded from schema 0002" in await upgrade(empty_server)
    await (await open_database(empty_server)).dispose()


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
    assert f"it says schema {HEAD} and lacks {missing}. Have its admin restore a backup copy." in await refusal(server)


async def test_no_rights(server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    assert server.server is not None
    postgres.server.create_login("stranger")
    stranger = replace(server, server=replace(server.server, user="stranger"))
    assert "gives “stranger” no right to read its tables" in await refusal(stranger)
    postgres.sql("GRANT SELECT ON alembic_version, calls TO stranger")
    database = await open_database(stranger)
    with pytest.raises(UserFacingError, match=r"gives “stranger” no right to that\. Have an admin run softphone db"):
        async with database.transaction() as connection:
            await connection.exec_driver_sql("DELETE FROM calls")
    await database.dispose()
    postgres.sql("DROP OWNED BY stranger")
