from hypothesis import given
from hypothesis import strategies as st

from softphone.policy.restart import DELAYS, HEALTHY_SECONDS, Backoff, Deaths, ended, ready


def delays_of(state: Backoff, times: int) -> list[float]:
    delays = []
    for second in range(times):
        state, delay = ended(state, float(second))
        delays.append(delay)
    return delays


def test_delays_grow_to_the_last_and_stay_there() -> None:
    assert delays_of(Backoff(), 8) == [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0, 10.0]


def test_half_a_minute_is_a_healthy_life() -> None:
    assert HEALTHY_SECONDS == 30.0


def test_a_short_life_is_one_more_failure() -> None:
    state, _ = ended(Backoff(), 0.0)
    state, delay = ended(ready(state, 1.0), 1.0 + HEALTHY_SECONDS - 0.001)
    assert delay == DELAYS[1]
    assert state == Backoff(failures=2)


def test_a_healthy_life_forgives_the_failures_before() -> None:
    state, delay = ended(ready(Backoff(failures=5), 1.0), 1.0 + HEALTHY_SECONDS)
    assert (state, delay) == (Backoff(failures=1), DELAYS[0])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 100)), max_size=30))
def test_a_delay_never_falls_without_a_healthy_life(lives: list[tuple[bool, int]]) -> None:
    state, now, before = Backoff(), 0.0, 0.0
    for comes_up, lasts in lives:
        if comes_up:
            state = ready(state, now)
        now += lasts
        started = now - lasts
        healthy = comes_up and now - started >= HEALTHY_SECONDS
        state, delay = ended(state, now)
        assert delay in DELAYS
        assert delay == DELAYS[0] if healthy else delay >= before
        assert state.ready_since is None
        before = delay


def test_three_deaths_within_a_minute_are_often_and_further_apart_they_are_not() -> None:
    deaths = Deaths().another(0.0).another(30.0)
    assert not deaths.often
    assert deaths.another(59.9).often
    assert not deaths.another(60.0).often
    assert not deaths.another(61.0).often


def test_often_ends_with_a_quiet_minute() -> None:
    deaths = Deaths().another(0.0).another(1.0).another(2.0)
    assert deaths.another(3.0).often
    assert not deaths.another(100.0).often
