"""Rows are read one by one: one that means nothing to this softphone hides no other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import Row

_log = logging.getLogger(__name__)

QUIET_SECONDS = 60.0
"""How long nothing more is logged of a table: whoever writes bad rows must not fill the log with them."""

T = TypeVar("T")


class RowReader(Generic[T]):
    """Turns rows of the table *of* into values; what cannot be read, or has the word of a later version, is left out.

    *value_of* may raise what it likes.
    """

    def __init__(self, of: str, value_of: Callable[[Row[Any]], T], clock: Callable[[], float] = time.monotonic) -> None:
        self._of = of
        self._value_of = value_of
        self._clock = clock
        self._told: float | None = None

    def read(self, rows: Iterable[Row[Any]]) -> list[T]:
        """The values of those that can be read, in order."""
        values, problems = [], []
        for row in rows:
            try:
                values.append(self._value_of(row))
            except Exception as error:  # noqa: BLE001 - whatever somebody has written, the next row is read
                problems.append(f"{str(row[0])[:40]!r}: {str(error)[:200]}")
        if problems:
            self._tell(problems)
        return values

    def _tell(self, problems: list[str]) -> None:
        now = self._clock()
        if self._told is None or now - self._told >= QUIET_SECONDS:
            self._told = now
            _log.warning("%d rows of %s were passed over, the first %s", len(problems), self._of, problems[0])
