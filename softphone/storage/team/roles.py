"""Gives the team's roles in PostgreSQL their rights, and no others; safe to repeat at any time.

The roles themselves are the superuser's to make. An owner of the tables who may make roles could, on PostgreSQL 15,
give themselves those with which one runs programs on the server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.migrations.upgrade import open_database
from softphone.storage.team.guards import guards
from softphone.storage.team.rights import ADMIN, AGENT, LIMITED, RIGHTS, TABLES

_MAKE = {AGENT: f"CREATE ROLE {AGENT} NOLOGIN", ADMIN: f"CREATE ROLE {ADMIN} NOLOGIN IN ROLE {AGENT}"}
_SWEEP = "softphone_sweep(boolean, boolean)"
_OWNERS = text(
    "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND relname = ANY(:tables) AND NOT pg_has_role(current_user, relowner, 'USAGE')"
)
_THERE = text("SELECT rolname, rolcanlogin OR rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = ANY(:roles)")
_IS_MEMBER = text(
    "SELECT EXISTS (SELECT FROM pg_auth_members WHERE roleid = to_regrole(:agent) AND member = to_regrole(:admin))"
)
_POLICIES = text(
    "SELECT quote_ident(policyname), quote_ident(tablename) FROM pg_policies"
    " WHERE schemaname = current_schema() AND tablename = ANY(:tables)"
)
_GIVEN = text(
    "SELECT EXISTS (SELECT FROM pg_policies WHERE schemaname = current_schema() AND tablename = ANY(:tables))"
)
_PLACE = text(
    "SELECT quote_ident(current_schema()), quote_ident(current_database()),"
    " (SELECT pg_has_role(current_user, nspowner, 'USAGE') FROM pg_namespace WHERE nspname = current_schema()),"
    " (SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = current_database())"
)


async def grant_roles(address: DatabaseAddress) -> list[str]:
    """Do it in one transaction, and tell in sentences what was done. Raises UserFacingError, changing nothing."""
    if not address.shared:
        raise UserFacingError(
            f"Roles need a PostgreSQL database. This softphone keeps its data in {address.for_people}; "
            "whoever may read and write that file may do everything."
        )
    database = await open_database(address)
    try:
        async with database.transaction() as connection:
            await _check_owner(connection, address)
            return [*await _check_roles(connection, address), *await _give_rights(connection)]
    finally:
        await database.dispose()


async def _check_owner(connection: AsyncConnection, address: DatabaseAddress) -> None:
    owners = list((await connection.execute(_OWNERS, {"tables": list(TABLES)})).scalars())
    if owners:
        raise UserFacingError(
            f"Only the owner of the tables can give rights to them. In the database {address.for_people} that is "
            f"“{owners[0]}”; “{_user(address)}” is not."
        )


async def _check_roles(connection: AsyncConnection, address: DatabaseAddress) -> list[str]:
    there = {row[0]: row[1] for row in await connection.execute(_THERE, {"roles": list(_MAKE)})}
    if spoilt := [name for name, too_much in there.items() if too_much]:
        raise UserFacingError(
            f"The role {spoilt[0]} exists already and is more than a group: it can log in, or it bypasses the checks. "
            f"Have the server's admin run ALTER ROLE {spoilt[0]} NOLOGIN NOSUPERUSER NOBYPASSRLS."
        )
    wanted = [statement for name, statement in _MAKE.items() if name not in there]
    if ADMIN in there and not (await connection.execute(_IS_MEMBER, {"agent": AGENT, "admin": ADMIN})).scalar_one():
        wanted.append(f"GRANT {AGENT} TO {ADMIN}")
    if wanted:
        raise UserFacingError(
            f"The roles of agents and admins are made by the superuser of the server. For the database "
            f"{address.for_people}, have its admin run: {'; '.join(wanted)}."
        )
    return [f"The role {name} was there." for name in _MAKE]


async def _give_rights(connection: AsyncConnection) -> list[str]:
    schema, database, owns_schema, owns_database = (await connection.execute(_PLACE)).one()
    policies = await connection.execute(_POLICIES, {"tables": list(TABLES)})
    old = [f"DROP POLICY {name} ON {table}" for name, table in policies]
    statements = [*old, *_rights(schema)]
    told = [f"Rights were given in {len(TABLES)} tables, row by row in {len(LIMITED)} of them."]
    if owns_schema:
        statements.append(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {AGENT}, {ADMIN}")
    if owns_database:
        statements.append(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {AGENT}, {ADMIN}")
    if not (owns_schema and owns_database):
        told.append("The database has another owner: whether everybody may make tables in it was left as it was.")
    await _run(connection, statements)
    return [*told, "Each login needs one of the roles: CREATE ROLE … LOGIN IN ROLE softphone_agent; see docs/team.md."]


async def renew_rights(address: DatabaseAddress) -> list[str]:
    """As ``grant_roles``, where rights were given before: after an upgrade there may be more of them, or fewer."""
    if not address.shared:
        return []
    database = await open_database(address)
    try:
        async with database.transaction() as connection:
            given = (await connection.execute(_GIVEN, {"tables": list(TABLES)})).scalar_one()
    finally:
        await database.dispose()
    return await grant_roles(address) if given else []


def _rights(schema: str) -> Iterator[str]:
    roles = f"{AGENT}, {ADMIN}"
    yield f"REVOKE ALL ON {', '.join(TABLES)} FROM PUBLIC, {roles}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {roles}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {roles}"
    yield f"REVOKE ALL ON FUNCTION {_SWEEP} FROM PUBLIC, {roles}"
    yield f"GRANT EXECUTE ON FUNCTION {_SWEEP} TO {AGENT}"
    for table in LIMITED:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    for right in RIGHTS:
        yield right.grant()
        if right.table in LIMITED:
            yield right.policy()
    yield from guards(schema)


async def _run(connection: AsyncConnection, statements: Sequence[str]) -> None:
    for statement in statements:
        await connection.exec_driver_sql(statement)


def _user(address: DatabaseAddress) -> str:
    return address.server.user if address.server else ""
