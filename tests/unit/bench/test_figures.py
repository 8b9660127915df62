"""The statistics of the benchmark and its table."""

from __future__ import annotations

import pytest

from tests.bench.figures import OURS, Ratio, Summary, ratios, table


def test_a_summary_of_a_hundred_values() -> None:
    assert Summary.of([float(n) for n in range(100, 0, -1)]) == Summary(100, 50.5, 95.0, 100.0)


@pytest.mark.parametrize("count", range(1, 45))
def test_at_least_95_percent_are_within_p95_and_no_smaller_value_has_that(count: int) -> None:
    values = list(map(float, range(count)))
    p95 = Summary.of(values).p95
    assert sum(value <= p95 for value in values) >= 0.95 * count
    assert sum(value < p95 for value in values) < 0.95 * count


def test_ratios_are_ours_to_each_other_phone() -> None:
    phones = {OURS: Summary.of([3.0]), "other": Summary.of([2.0])}
    assert ratios(phones) == {"other": Ratio(1.5, 1.5)}


def test_without_ours_there_is_nothing_to_compare() -> None:
    assert ratios({"other": Summary.of([2.0])}) == {}


def test_the_table_shows_every_phone_and_how_ours_compares() -> None:
    text = table({"ring": {OURS: Summary.of([3.0, 3.0]), "other": Summary.of([1.5])}, "paint": {OURS: Summary.of([4])}})
    rows = [line.split() for line in text.splitlines() if line]
    assert ["ring"] in rows
    assert [OURS, "2", "3.00", "3.00", "3.00"] in rows
    assert ["other", "1", "1.50", "1.50", "1.50", "2.00×,", "2.00×"] in rows
    assert [OURS, "1", "4.00", "4.00", "4.00"] in rows
