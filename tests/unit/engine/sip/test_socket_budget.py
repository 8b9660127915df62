"""The budget that keeps a flood of calls from using up PJSIP's sockets."""

from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.sip.socket_budget import GIVEN_BACK_SECONDS, SocketBudget

PLACES = 26


def test_spent_by_calls_that_are_open() -> None:
    budget = SocketBudget(PLACES, lambda: 0.0)
    for _ in range(PLACES - 1):
        budget.opened()
    assert not budget.spent
    budget.opened()
    assert budget.spent


def test_a_call_that_ended_counts_until_its_sockets_are_back() -> None:
    now = [0.0]
    budget = SocketBudget(PLACES, lambda: now[0])
    for _ in range(PLACES):
        budget.opened()
        budget.closed()
    assert budget.spent
    now[0] = GIVEN_BACK_SECONDS
    assert not budget.spent


@given(st.lists(st.tuples(st.floats(0.0, 0.2), st.booleans())))
def test_never_more_sockets_than_there_are_places(steps: list[tuple[float, bool]]) -> None:
    """Sockets counted independently, with the half second PJSIP really takes."""
    now, open_calls, ended = [0.0], 0, []
    budget = SocketBudget(PLACES, lambda: now[0])
    for pause, begins in steps:
        now[0] += pause
        if begins and not budget.spent:
            budget.opened()
            open_calls += 1
        elif open_calls and not begins:
            budget.closed()
            open_calls -= 1
            ended.append(now[0])
        assert open_calls + sum(at > now[0] - 0.5 for at in ended) <= 32


def test_where_running_out_is_no_harm_nothing_is_counted_out() -> None:
    budget = SocketBudget(None)
    for _ in range(1000):
        budget.opened()
    assert not budget.spent
