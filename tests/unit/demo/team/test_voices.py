"""Recordings of the team's demo: everybody can be told by their tone, and a file can be read while it is written."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from softphone.demo.analysis import heard_seconds
from softphone.demo.team.voices import SECONDS, VOICES, listen, write_voice


@pytest.mark.parametrize("who", VOICES)
def test_a_voice_is_heard_all_the_time_and_nobody_elses(tmp_path: Path, who: str) -> None:
    heard = listen(write_voice(who, tmp_path))
    assert heard_seconds(heard, VOICES[who]) > SECONDS - 0.2
    assert not any(heard_seconds(heard, hz) for other, hz in VOICES.items() if other != who)


def test_tones_are_far_enough_apart() -> None:
    assert all(after - before >= 100 for before, after in pairwise(sorted(VOICES.values())))


def test_what_is_written_so_far_is_heard_and_nothing_is_silence(tmp_path: Path) -> None:
    file = write_voice("agent1", tmp_path)
    file.write_bytes(file.read_bytes()[: 44 + 16001])
    assert listen(file).seconds == 0.5
    assert listen(tmp_path / "none").seconds == 0
