"""Whether a database has the schema this softphone works with. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import UserFacingError
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.schema import metadata

KNOWN_REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Those of ``revisions``, which takes long to load (a test compares the two)."""

_VERSIONS = "alembic_version"
_VERSION = f"SELECT version_num FROM {_VERSIONS}"  # noqa: S608
_COLUMNS = text(
    "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v')"
    " AND a.attnum > 0 AND NOT a.attisdropped"
)
_READABLE = text("SELECT has_table_privilege(:name, 'SELECT')")
_UPGRADE = "an admin has to run softphone db upgrade"


def revision_of(connection: Connection, address: DatabaseAddress, known: Sequence[str] = KNOWN_REVISIONS) -> str:
    """The revision a database is at, empty when it has no tables yet.

    Raises UserFacingError when it is another program's, or of a newer softphone.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return ""
    found = list(connection.exec_driver_sql(_VERSION).scalars()) if _VERSIONS in tables else []
    if not found:
        raise _not_of_a_softphone(address)
    if not set(known).issuperset(found):
        raise _made_by_a_newer_one(address)
    return str(found[0])


async def check_schema(connection: AsyncConnection, address: DatabaseAddress) -> None:
    """Raises UserFacingError with what a server's schema lacks and who can put it right."""
    found: dict[str, set[str]] = {}
    for table, column in await connection.execute(_COLUMNS):
        found.setdefault(table, set()).add(column)
    if not found:
        raise UserFacingError(f"The database {address.for_people} has no tables yet: {_UPGRADE}.")
    if _VERSIONS not in found:
        raise _not_of_a_softphone(address)
    await _check_rights(connection, address, _VERSIONS)
    versions = list((await connection.exec_driver_sql(_VERSION)).scalars())
    _check_version(versions, address)
    if missing := _missing(found):
        raise UserFacingError(
            f"The database {address.for_people} is only half upgraded: it says schema {versions[0]} and lacks "
            f"{', '.join(missing)}. Have its admin restore a backup copy."
        )
    await _check_rights(connection, address, "calls")


def _check_version(versions: list[str], address: DatabaseAddress) -> None:
    if not set(KNOWN_REVISIONS).issuperset(versions):
        raise _made_by_a_newer_one(address)
    if versions != [KNOWN_REVISIONS[-1]]:
        made = f"schema {versions[0]}" if versions else "no schema yet"
        raise UserFacingError(
            f"The database {address.for_people} has {made}, older than this softphone's {KNOWN_REVISIONS[-1]}: "
            f"{_UPGRADE}."
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


def _not_of_a_softphone(address: DatabaseAddress) -> UserFacingError:
    kind = "database" if address.shared else "file"
    return UserFacingError(f"{address.for_people} is the database of another program. Name another {kind}.")


def _made_by_a_newer_one(address: DatabaseAddress) -> UserFacingError:
    return UserFacingError(
        f"The database {address.for_people} was made by a newer softphone. Install that version, or a later one, "
        "on this machine."
    )
