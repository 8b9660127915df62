from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from softphone.errors import UserFacingError
from softphone.model.colleague import TeamHealth
from softphone.storage.connection.state import ConnectionState

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def measured(ahead: float, took: float = 0.0) -> ConnectionState:
    """The state of a database whose clock is behind this machine's by so many seconds."""
    state = ConnectionState(shared=True, clock=lambda: NOW)
    state.measured(NOW, NOW + timedelta(seconds=took / 2 - ahead), NOW + timedelta(seconds=took))
    return state


async def test_a_file_is_there_and_has_this_machines_time() -> None:
    state = ConnectionState(shared=False, clock=lambda: NOW)
    assert (state.health, state.clock.now(), state.clock.offset) == (TeamHealth(), NOW, timedelta())


async def test_a_server_comes_and_goes_and_each_change_is_told_once() -> None:
    state = ConnectionState(shared=True)
    told: list[TeamHealth] = []
    state.on_change(told.append)
    state.lost("gone")
    state.lost("gone")
    state.waiting(3)
    await state.arrived()
    state.waiting(0)
    assert told == [
        TeamHealth(online=False, problem="gone", shared=True),
        TeamHealth(online=False, problem="gone", waiting=3, shared=True),
        TeamHealth(waiting=3, shared=True),
        TeamHealth(shared=True),
    ]


async def test_everything_is_caught_up_with_before_it_is_called_there() -> None:
    state = ConnectionState(shared=True)
    seen: list[bool] = []

    async def catch_up() -> None:
        seen.append(state.health.online)

    async def fail() -> None:
        raise UserFacingError("no right to that")

    state.on_arrival(catch_up)
    await state.arrived()
    assert (seen, state.health.online) == ([False], True)
    state.lost("gone")
    state.on_arrival(fail)
    with pytest.raises(UserFacingError):
        await state.arrived()
    assert not state.health.online


@pytest.mark.parametrize(("ahead", "words"), [(0.5, ""), (90, "ahead of"), (-90, "behind")])
async def test_a_clock_that_is_off_is_told_while_all_else_is_well(ahead: float, words: str) -> None:
    state = measured(ahead)
    await state.arrived()
    assert state.health.online
    assert words in state.health.problem
    assert bool(state.health.problem) == bool(words)
