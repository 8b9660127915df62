"""The file that stands for an engine without an app."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.engine.orphaned_calls import OrphanFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engine.orphaned"


def test_set_asked_for_and_taken_away(path: Path) -> None:
    file = OrphanFile(str(path))
    assert not file.taken_away
    file.set()
    assert not file.taken_away
    assert OrphanFile(str(path)).ask_to_leave()
    assert file.taken_away
    assert not OrphanFile(str(path)).ask_to_leave()


def test_cleared_at_the_end_but_never_another_ones(path: Path) -> None:
    file = OrphanFile(str(path))
    file.set()
    path.write_text("1\n")
    file.clear()
    assert path.exists()
    file.set()
    file.clear()
    file.clear()
    assert not path.exists()


def test_one_that_was_never_set_is_not_missed(path: Path) -> None:
    path.write_text("1\n")
    file = OrphanFile(str(path))
    file.clear()
    assert path.exists()
    assert not file.taken_away


@pytest.mark.parametrize("name", ["nowhere/mark", "a\0b", "a" * 300])
def test_a_place_that_cannot_be_written_is_logged_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    file = OrphanFile(str(tmp_path / name))
    assert not file.ask_to_leave()
    file.set()
    assert "cannot ask" in caplog.text
    assert not file.taken_away


def test_without_a_path_there_is_no_mark() -> None:
    file = OrphanFile("")
    file.set()
    assert not file.taken_away
    assert not file.ask_to_leave()
    file.clear()
