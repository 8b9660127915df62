"""A pipe with real descriptors: order, garbage, long lines, the end."""

import os
import threading
from collections.abc import Iterator

import pytest

from softphone.engine.command_reader import CommandReader
from softphone.engine_link.protocol import LINE_LIMIT, encode
from softphone.model.ua_commands import HangUp, Register, Shutdown
from softphone.model.ua_events import LineSkipped, UaEvent


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
    os.close(descriptor)


def read(pipe: tuple[int, int], data: bytes) -> tuple[list[object], list[UaEvent]]:
    """What a reader makes of *data* until the end of the pipe."""
    reports: list[UaEvent] = []
    reader = CommandReader(pipe[0], reports.append, lambda: None)
    reader.start()
    threading.Thread(target=write_all, args=(pipe[1], data), daemon=True).start()
    commands: list[object] = []
    while not reader.ended:
        command = reader.take(timeout=0.05)
        if command is not None:
            commands.append(command)
    return commands, reports


def test_commands_in_order_with_garbage_between(pipe: tuple[int, int]) -> None:
    data = encode(HangUp("a")) + b"\xff\xfe rubbish\n\n{}\n" + encode(Register()) + encode(Shutdown())
    commands, reports = read(pipe, data)
    assert commands == [HangUp("a"), Register(), Shutdown()]
    assert len(reports) == 2
    assert all(isinstance(report, LineSkipped) and "rubbish" not in report.detail for report in reports)


def test_a_line_without_end_is_skipped_and_the_next_one_read(pipe: tuple[int, int]) -> None:
    commands, reports = read(pipe, b"x" * (3 * LINE_LIMIT) + b"\n" + encode(HangUp("b")))
    assert commands == [HangUp("b")]
    assert reports == [LineSkipped(f"a line longer than {LINE_LIMIT} bytes")]


def test_half_a_line_at_the_end_is_dropped(pipe: tuple[int, int]) -> None:
    commands, _ = read(pipe, encode(HangUp("c")) + encode(HangUp("d"))[:-5])
    assert commands == [HangUp("c")]


def test_the_reader_wakes_its_engine(pipe: tuple[int, int]) -> None:
    woken = threading.Event()
    CommandReader(pipe[0], lambda _: None, woken.set).start()
    os.write(pipe[1], encode(Register()))
    assert woken.wait(5)
