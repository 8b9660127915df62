from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from softphone.engine.sound.elastic_buffer import ElasticBuffer

RATE = 16000
MS = RATE // 1000
PERIOD = 20 * MS
AMPLITUDE, HZ = 8000, 200
STEEPEST = AMPLITUDE * 2 * np.pi * HZ / RATE
SEAM = 2 * AMPLITUDE / (5 * MS - 1)  # what a fade over 5 ms adds to each step at most


def numbered() -> Iterator[bytes]:
    """Frames of 20 ms whose samples count up."""
    at = 0
    while True:
        yield np.arange(at, at + PERIOD).astype("<i2").tobytes()
        at += PERIOD


def wave() -> NDArray[np.int16]:
    """Twenty seconds of a sine."""
    return (AMPLITUDE * np.sin(2 * np.pi * HZ * np.arange(20 * RATE) / RATE)).astype("<i2")


def fill(buffer: ElasticBuffer, frames: int, source: Iterator[bytes]) -> None:
    for _ in range(frames):
        buffer.write(next(source))


def read(buffer: ElasticBuffer, count: int = PERIOD) -> NDArray[np.int16]:
    return np.frombuffer(buffer.read(count), "<i2")


def test_it_is_silent_until_the_cushion_is_there() -> None:
    buffer, source = ElasticBuffer(RATE), numbered()
    fill(buffer, 1, source)

    assert not read(buffer).any()
    assert buffer.underruns == 0


def test_samples_come_out_in_order_and_unchanged() -> None:
    buffer, source = ElasticBuffer(RATE), numbered()
    fill(buffer, 3, source)
    read(buffer)

    heard = []
    for _ in range(20):
        fill(buffer, 1, source)
        heard.append(read(buffer))

    assert (np.diff(np.concatenate(heard)) == 1).all()
    assert (buffer.underruns, buffer.cuts, buffer.stretched) == (0, 0, 0)


def test_an_underrun_fades_refills_and_wants_a_larger_cushion() -> None:
    buffer = ElasticBuffer(RATE)
    buffer.write(b"\x00\x10" * (45 * MS))
    before = buffer.target
    read(buffer), read(buffer)

    last = read(buffer)

    assert buffer.underruns == 1
    assert buffer.target == before + 5 * MS
    assert last[0] == 0x1000
    assert last[-1] == 0
    assert not read(buffer).any()
    assert buffer.underruns == 1, "one drought is one underrun"


def test_the_cushion_is_never_wanted_larger_than_150_ms() -> None:
    buffer = ElasticBuffer(RATE)
    for _ in range(40):
        while buffer.fill < buffer.target + PERIOD:
            buffer.write(bytes(2 * PERIOD))
        while buffer.fill:
            read(buffer)
        read(buffer)

    assert buffer.target == 150 * MS


def test_ten_clean_seconds_take_one_millisecond_off_down_to_twenty() -> None:
    buffer = ElasticBuffer(RATE)
    source = numbered()
    fill(buffer, 2, source)
    read(buffer)
    started = buffer.target
    for _ in range(500):
        fill(buffer, 1, source)
        read(buffer)
    assert buffer.target == started - MS

    for _ in range(500 * 10):
        fill(buffer, 1, source)
        read(buffer)
    assert buffer.target == 20 * MS


def test_a_jam_is_cut_to_the_target() -> None:
    buffer, source = ElasticBuffer(RATE), numbered()
    fill(buffer, 2, source)
    read(buffer)
    while not buffer.cuts:
        fill(buffer, 1, source)

    assert buffer.fill == buffer.target
    assert buffer.underruns == 0


def test_after_a_pause_of_the_reader_it_hears_the_present() -> None:
    buffer, source = ElasticBuffer(RATE), numbered()
    fill(buffer, 30, source)

    first = read(buffer)

    newest = 30 * PERIOD - 1
    assert newest - int(first[-1]) == buffer.target


def test_a_cleared_ring_fills_up_anew_and_counts_no_underrun() -> None:
    buffer, source = ElasticBuffer(RATE), numbered()
    fill(buffer, 3, source)
    read(buffer)
    buffer.clear()

    assert read(buffer)[-1] == 0
    assert (buffer.fill, buffer.underruns) == (0, 0)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3000)), max_size=80))
def test_whatever_comes_it_stays_within_its_limit_and_gives_what_is_asked(steps: list[tuple[bool, int]]) -> None:
    buffer = ElasticBuffer(RATE)
    for writing, count in steps:
        if writing:
            buffer.write(bytes(2 * count))
        else:
            assert len(buffer.read(count)) == 2 * count
        assert 0 <= buffer.fill <= buffer.limit <= (150 + 80 + 150) * MS


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=60), st.lists(st.integers(0, 6), min_size=1, max_size=60))
def test_no_stall_of_either_side_makes_a_click(writes: list[int], reads: list[int]) -> None:
    buffer, sound, at = ElasticBuffer(RATE), wave(), 0
    heard = []
    for turn in range(200):
        for _ in range(writes[turn % len(writes)]):
            buffer.write(sound[at % len(sound) :][:PERIOD].tobytes())
            at += PERIOD
        heard += [read(buffer) for _ in range(reads[turn % len(reads)])]
    if heard:
        steps = np.abs(np.diff(np.concatenate([np.zeros(1, np.int16), *heard]).astype(np.int32)))
        assert steps.max() <= 1.01 * STEEPEST + SEAM + 2


@settings(max_examples=10, deadline=None)
@given(st.integers(-500, 500), st.floats(0, 20), st.sampled_from([10, 20, 30]))
def test_clocks_that_drift_apart_neither_run_dry_nor_pile_up(ppm: int, phase_ms: float, read_ms: int) -> None:
    buffer, source = ElasticBuffer(RATE), numbered()
    written_at, read_at = 0.0, 50 + phase_ms
    cushions = []
    while read_at < 60_000:
        if written_at <= read_at:
            fill(buffer, 1, source)
            written_at += 20 * (1 + ppm / 1e6)
        else:
            assert len(buffer.read(read_ms * MS)) == 2 * read_ms * MS
            cushions.append(buffer.fill / MS)
            read_at += read_ms

    assert (buffer.underruns, buffer.cuts) == (0, 0)
    assert np.mean(cushions[-500:]) == pytest.approx(buffer.target / MS, abs=4 + 10)  # slack, half a period of phase
    assert abs(buffer.stretched) <= 60 * RATE / 200


@settings(deadline=None)
@given(st.sampled_from([64, 160, 320, 480, 960]))
def test_stretching_never_exceeds_half_a_percent(count: int) -> None:
    buffer = ElasticBuffer(RATE)
    buffer.write(bytes(2 * (buffer.target + count)))
    read(buffer, count)
    buffer.write(bytes(2 * 79 * MS))
    taken = 0
    for _ in range(200):
        before = buffer.fill
        read(buffer, count)
        taken += before - buffer.fill
        buffer.write(bytes(2 * count))
    assert 200 * count < taken <= 200 * count * 1.005 + 1
