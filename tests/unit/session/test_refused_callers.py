"""What a flood of callers who are refused unseen leaves in the call log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.view import Party
from softphone.policy.calls.events import Finish
from softphone.policy.calls.state import State
from softphone.session.call_info import CallInfo
from softphone.session.call_manager import Step
from softphone.session.call_recorder import CallRecorder
from softphone.session.refused_callers import MINUTE, SOURCES, RefusedCallers
from tests.fakes.clock import START, FakeClock
from tests.fakes.ports import FakeCallLog

BUSY = CallRecord(
    call="in-0",
    sip_call_id="0@192.0.2.1",
    direction=Direction.INCOMING,
    agent="agent1",
    remote_name="",
    remote_uri="sip:a@192.0.2.1",
    tracking_number="",
    label="",
    direct=False,
    arrived=START,
    answered=None,
    ended=START,
    waited_seconds=0.0,
    outcome=Outcome.BUSY,
    explanation="The agent was on a call.",
    rule="busy-not-direct",
)


def caller(number: int, uri: str = "sip:a@192.0.2.1") -> CallRecord:
    arrived = START + timedelta(seconds=number / 100)
    return replace(BUSY, call=f"in-{number}", remote_uri=uri, arrived=arrived, ended=arrived)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def lines() -> list[CallRecord]:
    return []


@pytest.fixture
def refused(clock: FakeClock, lines: list[CallRecord]) -> RefusedCallers:
    return RefusedCallers(lines.append, clock)


def test_a_flood_from_one_source_leaves_two_lines_a_minute(
    refused: RefusedCallers, clock: FakeClock, lines: list[CallRecord]
) -> None:
    for number in range(1000):
        refused.add(caller(number))
    assert lines == [caller(0)]
    clock.turn(MINUTE)
    assert len(lines) == 2
    assert (lines[1].times, lines[1].arrived, lines[1].ended) == (999, caller(1).arrived, caller(999).ended)
    assert lines[1].explanation == ("The agent was on a call. 999 callers were refused like this within a minute.")
    assert lines[1].call == "in-1"  # an entry of its own, however often it is delivered
    refused.add(caller(1000))
    assert lines[2] == caller(1000)


def test_a_flood_under_many_names_is_counted_together(
    refused: RefusedCallers, clock: FakeClock, lines: list[CallRecord]
) -> None:
    for number in range(1000):
        refused.add(caller(number, f"sip:{number}@192.0.2.1"))
    assert len(lines) == SOURCES
    clock.turn(MINUTE)
    assert len(lines) == SOURCES + 1
    assert (lines[-1].times, sum(line.times for line in lines)) == (1000 - SOURCES, 1000)
    assert "callers from many addresses" in lines[-1].explanation


def test_who_calls_a_second_time_within_a_minute_has_a_line_as_ever(
    refused: RefusedCallers, clock: FakeClock, lines: list[CallRecord]
) -> None:
    refused.add(caller(0))
    refused.add(caller(1))
    clock.turn(MINUTE)
    assert lines == [caller(0), caller(1)]


def test_what_was_counted_is_written_at_the_end_and_no_timer_stays(
    refused: RefusedCallers, clock: FakeClock, lines: list[CallRecord]
) -> None:
    for number in range(3):
        refused.add(caller(number))
    refused.write()
    assert [line.times for line in lines] == [1, 2]
    assert clock.timers == []


def test_only_whom_nobody_was_shown_is_counted(clock: FakeClock) -> None:
    log = FakeCallLog()
    recorder = CallRecorder(log, clock, lambda: "agent1")
    info = CallInfo("1@192.0.2.1", Party("", "", "sip:a@192.0.2.1"), None, False, started=1000.0, arrived=START)
    for number in range(6):
        finish = Finish(f"in-{number}", Direction.INCOMING, Outcome.BYPASSED, "", False, unseen=number > 2)
        recorder.follow(Step(State(), (finish,), {finish.call: info}, {}))
    assert [(line.call, line.times) for line in log.records] == [("in-0", 1), ("in-1", 1), ("in-2", 1), ("in-3", 1)]
    recorder.close()
    assert [(line.call, line.times) for line in log.records][4:] == [("in-4", 2)]
