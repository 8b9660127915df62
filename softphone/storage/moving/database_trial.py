"""What Test connection finds out about a team's database, in words."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.model.database_move import DatabaseTrial
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.clock import clock_words
from softphone.storage.connection.database import Database
from softphone.storage.migrations.schema_check import check_schema

_TABLES = text(
    "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v')"
)
_FACTS = text(
    "SELECT current_setting('server_version') AS server,"
    " (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS tls, clock_timestamp() AS now"
)
_TOO_MIGHTY = text(
    "SELECT owner.rolname, CASE WHEN owner.rolsuper THEN 'NOSUPERUSER' ELSE 'NOCREATEROLE' END FROM pg_database AS d"
    " JOIN pg_roles AS owner ON owner.oid = d.datdba WHERE d.datname = current_database()"
    " AND (owner.rolsuper OR owner.rolcreaterole)"
)
_TEAM = text(
    "SELECT (SELECT version_num FROM alembic_version) AS schema, (SELECT count(*) FROM users) AS users,"
    " has_table_privilege('users', 'INSERT') AS admin, has_table_privilege('calls', 'INSERT') AS agent"
)


async def try_database(address: DatabaseAddress) -> DatabaseTrial:
    """Connect and look; nothing is changed."""
    if not address.shared:
        return DatabaseTrial(True, f"The data is in the file {address.for_people}.")
    database = Database(address)
    try:
        async with database.transaction() as connection:
            return await _look(connection, address)
    except UserFacingError as error:
        return DatabaseTrial(False, str(error))
    finally:
        await database.dispose()


async def is_empty(address: DatabaseAddress) -> bool:
    """Whether it has no tables at all. Raises UserFacingError when it cannot be asked."""
    database = Database(address)
    try:
        async with database.transaction() as connection:
            return await _is_empty(connection)
    finally:
        await database.dispose()


async def _look(connection: AsyncConnection, address: DatabaseAddress) -> DatabaseTrial:
    asked = datetime.now(UTC)
    facts = (await connection.execute(_FACTS)).one()
    ahead = asked + (datetime.now(UTC) - asked) / 2 - facts.now
    safety = f"encrypted with {facts.tls}" if facts.tls else "not encrypted"
    words = f"PostgreSQL {facts.server.split()[0]} answers, {safety}."
    if await _is_empty(connection):
        return DatabaseTrial(
            True, f"{words} The database has no tables yet: moving data there makes them.", clock_words(ahead), True
        )
    await check_schema(connection, address)
    warning = clock_words(ahead) or await _owner_words(connection)
    return DatabaseTrial(True, f"{words} {_team_words(await _team(connection))}", warning)


async def _owner_words(connection: AsyncConnection) -> str:
    """Whether who owns the database may do more on its server than keep a team's data."""
    found = (await connection.execute(_TOO_MIGHTY)).first()
    if found is None:
        return ""
    owner, take_back = found
    return (
        f"“{owner}”, who owns the database, may do more on its server than that: whoever has their password may run "
        f'programs there. Have its admin run ALTER ROLE "{owner}" {take_back}; see docs/team.md.'
    )


async def _is_empty(connection: AsyncConnection) -> bool:
    return not (await connection.execute(_TABLES)).scalar_one()


async def _team(connection: AsyncConnection) -> tuple[str, int, str]:
    found = (await connection.execute(_TEAM)).one()
    role = "an admin" if found.admin else "an agent" if found.agent else "a reader"
    return found.schema, found.users, role


def _team_words(found: tuple[str, int, str]) -> str:
    schema, users, role = found
    people = "1 user" if users == 1 else f"{users} users"
    return f"Schema {schema}, {people}; there you have the rights of {role}."
