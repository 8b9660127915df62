"""Making the roles: again and again, and what keeps somebody from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.storage import DatabaseAddress, upgrade
from softphone.storage.team.rights import ADMIN, AGENT
from softphone.storage.team.roles import grant_roles, renew_rights
from tests.lab.postgres import PostgresDatabase, running_postgres
from tests.unit.storage.desks import address_of
from tests.unit.storage.team.role_questions import DENIED, outcome

pytestmark = pytest.mark.programs


async def test_it_can_be_repeated_and_puts_right_what_somebody_gave_too_much(granted: PostgresDatabase) -> None:
    granted.sql(f"GRANT ALL ON users TO {AGENT}; GRANT SELECT ON calls TO PUBLIC")
    granted.sql(f"CREATE POLICY everything ON calls TO {AGENT} USING (true)")
    said = await grant_roles(address_of(granted))
    assert said[:2] == [f"The role {AGENT} was there.", f"The role {ADMIN} was there."]
    assert await outcome(granted, "agent1", "DELETE FROM users") == DENIED
    assert await outcome(granted, "agent1", "SELECT * FROM calls") == 3
    assert await outcome(granted, "stranger", "SELECT * FROM calls") == DENIED


async def test_words_before_the_upgrade(postgres: PostgresDatabase) -> None:
    with pytest.raises(UserFacingError, match="has no tables yet: an admin has to run softphone db upgrade"):
        await grant_roles(address_of(postgres))


async def test_words_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="Roles need a PostgreSQL database"):
        await grant_roles(DatabaseAddress(file=tmp_path / "team.sqlite3"))


async def test_words_for_whoever_does_not_own_the_tables(granted: PostgresDatabase) -> None:
    with pytest.raises(UserFacingError, match="that is “owner”; “admin1” is not"):
        await grant_roles(address_of(granted, "admin1"))
    with pytest.raises(UserFacingError, match="gives “stranger” no right"):
        await grant_roles(address_of(granted, "stranger"))


@pytest.mark.parametrize("options", ["", "CREATEROLE"])
async def test_the_superuser_makes_the_roles_whatever_the_owner_may(options: str) -> None:
    with running_postgres() as server:
        server.sql(f"DROP ROLE {AGENT}; DROP ROLE {ADMIN}")
        server.create_login("poor", options=options)
        server.sql("CREATE DATABASE poor OWNER poor")
        address = address_of(PostgresDatabase(server, "poor"), "poor")
        await upgrade(address)
        with pytest.raises(UserFacingError, match=f"have its admin run: CREATE .*CREATE ROLE {ADMIN} NOLOGIN IN ROLE"):
            await grant_roles(address)
        server.sql(f"CREATE ROLE {AGENT}; CREATE ROLE {ADMIN}")
        with pytest.raises(UserFacingError, match=f"have its admin run: GRANT {AGENT} TO {ADMIN}"):
            await grant_roles(address)
        server.sql(f"GRANT {AGENT} TO {ADMIN}")
        assert (await grant_roles(address))[0] == f"The role {AGENT} was there."
        server.sql(f"ALTER ROLE {ADMIN} LOGIN")
        with pytest.raises(UserFacingError, match=f"ALTER ROLE {ADMIN} NOLOGIN"):
            await grant_roles(address)


async def test_rights_are_renewed_only_where_there_were_some(postgres: PostgresDatabase) -> None:
    address = address_of(postgres)
    await upgrade(address)
    assert await renew_rights(address) == []
    await grant_roles(address)
    postgres.sql(f"GRANT DELETE ON presence TO {AGENT}")
    assert (await renew_rights(address))[0] == f"The role {AGENT} was there."
    assert postgres.sql(f"SELECT has_table_privilege('{AGENT}', 'presence', 'DELETE')") == "f"


async def test_a_file_has_no_rights_to_renew(tmp_path: Path) -> None:
    assert await renew_rights(DatabaseAddress(file=tmp_path / "team.sqlite3")) == []
