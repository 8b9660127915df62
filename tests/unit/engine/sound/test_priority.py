from __future__ import annotations

import os
import threading

import pytest

from softphone.engine.sound import priority


def policy_of_a_thread() -> int:
    """The scheduling policy a thread has after it has asked."""
    found: list[int] = []

    def ask() -> None:
        priority.ask_for_real_time()
        found.append(os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return found[0]


def test_only_the_thread_that_asks_changes() -> None:
    before = os.sched_getscheduler(0)

    assert policy_of_a_thread() in (os.SCHED_RR, os.SCHED_OTHER)  # whichever the system allows
    assert os.sched_getscheduler(0) == before


def test_a_refusal_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", refuse)

    assert policy_of_a_thread() == os.SCHED_OTHER
