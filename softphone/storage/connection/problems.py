"""What can go wrong with any database, in words for people."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError

from softphone.errors import UserFacingError


class UnreachableError(UserFacingError):
    """The database cannot be asked at the moment; nothing is wrong with the question."""


class RefusedDataError(UserFacingError):
    """The database does not take these values as it is now, however often they are handed in."""


class CollisionError(UserFacingError):
    """Something else has the place of these values in the database; nothing is wrong with them."""


class BusyError(UserFacingError):
    """Somebody else has locked what this is about; other things can be asked."""


_BROKEN_RULES = {
    "foreign key": "it refers to a user who does not exist, or others still refer to it",
    "users_login": "a user needs a login",
    "users_ring_seconds": "the ring time is out of its range",
    "users_no_answer": "the no-answer route needs a target, and another one than the user",
    "tracking_numbers_number": "a tracking number begins with a plus sign",
    "tracking_numbers_route": "the route of a tracking number needs a target",
}


def original_of(error: Exception) -> object:
    """What the driver said, without what SQLAlchemy puts around it."""
    return error.orig if isinstance(error, DBAPIError) else error


def broken_rule(error: Exception) -> RefusedDataError | CollisionError | None:
    """Which rule of the schema the values break; None when it is something else."""
    original = original_of(error)
    if not isinstance(error, IntegrityError) and not str(getattr(original, "sqlstate", None)).startswith("23"):
        return None
    text = str(original)
    signs = text.casefold()
    if "unique constraint" in signs:
        return CollisionError(f"This cannot be saved: something else has its place ({first_line(original)}).")
    words = next((words for sign, words in _BROKEN_RULES.items() if sign in signs), f"the database refuses it ({text})")
    return RefusedDataError(f"This cannot be saved: {words}.")


def first_line(error: object) -> str:
    """The first line of what it says, without the class SQLAlchemy puts in front."""
    line = (str(error).splitlines() or [""])[0]
    return line.rpartition(">: ")[2]
