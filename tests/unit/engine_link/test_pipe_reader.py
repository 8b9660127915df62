import asyncio
import os
import threading
from collections.abc import Iterator
from typing import IO

import pytest

from softphone.engine_link.pipe_reader import PipeReader
from tests.lab.waiting import until


@pytest.fixture
def pipe() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    reader, writer = (os.fdopen(end, mode, buffering=0) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    with writer:
        yield reader, writer
    reader.close()


class Listener:
    """Keeps what it is given, and whether the end was told."""

    def __init__(self, pipe: IO[bytes], *, direct: bool) -> None:
        self.heard = bytearray()
        self.ended = asyncio.Event()
        self.ends = 0
        self.reader = PipeReader(pipe, self.heard.extend, self._end, direct=direct)

    def _end(self) -> None:
        self.ends += 1
        self.ended.set()


def write_all(writer: IO[bytes], data: bytes) -> None:
    while data:
        data = data[os.write(writer.fileno(), data) :]
    writer.close()


@pytest.mark.parametrize("direct", [True, False])
async def test_everything_comes_in_order_and_then_the_end(pipe: tuple[IO[bytes], IO[bytes]], direct: bool) -> None:
    data = b"".join(b"%07d\n" % number for number in range(100_000))
    listener = Listener(pipe[0], direct=direct)
    writing = threading.Thread(target=write_all, args=(pipe[1], data))
    writing.start()
    async with asyncio.timeout(20):
        await listener.ended.wait()
    writing.join()
    assert bytes(listener.heard) == data
    assert listener.ends == 1
    until(lambda: "pipe-reader" not in {thread.name for thread in threading.enumerate()}, "its thread ends")


async def test_what_is_left_after_the_end_is_taken_at_once(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    listener = Listener(pipe[0], direct=True)
    write_all(pipe[1], b"x" * 50_000)
    listener.reader.finish()
    assert len(listener.heard) == 50_000
    assert listener.ends == 1
    await asyncio.sleep(0)
    assert listener.ends == 1


async def test_a_pipe_that_another_process_keeps_open_is_left_alone(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    listener = Listener(pipe[0], direct=True)
    os.write(pipe[1].fileno(), b"last words")
    listener.reader.finish()  # the writer's end is open, and nobody waits for it
    assert (bytes(listener.heard), listener.ends) == (b"last words", 1)


async def test_no_thread_where_the_loop_can_read(pipe: tuple[IO[bytes], IO[bytes]]) -> None:
    listener = Listener(pipe[0], direct=True)
    until(lambda: "pipe-reader" not in {thread.name for thread in threading.enumerate()}, "its thread ends")
    listener.reader.finish()
