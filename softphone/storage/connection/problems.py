"""What a database says when it fails, in words for people."""

from __future__ import annotations

import os
import socket
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from softphone.errors import UserFacingError
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.sqlite_problems import sqlite_words


class UnreachableError(UserFacingError):
    """The database cannot be asked at the moment; nothing is wrong with the question."""


class RefusedDataError(UserFacingError):
    """The database will never take these values, however often they are handed in."""


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
    "53100": "cannot grow: the server's disk is full",
    "57014": "took too long to answer",
    "55P03": "is busy with something else. Try again",
    "40": "is busy with something else. Try again",
}
_BROKEN_RULES = {
    "foreign key": "it refers to a user who does not exist, or others still refer to it",
    "users_login": "a user needs a login",
    "users_ring_seconds": "the ring time is out of its range",
    "users_no_answer": "the no-answer route needs a target, and another one than the user",
    "tracking_numbers_number": "a tracking number begins with a plus sign",
    "tracking_numbers_route": "the route of a tracking number needs a target",
}
_FAILURES = (SQLAlchemyError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)


@contextmanager
def in_plain_words(
    address: DatabaseAddress, on_lost: Callable[[UnreachableError], None] = lambda _error: None
) -> Iterator[None]:
    """Turn what the database raises within into UserFacingError; *on_lost* hears when it cannot be reached."""
    failures = (*_FAILURES, OSError) if address.server else _FAILURES
    try:
        yield
    except UnreachableError as error:
        on_lost(error)
        raise
    except failures as error:
        problem = _problem(address, error)
        if isinstance(problem, UnreachableError):
            on_lost(problem)
        raise problem from error


def connection_problem(address: DatabaseAddress, error: Exception) -> UserFacingError:
    """Why a connection to a server did not come about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return UserFacingError(f"{_called(address)} cannot be trusted: {_certificate(address, error)}.")
    if isinstance(error, ssl.SSLError):
        return UserFacingError(f"{_called(address)} cannot be reached by TLS: {error.reason or error}.")
    if isinstance(error, ConnectionError) and "rejected SSL" in str(error):
        return UserFacingError(f"{_called(address)} speaks no TLS, so the connection would not be safe.")
    return _problem(address, error)


def _problem(address: DatabaseAddress, error: Exception) -> UserFacingError:
    original = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(original, "sqlstate", None) or "")
    if isinstance(error, IntegrityError) or state.startswith("23"):
        return RefusedDataError(f"This cannot be saved: {_broken_rule(str(original))}.")
    if state.startswith("22"):
        return RefusedDataError(f"This cannot be saved: the database cannot hold it ({_text(original)}).")
    if words := _found(_REFUSED, state):
        user = address.server.user if address.server else ""
        return UserFacingError(f"{_called(address)} {words.format(user=user, text=_text(original))}.")
    if words := _unreachable(error, original, state):
        return UnreachableError(f"{_called(address)} {words}.")
    words = sqlite_words(original, address.file) if address.file else f"cannot be used: {_text(original)}"
    return UserFacingError(f"{_called(address)} {words}.")


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


def _broken_rule(text: str) -> str:
    signs = text.casefold()
    return next((words for sign, words in _BROKEN_RULES.items() if sign in signs), f"the database refuses it ({text})")


def _text(original: object) -> str:
    """The first line of it, without the class SQLAlchemy puts in front."""
    line = (str(original).splitlines() or [""])[0]
    return line.rpartition(">: ")[2]
