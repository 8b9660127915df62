"""Windows come back where they stood; what cannot be read is no loss."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QWidget

from ui.shared.window_places import WindowPlaces


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_a_window_gets_the_place_that_was_kept_under_its_name(window, tmp_path):
    window.setGeometry(31, 41, 234, 345)
    WindowPlaces(tmp_path / "windows.ini").keep("settings", window)
    window.setGeometry(0, 0, 100, 100)
    places = WindowPlaces(tmp_path / "windows.ini")
    assert not places.put_back("other", window)
    assert places.put_back("settings", window)
    assert (window.width(), window.height()) == (234, 345)


@pytest.mark.parametrize("content", ["", "settings=wide", "settings=@ByteArray(xyz)", "[[["])
def test_an_unreadable_place_leaves_the_window_as_it_is(window, tmp_path, content):
    (tmp_path / "windows.ini").write_text(content)
    window.resize(123, 99)
    assert not WindowPlaces(tmp_path / "windows.ini").put_back("settings", window)
    assert (window.width(), window.height()) == (123, 99)


def test_a_place_that_cannot_be_kept_stops_nobody(window, tmp_path):
    places = WindowPlaces(tmp_path / "missing" / "windows.ini")
    (tmp_path / "missing").write_text("no directory")
    places.keep("settings", window)
    assert (tmp_path / "missing").read_text() == "no directory"
