from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from softphone.errors import UserFacingError
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.plain_words import in_plain_words

FILE = Path("/data/softphone.sqlite3")
ADDRESS = DatabaseAddress(file=FILE)


def failure(code: int, text: str = "words of SQLite") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_BUSY, "is in use by another program"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "is in use by another program"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "cannot be written to"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
        (sqlite3.SQLITE_NOTADB, "is damaged or is no database"),
        (sqlite3.SQLITE_FULL, "the disk is full"),
        (sqlite3.SQLITE_IOERR_READ, "the disk reports an error"),
        (sqlite3.SQLITE_ERROR, "cannot be used: words of SQLite"),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True], ids=["from the driver", "from SQLAlchemy"])
def test_each_failure_names_the_file_and_what_is_wrong(code: int, words: str, wrapped: bool) -> None:
    original = failure(code)
    with pytest.raises(UserFacingError, match=f"^The database {FILE} .*{words}") as caught, in_plain_words(ADDRESS):
        raise OperationalError("SELECT secret", {}, original) if wrapped else original
    assert "SELECT" not in str(caught.value)


def test_a_failure_without_a_code_is_told_as_it_is() -> None:
    with pytest.raises(UserFacingError, match="cannot be used: odd"), in_plain_words(ADDRESS):
        raise sqlite3.ProgrammingError("odd")


def test_what_is_no_failure_of_the_database_passes() -> None:
    with pytest.raises(KeyError), in_plain_words(ADDRESS):
        raise KeyError("a bug")
