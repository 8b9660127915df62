from __future__ import annotations

import sqlite3

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError

from softphone.storage.connection.problems import CollisionError, broken_rule, first_line, original_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FOREIGN KEY constraint failed", "it refers to a user who does not exist, or others still refer to it"),
        ("CHECK constraint failed: ck_users_login", "a user needs a login"),
        ("CHECK constraint failed: ck_users_ring_seconds", "the ring time is out of its range"),
        ("CHECK constraint failed: odd", "the database refuses it (CHECK constraint failed: odd)"),
    ],
)
def test_a_broken_rule_is_told_in_words(text: str, words: str) -> None:
    error = IntegrityError("INSERT secret", {}, sqlite3.IntegrityError(text))
    assert str(broken_rule(error)) == f"This cannot be saved: {words}."


def test_the_driver_itself_may_say_so() -> None:
    assert str(broken_rule(asyncpg.CheckViolationError("violates ck_tracking_numbers_number"))) == (
        "This cannot be saved: a tracking number begins with a plus sign."
    )


@pytest.mark.parametrize(
    "driver",
    [
        sqlite3.IntegrityError("UNIQUE constraint failed: calls.agent, calls.entry_key"),
        asyncpg.UniqueViolationError('duplicate key value violates unique constraint "uq_calls_agent"'),
    ],
)
def test_values_whose_place_is_taken_are_not_bad_ones(driver: Exception) -> None:
    assert isinstance(broken_rule(IntegrityError("INSERT", {}, driver)), CollisionError)


def test_anything_else_breaks_no_rule() -> None:
    assert broken_rule(sqlite3.OperationalError("database is locked")) is None
    assert broken_rule(asyncpg.DiskFullError("full")) is None


def test_what_the_driver_said() -> None:
    driver = sqlite3.IntegrityError("one\ntwo")
    assert original_of(IntegrityError("INSERT", {}, driver)) is driver
    assert original_of(driver) is driver
    assert first_line(driver) == "one"
    assert first_line("<class 'asyncpg.exceptions.DiskFullError'>: no space") == "no space"
    assert first_line("") == ""
