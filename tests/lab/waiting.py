"""Waiting for a condition instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
POLL_SECONDS = 0.01
PATIENCE = 20.0  # seconds a busy machine may take for what takes milliseconds on an idle one


def until(condition: Callable[[], T | None], what: str | Callable[[], str], timeout: float = PATIENCE) -> T:
    """The first true value of *condition*; AssertionError saying *what* did not happen when time is over."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout:g} s: {what if isinstance(what, str) else what()}")
        time.sleep(POLL_SECONDS)
    return value


def holds_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """*condition* stays true for this long: the proof that something does not happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert condition(), what
        time.sleep(POLL_SECONDS)
