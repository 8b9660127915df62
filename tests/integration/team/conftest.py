"""One office for all these tests, cleared up after each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import assert_nothing_left, processes, threads
from tests.lab.team import Team, open_team


@pytest.fixture(scope="package")
def office() -> Iterator[Team]:
    """Four softphones, so that three can want the caller of one; one database, one proxy."""
    before = {found: found() for found in (threads, processes)}
    with open_team() as team:
        yield team
    assert_nothing_left(before)


@pytest.fixture
def team(office: Team) -> Iterator[Team]:
    """Everybody is at their softphone, nobody is on the line, the database runs."""
    yield office
    office.put_right()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """What happens to the office's programs is for the office to look after, once, at its end."""
    before = {found: found() for found in (threads, processes)}
    yield
    if "team" not in request.fixturenames:
        assert_nothing_left(before)
