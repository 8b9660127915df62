"""A choice of the fault list, in the middle of a call: ``make faults`` tries everything, on both builds of PJSIP."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.faults.kinds import KINDS
from tests.faults.row import Fault
from tests.faults.subject import Subject, subject

SEED = 1


@pytest.fixture(scope="module")
def agent() -> Iterator[Subject]:
    with subject() as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_everything_survives(agent: Subject, kind: str) -> None:
    rows = [agent.row(fault) for fault in KINDS[kind](SEED, False)]
    assert rows
    for row in rows:
        assert row.survived and row.verdict.next_call is not None, row


def _kill_the_engine(agent: Subject) -> str:
    os.kill(agent.engine_pid, signal.SIGKILL)
    return ""


def _hang_up(agent: Subject) -> str:
    agent.customer_in_call.hang_up()
    return ""


def test_a_dead_engine_is_seen_and_so_is_the_lost_call() -> None:
    with subject() as agent:
        found = agent.row(Fault("self-test", "kill", 1, _kill_the_engine)).verdict
    assert (found.engine, found.app, found.call) == (False, True, False)
    assert found.next_call is not None


def test_a_lost_call_is_seen_while_everything_lives(agent: Subject) -> None:
    found = agent.row(Fault("self-test", "hang up", 1, _hang_up)).verdict
    assert (found.engine, found.app, found.call) == (True, True, False)


def test_what_was_lost_is_told_in_the_row(agent: Subject) -> None:
    row = agent.row(Fault("self-test", "loss", 1, lambda _: "the umbrella"))
    assert not row.survived
    assert "the umbrella" in str(row)
