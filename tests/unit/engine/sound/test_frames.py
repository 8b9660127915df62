from __future__ import annotations

import os

import pjsua2 as pj
import pytest

from softphone.engine.sound import frames


@pytest.mark.parametrize("size", [2, 4, 640, 1280, 4096])
def test_what_is_written_fast_is_what_pjsua2_sees(size: int) -> None:
    samples, frame = os.urandom(size), pj.MediaFrame()

    frames.write_fast(frame, samples)

    assert bytes(frame.buf) == samples
    assert frame.size == size
    assert frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO


def test_both_ways_read_what_either_has_written() -> None:
    samples = os.urandom(640)
    for write in (frames.write_fast, frames.write_slowly):
        frame = pj.MediaFrame()
        write(frame, samples)
        assert frames.read_fast(frame) == frames.read_slowly(frame) == samples


def test_frames_written_one_after_the_other_do_not_share_memory() -> None:
    first, second = pj.MediaFrame(), pj.MediaFrame()

    frames.write_fast(first, b"\x01" * 640)
    frames.write_fast(second, b"\x02" * 640)

    assert frames.read_fast(first) == b"\x01" * 640


def test_an_empty_frame_reads_as_nothing() -> None:
    assert frames.read_fast(pj.MediaFrame()) == frames.read_slowly(pj.MediaFrame()) == b""


def test_the_self_test_accepts_this_build() -> None:
    assert frames.fast_way_works()
    assert frames.frame_access() == (frames.read_fast, frames.write_fast)


def test_the_self_test_refuses_a_way_that_reads_something_else() -> None:
    assert not frames.fast_way_works(read_frame=lambda frame: frames.read_fast(frame)[::-1])


def test_the_self_test_refuses_a_way_that_writes_something_else() -> None:
    assert not frames.fast_way_works(write_frame=lambda frame, samples: frames.write_slowly(frame, samples[:-1]))


def test_without_the_fast_way_the_slow_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "fast_way_works", lambda: False)

    assert frames.frame_access() == (frames.read_slowly, frames.write_slowly)
