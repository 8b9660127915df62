"""Each failure of a server has its words; the errors are the driver's own, whose codes PostgreSQL's manual lists."""

from __future__ import annotations

import errno
import socket
import ssl
from pathlib import Path

import asyncpg
import pytest

from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.postgres_problems import connection_problem, server_problem
from softphone.storage.connection.problems import RefusedDataError, UnreachableError

SERVER = DatabaseAddress.parse("postgresql://agent1@db.example.com/team", Path())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.InvalidPasswordError("no"), "refuses the password of “agent1”. Type it in again."),
        (asyncpg.InvalidAuthorizationSpecificationError("why"), "does not let “agent1” in: why."),
        (asyncpg.InvalidCatalogNameError("no"), "does not exist on that server."),
        (
            asyncpg.InsufficientPrivilegeError("why"),
            "no right to that. Have an admin run softphone db grant-roles",
        ),
        (asyncpg.UndefinedTableError("why"), "lacks a part a softphone needs. Have an admin run softphone db upgrade"),
        (asyncpg.UndefinedColumnError("why"), "lacks a part a softphone needs. Have an admin run softphone db upgrade"),
        (asyncpg.ReadOnlySQLTransactionError("no"), "can only be read at the moment"),
        (asyncpg.DiskFullError("no"), "cannot grow: the server's disk is full. Have its admin free some space."),
        (asyncpg.QueryCanceledError("no"), "took too long to answer."),
        (asyncpg.LockNotAvailableError("no"), "is busy with something else. Try again."),
        (asyncpg.DeadlockDetectedError("no"), "is busy with something else. Try again."),
        (asyncpg.PostgresSyntaxError("odd\nmore"), "cannot be used: odd."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_trying_again_does_not_mend(error: Exception, words: str) -> None:
    problem = server_problem(SERVER, error)
    assert words in str(problem)
    assert str(problem).startswith(f"The database {SERVER.for_people} ")
    assert not isinstance(problem, (UnreachableError, RefusedDataError))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.TooManyConnectionsError("no"), "has no connection left"),
        (asyncpg.CannotConnectNowError("no"), "is just starting or stopping."),
        (asyncpg.AdminShutdownError("no"), "was stopped."),
        (asyncpg.CrashShutdownError("no"), "was stopped by a crash."),
        (asyncpg.IdleInTransactionSessionTimeoutError("no"), "has closed the connection."),
        (asyncpg.ConnectionDoesNotExistError("no"), "cannot be reached: the connection broke."),
        (asyncpg.InterfaceError("no"), "cannot be reached: the connection broke."),
        (TimeoutError(), "does not answer."),
        (ConnectionRefusedError(errno.ECONNREFUSED, "('127.0.0.1', 9)"), "cannot be reached: Connection refused."),
        (socket.gaierror(-2, "Name or service not known"), "cannot be reached: Name or service not known."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_may_be_over_in_a_moment(error: Exception, words: str) -> None:
    problem = server_problem(SERVER, error)
    assert isinstance(problem, UnreachableError)
    assert words in str(problem)


def test_values_no_database_holds() -> None:
    problem = server_problem(SERVER, asyncpg.CharacterNotInRepertoireError("0x00"))
    assert isinstance(problem, RefusedDataError)
    assert str(problem) == "This cannot be saved: the database cannot hold it (0x00)."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Hostname mismatch, certificate is not valid for 'x'", "its certificate is not valid for db.example.com."),
        ("certificate has expired", "its certificate has expired. If it has not, this computer's clock is wrong."),
        (
            "self-signed certificate",
            "its certificate is from an authority this computer does not trust. Name its file in the",
        ),
        (
            "unable to get local issuer certificate",
            "its certificate is from an authority this computer does not trust.",
        ),
        ("odd", "its certificate is not accepted (odd)."),
    ],
)
def test_a_certificate_that_is_not_accepted(said: str, words: str) -> None:
    error = ssl.SSLCertVerificationError(1, said)
    error.verify_message = said
    assert f"cannot be trusted: {words}" in str(connection_problem(SERVER, error))


def test_a_server_without_tls() -> None:
    error = ConnectionError("PostgreSQL server rejected SSL upgrade")
    assert "speaks no TLS, so the connection would not be safe." in str(connection_problem(SERVER, error))
