"""The icon comes in every size a desktop asks for, and the desktop file names what is there."""

from __future__ import annotations

from configparser import ConfigParser
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage


@pytest.fixture
def resources_folder() -> Path:
    with as_file(files("resources")) as folder:
        return folder


@pytest.mark.parametrize("size", [16, 24, 32, 48, 64, 128, 256, 512])
def test_each_size_is_square_with_a_picture_on_a_clear_ground(resources_folder: Path, size: int) -> None:
    image = QImage(str(resources_folder / "icons" / f"softphone-{size}.png"))
    assert (image.width(), image.height()) == (size, size)
    assert image.pixelColor(0, 0).alpha() < 128
    assert image.pixelColor(size // 2, size // 2).alpha() == 255


def test_the_desktop_file_offers_to_dial_sip_and_tel_addresses(resources_folder: Path) -> None:
    entry = ConfigParser(interpolation=None)
    entry.read(resources_folder / "desktop" / "softphone.desktop")
    assert entry["Desktop Entry"]["MimeType"] == "x-scheme-handler/sip;x-scheme-handler/tel;"
    assert entry["Desktop Entry"]["Exec"] == "softphone %u"
    assert (resources_folder / "icons" / f"{entry['Desktop Entry']['Icon']}.svg").is_file()
