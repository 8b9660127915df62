"""Whether a team's server has the tables this softphone works with. An app looks; it never changes them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.storage.address import DatabaseAddress
from softphone.storage.migrate import made_by_a_newer_one, not_of_a_softphone
from softphone.storage.migrations import REVISIONS
from softphone.storage.schema import metadata

_COLUMNS = text(
    "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v')"
    " AND a.attnum > 0 AND NOT a.attisdropped"
)
_READABLE = text("SELECT has_table_privilege(:name, 'SELECT')")
_VERSIONS = "alembic_version"


async def check_schema(connection: AsyncConnection, address: DatabaseAddress) -> None:
    """Raises UserFacingError with what is missing and who can put it right."""
    found: dict[str, set[str]] = {}
    for table, column in await connection.execute(_COLUMNS):
        found.setdefault(table, set()).add(column)
    if not found:
        raise UserFacingError(f"The database {address.for_people} has no tables yet: {_UPGRADE}.")
    if _VERSIONS not in found:
        raise not_of_a_softphone(address)
    await _check_rights(connection, address, _VERSIONS)
    versions = list((await connection.exec_driver_sql(f"SELECT version_num FROM {_VERSIONS}")).scalars())  # noqa: S608
    _check_version(versions, address)
    if missing := _missing(found):
        raise UserFacingError(
            f"The database {address.for_people} is only half upgraded: it says schema {versions[0]}, and "
            f"{', '.join(missing)} is not there. Have its admin put a backup copy back."
        )
    await _check_rights(connection, address, "calls")


_UPGRADE = "an admin has to run softphone db upgrade"


def _check_version(versions: list[str], address: DatabaseAddress) -> None:
    known = [module.revision for module in REVISIONS]
    if not set(known).issuperset(versions):
        raise made_by_a_newer_one(address)
    if versions != known[-1:]:
        made = f"schema {versions[0]}" if versions else "no schema yet"
        raise UserFacingError(
            f"The database {address.for_people} has {made}, older than this softphone's {known[-1]}: {_UPGRADE}."
        )


def _missing(found: Mapping[str, set[str]]) -> list[str]:
    missing = []
    for table in metadata.sorted_tables:
        if table.name not in found:
            missing.append(f"the table {table.name}")
        else:
            absent = set(table.columns.keys()) - found[table.name]
            missing += [f"the column {table.name}.{name}" for name in sorted(absent)]
    return missing


async def _check_rights(connection: AsyncConnection, address: DatabaseAddress, table: str) -> None:
    if not (await connection.execute(_READABLE, {"name": table})).scalar_one():
        user = address.server.user if address.server else ""
        raise UserFacingError(
            f"The database {address.for_people} gives “{user}” no right to read its tables: "
            "an admin has to run softphone db grant-roles."
        )
