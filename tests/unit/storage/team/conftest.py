"""A server with the roles, a login for each kind of person, and a row for each kind of question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from softphone.storage import upgrade
from softphone.storage.team.roles import grant_roles
from tests.lab.postgres import PostgresDatabase, running_postgres
from tests.unit.storage.desks import address_of
from tests.unit.storage.team.role_questions import MEMBERS, SEED


@pytest.fixture(scope="module")
def database_of_roles() -> Iterator[PostgresDatabase]:
    with running_postgres() as server:
        server.sql("CREATE DATABASE rights OWNER owner")
        yield PostgresDatabase(server, "rights")


@pytest.fixture
async def granted(database_of_roles: PostgresDatabase) -> PostgresDatabase:
    """Made once; each statement is rolled back."""
    database = database_of_roles
    if "presence" not in database.sql("SELECT relname FROM pg_class"):
        address = address_of(database)
        await upgrade(address)
        await grant_roles(address)
        for login, role in MEMBERS.items():
            database.server.create_login(login)
            database.sql(f"GRANT {role} TO {login}")
        database.server.create_login("stranger")
        database.sql("; ".join(SEED))
    return database
