"""One office for each file of tests, cleared up after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.lab.team import Team, open_team


@pytest.fixture(scope="module")
def office() -> Iterator[Team]:
    """Three softphones, one database, one proxy."""
    with open_team() as team:
        yield team


@pytest.fixture
def team(office: Team) -> Iterator[Team]:
    """Nobody is on the line, the database runs."""
    yield office
    office.database_is_back()
    office.dismiss()
