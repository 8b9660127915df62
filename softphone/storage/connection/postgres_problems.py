"""What PostgreSQL says when it fails, or the way to it does, in words for people."""

from __future__ import annotations

import os
import socket
import ssl

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from softphone.errors import UserFacingError
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.problems import (
    BusyError,
    RefusedDataError,
    UnreachableError,
    broken_rule,
    first_line,
    original_of,
)

FAILURES = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What a server and the way to it can raise."""

_UNREACHABLE = {  # SQLSTATE classes and codes, the most telling first
    "53300": "has no connection left: too many are in use. Have its admin raise max_connections",
    "57P03": "is just starting or stopping",
    "57P01": "was stopped",
    "57P02": "was stopped by a crash",
    "57P05": "has closed the connection",
    "25P03": "has closed the connection",
    "08": "cannot be reached: the connection broke",
}
_REFUSED = {
    "28P01": "refuses the password of “{user}”. Type it in again",
    "28000": "does not let “{user}” in: {text}",
    "3D000": "does not exist on that server",
    "42501": "gives “{user}” no right to that. Have an admin run softphone db grant-roles ({text})",
    "42P01": "lacks a part a softphone needs. Have an admin run softphone db upgrade ({text})",
    "42703": "lacks a part a softphone needs. Have an admin run softphone db upgrade ({text})",
    "25006": "can only be read at the moment: its server is a standby, or is being maintained",
    "53100": "cannot grow: the server's disk is full. Have its admin free some space",
    "57014": "took too long to answer",
}
_BUSY = dict.fromkeys(("55P03", "40"), "is busy with something else. Try again")


def server_problem(address: DatabaseAddress, error: Exception) -> UserFacingError:
    """What is wrong; an UnreachableError when trying again may help, a RefusedDataError when it never will."""
    if refused := broken_rule(error):
        return refused
    original = original_of(error)
    state = str(getattr(original, "sqlstate", None) or "")
    if state.startswith(("22", "54")):  # 54: beyond a limit of the program
        return RefusedDataError(f"This cannot be saved: the database cannot hold it ({first_line(original)}).")
    if words := _found(_BUSY, state):
        return BusyError(f"{_called(address)} {words}.")
    if words := _found(_REFUSED, state):
        user = address.server.user if address.server else ""
        return UserFacingError(f"{_called(address)} {words.format(user=user, text=first_line(original))}.")
    if words := _unreachable(error, original, state):
        return UnreachableError(f"{_called(address)} {words}.")
    return UserFacingError(f"{_called(address)} cannot be used: {first_line(original)}.")


def connection_problem(address: DatabaseAddress, error: Exception) -> UserFacingError:
    """Why a connection to a server did not come about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return UserFacingError(f"{_called(address)} cannot be trusted: {_certificate(address, error)}.")
    if isinstance(error, ssl.SSLError):
        return UserFacingError(f"{_called(address)} cannot be reached by TLS: {error.reason or error}.")
    if isinstance(error, ConnectionError) and "rejected SSL" in str(error):
        return UserFacingError(f"{_called(address)} speaks no TLS, so the connection would not be safe.")
    return server_problem(address, error)


def _unreachable(error: Exception, original: object, state: str) -> str:
    if words := _found(_UNREACHABLE, state):
        return words
    if isinstance(error, PoolTimeoutError):
        return "does not answer: every connection waits for it"
    if isinstance(original, TimeoutError):
        return "does not answer"
    if isinstance(original, OSError):
        return f"cannot be reached: {_system_words(original)}"
    if isinstance(original, asyncpg.InterfaceError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return _UNREACHABLE["08"]
    return ""


def _system_words(error: OSError) -> str:
    """asyncio writes addresses into ``strerror``; the number knows better."""
    if isinstance(error, socket.gaierror) or not error.errno:
        return error.strerror or "nobody answers at that address"
    return os.strerror(error.errno)


def _found(words: dict[str, str], state: str) -> str:
    return words.get(state) or words.get(state[:2], "")


def _certificate(address: DatabaseAddress, error: ssl.SSLCertVerificationError) -> str:
    host = address.server.host if address.server else ""
    if "mismatch" in error.verify_message or "not valid for" in error.verify_message:
        return f"its certificate is not valid for {host}"
    if "expired" in error.verify_message:
        return "its certificate has expired. If it has not, this computer's clock is wrong"
    if "self-signed" in error.verify_message or "issuer" in error.verify_message:
        return "its certificate is from an authority this computer does not trust. Name its file in the settings"
    return f"its certificate is not accepted ({error.verify_message})"


def _called(address: DatabaseAddress) -> str:
    return f"The database {address.for_people}"
