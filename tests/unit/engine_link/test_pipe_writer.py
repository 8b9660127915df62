import os
import threading
from collections.abc import Iterator
from typing import IO

import pytest

from softphone.engine_link.pipe_writer import PipeWriter


@pytest.fixture
def pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    reader, writer = (os.fdopen(end, mode, buffering=0) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    with reader:
        yield reader, writer


def read_exactly(reader: IO[bytes], count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += os.read(reader.fileno(), count - len(data))
    return data


@pytest.mark.parametrize("direct", [True, False])
def test_a_reader_who_is_slow_gets_everything_in_order(pipe: tuple[IO[bytes], IO[bytes]], direct: bool) -> None:
    reader, end = pipe
    writer = PipeWriter(end, direct=direct)
    lines = [b"%06d%s\n" % (number, b"x" * 93) for number in range(5000)]
    assert all(writer.write(line) for line in lines)
    assert read_exactly(reader, 100 * 5000) == b"".join(lines)
    writer.write(b"last\n")
    assert read_exactly(reader, 5) == b"last\n"
    writer.close()
    assert reader.read() == b""
    writer.join()
    assert not [thread for thread in threading.enumerate() if thread.name == "pipe-writer"]


def test_no_thread_for_a_reader_who_keeps_up(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    reader, end = pipe
    writer = PipeWriter(end, direct=True)
    for _ in range(100):
        assert writer.write(b"line\n")
        read_exactly(reader, 5)
    assert not [thread for thread in threading.enumerate() if thread.name == "pipe-writer"]
    writer.close()


def test_beyond_the_limit_lines_are_dropped_and_said_so(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    reader, end = pipe
    writer = PipeWriter(end, limit=200_000)
    kept = [writer.write(b"x" * 9_999 + b"\n") for _ in range(40)]
    assert kept[0] and not kept[-1]
    assert len(read_exactly(reader, sum(kept) * 10_000)) == sum(kept) * 10_000
    writer.close()
    writer.join()


def test_without_a_reader_nothing_is_taken(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    reader, end = pipe
    writer = PipeWriter(end)
    reader.close()
    assert not writer.write(b"line\n")
    assert not writer.write(b"line\n")
    writer.close()


def test_closing_does_not_wait_for_a_full_pipe(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    _, end = pipe
    writer = PipeWriter(end, limit=1 << 20)
    assert writer.write(b"x" * (1 << 19))
    writer.close()
    assert not writer.write(b"more\n")
    writer.join()


@pytest.mark.parametrize("direct", [True, False])
def test_what_waits_is_written_before_the_end(pipe: tuple[IO[bytes], IO[bytes]], direct: bool) -> None:
    reader, end = pipe
    writer = PipeWriter(end, direct=direct)
    assert writer.write(b"x" * 1_000_000)
    received = bytearray()
    reading = threading.Thread(target=lambda: received.extend(reader.read()))
    reading.start()
    writer.close(flush_seconds=20)
    writer.join()
    reading.join()
    assert len(received) == 1_000_000


def test_a_reader_who_reads_no_more_is_not_waited_for_longer_than_that(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    _, end = pipe
    writer = PipeWriter(end)
    assert writer.write(b"x" * 1_000_000)
    writer.close(flush_seconds=0.05)
    writer.join()
