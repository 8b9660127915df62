"""How every connection to a team's PostgreSQL is set up, for daily work, for the change feed and for migrations alike.

A softphone has at most POOLED connections for its work and one more that listens for changes: twenty softphones
are 80 connections, which fits into the 100 a server allows as it comes.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from softphone.errors import UserFacingError
from softphone.storage.connection.address import DatabaseAddress

if TYPE_CHECKING:
    import asyncpg

POOLED = 3
CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 10.0
GOODBYE_SECONDS = 1.0
_SERVER_SETTINGS = {
    "application_name": "softphone",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "5",  # so that the server, too, soon lets go of a softphone that lost its network
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


async def connect(
    address: DatabaseAddress, *, connect_seconds: float = CONNECT_SECONDS, statement_seconds: float = STATEMENT_SECONDS
) -> asyncpg.Connection[Any]:
    """One connection. Raises UserFacingError, an UnreachableError when trying again may help."""
    server = address.server
    if server is None:
        raise ValueError("a file has no connections of this kind")
    if not server.user:
        raise UserFacingError(
            f"No user is named to log in to the database {server.for_people}: choose who uses this softphone, "
            "or write postgresql://user@host/database."
        )
    import asyncpg  # takes long to load, and whoever has a file needs none of it

    from softphone.storage.connection.postgres_problems import FAILURES, connection_problem

    context = await asyncio.to_thread(address.tls_context)
    settings = _SERVER_SETTINGS | {"statement_timeout": str(int(statement_seconds * 1000))}
    try:
        async with asyncio.timeout(connect_seconds):
            return await asyncpg.connect(
                host=server.host,
                port=server.port,
                user=server.user,
                password=address.password,
                database=server.database,
                ssl=context or False,
                timeout=connect_seconds + 1,
                server_settings=settings,
            )
    except UserFacingError:
        raise
    except (*FAILURES, ValueError, ssl.CertificateError) as error:
        raise connection_problem(address, error) from error


class OpenConnections:
    """The connections made so far: a pool would wait for ever to say goodbye to a server that has gone silent."""

    def __init__(self) -> None:
        self._connections: list[asyncpg.Connection[Any]] = []

    def add(self, connection: asyncpg.Connection[Any]) -> None:
        """One more; those closed meanwhile are forgotten."""
        self._connections = [*(each for each in self._connections if not each.is_closed()), connection]

    def break_off(self) -> None:
        """Whoever waits on one of them waits no longer."""
        for connection in self._connections:
            connection.terminate()

    async def close(self) -> None:
        """Say goodbye, and do not wait long for an answer."""
        goodbyes = (connection.close(timeout=GOODBYE_SECONDS) for connection in self._connections)
        await asyncio.gather(*goodbyes, return_exceptions=True)
        self.break_off()


def async_engine(address: DatabaseAddress, open_connections: OpenConnections) -> AsyncEngine:
    """The engine of daily work."""

    async def creator() -> asyncpg.Connection[Any]:
        connection = await connect(address)
        open_connections.add(connection)
        return connection

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=creator,
        pool_size=POOLED,  # none comes and goes: each new one costs a handshake and the proof of a password
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        pool_use_lifo=True,
    )


def upgrading_engine(address: DatabaseAddress) -> AsyncEngine:
    """The engine of one migration: a statement may take as long as a large table takes."""

    async def creator() -> asyncpg.Connection[Any]:
        return await connect(address, statement_seconds=0)

    return create_async_engine("postgresql+asyncpg://", async_creator=creator, poolclass=NullPool)
