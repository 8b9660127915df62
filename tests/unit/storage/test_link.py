from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from softphone.errors import UserFacingError
from softphone.model.colleague import TeamHealth
from softphone.storage.link import Link, corrected

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def measured(ahead: float, took: float = 0.0) -> Link:
    """A line to a database whose clock is behind this machine's by so many seconds."""
    link = Link(shared=True, clock=lambda: NOW)
    link.measured(NOW, NOW + timedelta(seconds=took / 2 - ahead), NOW + timedelta(seconds=took))
    return link


async def test_a_file_is_there_and_has_this_machines_time() -> None:
    link = Link(shared=False, clock=lambda: NOW)
    assert (link.health, link.now(), link.offset) == (TeamHealth(), NOW, timedelta())


async def test_a_server_comes_and_goes_and_each_change_is_told_once() -> None:
    link = Link(shared=True)
    told: list[TeamHealth] = []
    link.on_change(told.append)
    link.lost("gone")
    link.lost("gone")
    link.waiting(3)
    await link.arrived()
    link.waiting(0)
    assert told == [
        TeamHealth(online=False, problem="gone", shared=True),
        TeamHealth(online=False, problem="gone", waiting=3, shared=True),
        TeamHealth(waiting=3, shared=True),
        TeamHealth(shared=True),
    ]


async def test_everything_is_caught_up_with_before_it_is_called_there() -> None:
    link = Link(shared=True)
    seen: list[bool] = []

    async def catch_up() -> None:
        seen.append(link.health.online)

    async def fail() -> None:
        raise UserFacingError("no right to that")

    link.on_arrival(catch_up)
    await link.arrived()
    assert (seen, link.health.online) == ([False], True)
    link.lost("gone")
    link.on_arrival(fail)
    with pytest.raises(UserFacingError):
        await link.arrived()
    assert not link.health.online


def test_the_teams_time_is_the_databases() -> None:
    assert measured(90, took=1.0).now() == NOW - timedelta(seconds=90)


@pytest.mark.parametrize(("ahead", "words"), [(0.5, ""), (90, "ahead of"), (-90, "behind")])
async def test_a_clock_that_is_off_is_told_while_all_else_is_well(ahead: float, words: str) -> None:
    link = measured(ahead)
    await link.arrived()
    assert link.health.online
    assert words in link.health.problem
    assert bool(link.health.problem) == bool(words)


def test_neither_jitter_nor_a_late_answer_moves_the_clock() -> None:
    link = measured(90)
    link.measured(NOW, NOW - timedelta(seconds=90.01), NOW)
    link.measured(NOW, NOW - timedelta(seconds=80), NOW + timedelta(seconds=20))
    assert link.offset == timedelta(seconds=-90)
    link.measured(NOW, NOW - timedelta(seconds=80), NOW)
    assert link.offset == timedelta(seconds=-80)


def test_times_are_put_right_from_two_seconds_on() -> None:
    assert corrected(NOW, None) == corrected(NOW, timedelta(seconds=-2)) == NOW
    assert corrected(NOW, timedelta(seconds=-2.5)) == NOW - timedelta(seconds=2.5)
