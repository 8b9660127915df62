"""What SQLite says of a file it cannot work with, in words for people.

SQLite does not tell a full disk from a broken one, nor a read-only file system from missing permissions, where it
cannot make the files it keeps beside the database: so the place is looked at, too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from softphone.errors import DISK_FAILS, DISK_FULL, NO_PERMISSION, READ_ONLY, FileProblem, UserFacingError
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.problems import UnreachableError, broken_rule, first_line, original_of

FAILURES = (SQLAlchemyError, sqlite3.Error)
"""What a file can raise."""

_NEEDED_BYTES = 65536
"""What SQLite wants beside the file before it can work: its log and the index of it."""

_GONE = FileProblem("its directory is not there", "Check the name")
_BUSY = "is in use by another program. Try again when that one is done"
_AGAIN = "Put a backup copy of it in its place, or move it away to begin with a new one"
_WORDS = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: f"is damaged. {_AGAIN}",
    sqlite3.SQLITE_NOTADB: f"is damaged or is no database. {_AGAIN}",
    sqlite3.SQLITE_NOMEM: "cannot be used: there is no memory left. Close other programs",
}
_OF_THE_PLACE = {
    sqlite3.SQLITE_FULL: ("cannot grow", DISK_FULL),
    sqlite3.SQLITE_READONLY: ("cannot be written to", NO_PERMISSION),
    sqlite3.SQLITE_PERM: ("cannot be used", NO_PERMISSION),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", NO_PERMISSION),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", DISK_FAILS),
}


def problem_of(address: DatabaseAddress, error: Exception) -> UserFacingError:
    """What is wrong with the file of this address."""
    if refused := broken_rule(error):
        return refused
    called = f"The database {address.for_people}"
    if isinstance(error, PoolTimeoutError):
        return UnreachableError(f"{called} does not answer: every connection waits for it.")
    return UserFacingError(f"{called} {sqlite_words(original_of(error), address.file or Path())}.")


def sqlite_words(error: object, file: Path) -> str:
    """The end of a sentence that begins with the database, without its full stop."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else -1  # the rest of the bits is detail
    if primary in _OF_THE_PLACE:
        trouble, usually = _OF_THE_PLACE[primary]
        return f"{trouble}: {_looked_at(file, usually)}"
    return _WORDS.get(primary) or f"cannot be used: {first_line(error)}"


def _looked_at(file: Path, usually: FileProblem) -> FileProblem:
    """What is wrong with the place of this file; *usually* where nothing else is to be seen."""
    directory = file.parent
    try:
        if hasattr(os, "statvfs") and os.statvfs(directory).f_flag & os.ST_RDONLY:
            return READ_ONLY
        denied = not (os.access(directory, os.W_OK) and os.access(file, os.R_OK | os.W_OK))
        if usually is NO_PERMISSION and denied:
            return NO_PERMISSION
        return DISK_FULL if shutil.disk_usage(directory).free < _NEEDED_BYTES else usually
    except FileNotFoundError:
        return _GONE if usually is NO_PERMISSION else usually
    except OSError:
        return usually
