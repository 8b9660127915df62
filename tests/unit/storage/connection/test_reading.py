from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest
from sqlalchemy import Row

from softphone.storage.connection.reading import QUIET_SECONDS, RowReader


def rows(*names: str) -> Sequence[Row[Any]]:
    return cast("Sequence[Row[Any]]", [(name,) for name in names])


def test_a_row_that_cannot_be_read_hides_no_other_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    reader = RowReader("presence", lambda row: int(row[0]), lambda: now)
    assert reader.read(rows("1", "two", "3", "x" * 1000)) == [1, 3]
    assert [record.message for record in caplog.records] == [
        "2 rows of presence were passed over, the first 'two': invalid literal for int() with base 10: 'two'"
    ]
    assert reader.read(rows("four")) == []
    assert len(caplog.records) == 1
    now = QUIET_SECONDS
    assert reader.read(rows("x" * 1000)) == []
    assert len(caplog.records[1].message) < 300


def test_whatever_it_raises() -> None:
    def deep(_row: Row[Any]) -> int:
        raise RecursionError

    assert RowReader("held_calls", deep).read(rows("1")) == []
