"""The team's PostgreSQL for the measurements: tables, roles, one login for each agent, as docs/team.md has it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from softphone.model.profile import Role, Team, UserProfile
from softphone.storage import DatabaseAddress, DatabaseTeamStore, open_database, upgrade
from softphone.storage.team.rights import ADMIN, AGENT
from softphone.storage.team.roles import grant_roles
from tests.bench.team_crew import Job
from tests.bench.team_plan import Plan
from tests.lab.postgres import OWNER, PASSWORD, PostgresDatabase, PostgresServer

ADMIN_LOGIN = "supervisor"
_TLS = "sslmode=verify-full"  # as from another machine
_AS_INSTALLED = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "128MB"}


def make_durable(server: PostgresServer) -> None:
    """Have it keep what it has promised, with the memory a server has as it comes: tests do without."""
    for name, value in _AS_INSTALLED.items():
        server.sql(f"ALTER SYSTEM SET {name} = '{value}'")
    server.stop()
    server.start()


async def prepare(database: PostgresDatabase, logins: Sequence[str]) -> None:
    """Everything an admin does once."""
    owner = _address(database, OWNER)
    await upgrade(owner)
    await grant_roles(owner)
    roles = dict.fromkeys(logins, AGENT) | {ADMIN_LOGIN: ADMIN}
    await asyncio.to_thread(_make_logins, database, roles)
    users = [UserProfile(login, login, f"sip:{login}@192.0.2.1") for login in logins]
    users.append(UserProfile(ADMIN_LOGIN, ADMIN_LOGIN, f"sip:{ADMIN_LOGIN}@192.0.2.1", role=Role.ADMIN))
    opened = await open_database(owner)
    try:
        await (await DatabaseTeamStore.open(opened)).put_team(Team(tuple(users)))
    finally:
        await opened.dispose()


def job(database: PostgresDatabase, plan: Plan, directory: Path) -> Job:
    """The work of the whole team."""
    url = database.url("NOBODY", query=_TLS).replace("NOBODY", "{login}")
    return Job(plan, plan.logins, url, str(database.server.ca_file), PASSWORD, str(directory))


async def connect(database: PostgresDatabase, user: str = OWNER) -> asyncpg.Connection:
    """A bare connection, protected as a softphone's is."""
    address = _address(database, user)
    return await asyncpg.connect(
        host="127.0.0.1",
        port=database.server.port,
        user=user,
        password=PASSWORD,
        database=database.name,
        ssl=address.tls_context(),
    )


def _address(database: PostgresDatabase, user: str) -> DatabaseAddress:
    url = database.url(user, query=_TLS)
    address = DatabaseAddress.parse(url, Path("unused"), ca_file=str(database.server.ca_file))
    return address.with_password(PASSWORD)


def _make_logins(database: PostgresDatabase, roles: dict[str, str]) -> None:
    for login, role in roles.items():
        database.server.create_login(login)
        database.sql(f'GRANT {role} TO "{login}"')
