"""Token buckets on a clock of the test's own."""

from __future__ import annotations

from softphone.engine.sip.rate_limit import CARRIES_ALL, MOST_ADDRESSES, ONE_CALLER, Rate, RateLimit
from tests.fakes.clock import FakeClock

TWO_A_SECOND = Rate(2.0, 3.0)


def limit(clock: FakeClock) -> RateLimit:
    return RateLimit(clock.monotonic)


def test_a_burst_then_one_for_each_token_that_has_come_back() -> None:
    clock = FakeClock()
    buckets = limit(clock)
    assert [buckets.allows("a", TWO_A_SECOND) for _ in range(4)] == [True, True, True, False]
    clock.turn(0.5)
    assert [buckets.allows("a", TWO_A_SECOND) for _ in range(2)] == [True, False]


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    clock = FakeClock()
    buckets = limit(clock)
    buckets.allows("a", TWO_A_SECOND)
    clock.turn(3600)
    assert sum(buckets.allows("a", TWO_A_SECOND) for _ in range(10)) == 3


def test_asking_in_vain_costs_nothing() -> None:
    clock = FakeClock()
    buckets = limit(clock)
    while buckets.allows("a", TWO_A_SECOND):
        pass
    for _ in range(5):
        clock.turn(0.1)
        allowed = buckets.allows("a", TWO_A_SECOND)
    assert allowed


def test_each_address_has_a_bucket_of_its_own() -> None:
    buckets = limit(FakeClock())
    while buckets.allows("a", TWO_A_SECOND):
        pass
    assert buckets.allows("b", TWO_A_SECOND)


def test_fifteen_callers_a_second_each_sent_twice_get_through_all_day() -> None:
    clock = FakeClock()
    buckets = limit(clock)
    for _ in range(10_000):
        clock.turn(1 / 30)
        assert buckets.allows("registrar", CARRIES_ALL)


def test_one_caller_may_try_a_few_times_in_a_row() -> None:
    buckets = limit(FakeClock())
    assert sum(buckets.allows("a", ONE_CALLER) for _ in range(50)) == 5


def test_forged_addresses_are_forgotten_the_oldest_first() -> None:
    buckets = limit(FakeClock())
    for _ in range(3):
        buckets.allows("first", TWO_A_SECOND)
    for number in range(MOST_ADDRESSES - 1):
        buckets.allows(str(number), TWO_A_SECOND)
    assert not buckets.allows("first", TWO_A_SECOND), "still remembered"
    for number in range(MOST_ADDRESSES):
        buckets.allows(f"more {number}", TWO_A_SECOND)
    assert buckets.allows("first", TWO_A_SECOND)
