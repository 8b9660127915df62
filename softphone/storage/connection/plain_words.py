"""Whatever a database raises becomes a sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from softphone.errors import UserFacingError
from softphone.storage.connection import sqlite_problems
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.problems import UnreachableError

_Told = tuple[tuple[type[Exception], ...], Callable[[DatabaseAddress, Exception], UserFacingError]]


@contextmanager
def in_plain_words(
    address: DatabaseAddress, on_lost: Callable[[UnreachableError], None] = lambda _error: None
) -> Iterator[None]:
    """Turn what the database raises within into UserFacingError; *on_lost* hears when it cannot be reached."""
    failures, problem_of = _of_a_server() if address.server else (sqlite_problems.FAILURES, sqlite_problems.problem_of)
    try:
        yield
    except UnreachableError as error:
        on_lost(error)
        raise
    except failures as error:
        problem = problem_of(address, error)
        if isinstance(problem, UnreachableError):
            on_lost(problem)
        raise problem from error


def _of_a_server() -> _Told:
    from softphone.storage.connection import postgres_problems  # its driver takes long to load; a file needs none of it

    return postgres_problems.FAILURES, postgres_problems.server_problem
