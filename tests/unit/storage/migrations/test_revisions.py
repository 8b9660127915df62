"""The chain of steps: each is taken from the one before, on either database, and leads to what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.storage import DatabaseAddress
from softphone.storage.migrations.revisions import REVISIONS
from softphone.storage.migrations.upgrade import Migrated, migrate, migrate_server

NUMBERS = [step.revision for step in REVISIONS]


def test_each_step_follows_the_one_before_and_is_called_after_its_number() -> None:
    assert [step.down_revision for step in REVISIONS] == [None, *NUMBERS[:-1]]
    assert [step.__name__.rpartition(".")[2][:5] for step in REVISIONS] == [f"r{number}" for number in NUMBERS]
    assert sorted(NUMBERS) == NUMBERS


@pytest.mark.parametrize("count", range(1, len(NUMBERS) + 1))
def test_one_step_at_a_time_in_a_file(path: Path, count: int) -> None:
    for taken in range(1, count + 1):
        done = migrate(path, 0.1, REVISIONS[:taken])
        assert (done.before, done.after) == (NUMBERS[taken - 2] if taken > 1 else "", NUMBERS[taken - 1])
    assert migrate(path, 0.1).after == NUMBERS[-1]


async def test_one_step_at_a_time_on_a_server(empty_server: DatabaseAddress) -> None:
    before = ""
    for taken, number in enumerate(NUMBERS, 1):
        assert await migrate_server(empty_server, REVISIONS[:taken]) == Migrated(before, number)
        before = number
    assert await migrate_server(empty_server) == Migrated(before, before)
