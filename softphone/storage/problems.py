"""What a database says when it fails, in words for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from softphone.errors import UserFacingError

_WORDS = {
    sqlite3.SQLITE_BUSY: "is in use by another program. Try again when that one is done",
    sqlite3.SQLITE_LOCKED: "is in use by another program. Try again when that one is done",
    sqlite3.SQLITE_READONLY: "cannot be written to. Check the permissions of the file and of its directory",
    sqlite3.SQLITE_PERM: "may not be used. Check the permissions of the file and of its directory",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check the permissions of the file and of its directory",
    sqlite3.SQLITE_CORRUPT: "is damaged. Put a backup copy of it in its place, or move it away to begin with a new one",
    sqlite3.SQLITE_NOTADB: "is damaged or is no database. Put a backup copy of it in its place, "
    "or move it away to begin with a new one",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
}
_BROKEN_RULES = {
    "FOREIGN KEY": "it refers to a user who does not exist, or others still refer to it",
    "users_login": "a user needs a login",
    "users_ring_seconds": "the ring time is out of its range",
    "users_no_answer": "the no-answer route needs a target, and another one than the user",
    "tracking_numbers_number": "a tracking number begins with a plus sign",
    "tracking_numbers_route": "the route of a tracking number needs a target",
}


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn what the database at *path* raises within into UserFacingError."""
    try:
        yield
    except IntegrityError as error:
        raise UserFacingError(f"This cannot be saved: {_broken_rule(str(error.orig))}.") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise UserFacingError(f"The database {path} {_what_is_wrong(error)}.") from error


def _broken_rule(text: str) -> str:
    return next((words for sign, words in _BROKEN_RULES.items() if sign in text), f"the database refuses it ({text})")


def _what_is_wrong(error: Exception) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else -1  # the rest of the bits is detail
    return _WORDS.get(primary, f"cannot be used: {original}")
