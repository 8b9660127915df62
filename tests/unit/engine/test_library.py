"""What the loaded SIP library is, and what follows from it for the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.engine.library import Library, _has_assertions

WHEEL = Library("2.15.1", calls=4, asserts=True)
OWN = Library("2.17", calls=64, asserts=False, source="6860c2f7604b4eee75f38151")


def test_a_library_that_aborts_is_handled_with_care() -> None:
    assert (WHEEL.call_limit, WHEEL.calls_with_sockets, WHEEL.slot_seconds) == (4, 26, 0.15)


def test_one_that_does_not_needs_none_of_it() -> None:
    assert (OWN.call_limit, OWN.calls_with_sockets, OWN.slot_seconds) == (16, None, 0.0)


def test_a_call_is_not_kept_waiting_by_the_filter_it_is_resampled_with() -> None:
    assert (WHEEL.resampling_quality, OWN.resampling_quality) == (8, 4)


def test_the_name_tells_our_own_from_any_other() -> None:
    assert WHEEL.name == "PJSIP 2.15.1"
    assert OWN.name == "PJSIP 2.17, our own build of source 6860c2f7604b"


@pytest.mark.parametrize(("content", "live"), [(b"\0__assert_fail\0", True), (b"\0__assert\0", False)])
def test_live_assertions_are_seen_in_the_compiled_file(tmp_path: Path, content: bytes, live: bool) -> None:
    file = tmp_path / "library.so"
    file.write_bytes(content)
    assert _has_assertions(file) is live
