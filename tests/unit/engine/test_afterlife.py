"""The file that stands for an engine without an app."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.engine.afterlife import Mark


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engine.afterlife"


def test_set_asked_for_and_taken_away(path: Path) -> None:
    mark = Mark(str(path))
    assert not mark.taken_away
    mark.set()
    assert not mark.taken_away
    assert Mark(str(path)).ask_to_leave()
    assert mark.taken_away
    assert not Mark(str(path)).ask_to_leave()


def test_cleared_at_the_end_but_never_another_ones(path: Path) -> None:
    mark = Mark(str(path))
    mark.set()
    path.write_text("1\n")
    mark.clear()
    assert path.exists()
    mark.set()
    mark.clear()
    mark.clear()
    assert not path.exists()


def test_one_that_was_never_set_is_not_missed(path: Path) -> None:
    path.write_text("1\n")
    mark = Mark(str(path))
    mark.clear()
    assert path.exists()
    assert not mark.taken_away


@pytest.mark.parametrize("name", ["nowhere/mark", "a\0b", "a" * 300])
def test_a_place_that_cannot_be_written_is_logged_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    mark = Mark(str(tmp_path / name))
    assert not mark.ask_to_leave()
    mark.set()
    assert "cannot ask" in caplog.text
    assert not mark.taken_away


def test_without_a_path_there_is_no_mark() -> None:
    mark = Mark("")
    mark.set()
    assert not mark.taken_away
    assert not mark.ask_to_leave()
    mark.clear()
