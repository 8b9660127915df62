"""Reading and writing the samples of a pjsua2 media frame without delay.

SWIG turns a ``std::vector<unsigned char>`` into Python numbers one by one: 380 µs for 20 ms of sound, on
the thread that clocks the conference bridge. The memory behind the vector is three pointers in
every C++ library in use, so ctypes can copy it in 1 to 5 µs. Where the self-test does not
confirm that layout, the slow way is taken.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

RATE = 16000
FRAME_SAMPLES = RATE // 50  # 20 ms
FRAME_BYTES = FRAME_SAMPLES * 2
SILENCE = bytes(FRAME_BYTES)

_log = logging.getLogger(__name__)


class _Vector(ctypes.Structure):
    """What a ``std::vector`` consists of in libstdc++, libc++ and Microsoft's library."""

    _fields_ = (("begin", ctypes.c_void_p), ("end", ctypes.c_void_p), ("capacity", ctypes.c_void_p))


_blank_vectors: dict[int, Any] = {}


def read_fast(frame: Any) -> bytes:
    """The samples of *frame*, by its memory."""
    vector = _Vector.from_address(int(frame.buf.this))
    return ctypes.string_at(vector.begin, vector.end - vector.begin) if vector.begin else b""


def write_fast(frame: Any, samples: bytes) -> None:
    """Put *samples* into *frame*, by its memory."""
    size = len(samples)
    blank = _blank_vectors.get(size)
    if blank is None:
        blank = _blank_vectors[size] = pj.ByteVector(size)
    frame.buf = blank  # C++ copies it: the frame's own vector now has the right size
    ctypes.memmove(_Vector.from_address(int(frame.buf.this)).begin, samples, size)
    _mark(frame, size)


def read_slowly(frame: Any) -> bytes:
    """The samples of *frame*, one by one."""
    return bytes(frame.buf)


def write_slowly(frame: Any, samples: bytes) -> None:
    """Put *samples* into *frame*, one by one."""
    frame.buf = pj.ByteVector(samples)
    _mark(frame, len(samples))


def fast_way_works(
    read_frame: Callable[[Any], bytes] = read_fast, write_frame: Callable[[Any, bytes], None] = write_fast
) -> bool:
    """Whether the fast way and SWIG's own agree, in both directions."""
    sample = bytes(range(256))
    written, given = pj.MediaFrame(), pj.MediaFrame()
    try:
        write_frame(written, sample)
        write_slowly(given, sample)
        return bytes(written.buf) == sample and read_frame(given) == sample and read_frame(pj.MediaFrame()) == b""
    except (TypeError, ValueError, AttributeError, OverflowError):
        return False


def frame_access() -> tuple[Callable[[Any], bytes], Callable[[Any, bytes], None]]:
    """Functions that read and write a frame: the fast ones where they work."""
    if fast_way_works():
        return read_fast, write_fast
    _log.warning("sound frames are copied the slow way: the vector layout of this build is unknown")
    return read_slowly, write_slowly


def frame_format() -> Any:
    """16 kHz, mono, 16 bits, 20 ms: the format of every port of this package."""
    audio = pj.MediaFormatAudio()
    audio.type = pj.PJMEDIA_TYPE_AUDIO
    audio.clockRate = RATE
    audio.channelCount = 1
    audio.bitsPerSample = 16
    audio.frameTimeUsec = 20000
    audio.avgBps = audio.maxBps = RATE * 16
    return audio


def _mark(frame: Any, size: int) -> None:
    frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
    frame.size = size
