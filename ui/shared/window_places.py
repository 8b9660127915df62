"""Where windows stood when they were closed: kept in the data directory, and no loss when it is lost."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings
from PyQt6.QtWidgets import QWidget


class WindowPlaces:
    """Size and place of windows, by name. Qt brings a window back onto a screen that is still there."""

    def __init__(self, file: Path) -> None:
        self._file = QSettings(str(file), QSettings.Format.IniFormat)

    def keep(self, name: str, window: QWidget) -> None:
        """Remember where *window* is."""
        self._file.setValue(name, window.saveGeometry())
        self._file.sync()

    def put_back(self, name: str, window: QWidget) -> bool:
        """Put *window* where the one of this name was; whether there was one."""
        kept = self._file.value(name)
        return isinstance(kept, QByteArray) and window.restoreGeometry(kept)
