"""What is said of clocks; the rest of the trial is tried on a real server in tests/ui/settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.clock import clock_words
from softphone.storage.migrations.upgrade import upgrade
from softphone.storage.moving.database_trial import try_database
from tests.lab.postgres import PASSWORD, PostgresDatabase


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=2), ""),
        (timedelta(seconds=-2), ""),
        (timedelta(seconds=3), "This computer's clock is 3 seconds ahead of the database's. Set it right."),
        (timedelta(hours=-1), "This computer's clock is 1 hour behind the database's. Set it right."),
        (timedelta(hours=2), "This computer's clock is 2 hours ahead of the database's. Set it right."),
        (timedelta(minutes=-90), "This computer's clock is 2 hours behind the database's. Set it right."),
        (timedelta(days=400), "This computer's clock is 400 days ahead of the database's. Set it right."),
    ],
)
def test_a_clock_that_differs_is_told(ahead: timedelta, words: str) -> None:
    assert clock_words(ahead) == words


async def test_a_file_needs_no_trial(tmp_path: Path) -> None:
    assert (await try_database(DatabaseAddress(file=tmp_path / "team.sqlite3"))).succeeded


@pytest.mark.parametrize(("right", "take_back"), [("CREATEROLE", "NOCREATEROLE"), ("SUPERUSER", "NOSUPERUSER")])
async def test_an_owner_who_may_do_too_much_is_told(postgres: PostgresDatabase, right: str, take_back: str) -> None:
    address = DatabaseAddress.parse(postgres.url(query="sslmode=disable"), Path("unused")).with_password(PASSWORD)
    await upgrade(address)
    assert (await try_database(address)).warning == ""
    postgres.sql(f"ALTER ROLE owner {right}")
    try:
        trial = await try_database(address)
    finally:
        postgres.sql(f"ALTER ROLE owner {take_back}")
    assert trial.succeeded
    assert f'ALTER ROLE "owner" {take_back}' in trial.warning


async def test_a_server_that_does_not_answer_is_told(postgres: PostgresDatabase) -> None:
    postgres.server.freeze()
    trial = await try_database(DatabaseAddress.parse(postgres.url(), Path("unused")).with_password(PASSWORD))
    assert not trial.succeeded
    assert "does not answer" in trial.words
