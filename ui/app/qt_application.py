"""Qt's application object, and whether there is a screen for it."""

from __future__ import annotations

import os
import sys

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication

from softphone.errors import UserFacingError


def make_application() -> QApplication:
    """Qt's application object. Raises UserFacingError where Qt would abort the process."""
    no_display = not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and no_display:
        raise UserFacingError("There is no display to show the softphone on (DISPLAY is not set).")
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("softphone")
    application.setApplicationDisplayName("Softphone")
    application.setQuitOnLastWindowClosed(False)
    return application


def on_screen() -> bool:
    """Whether anybody can see and answer a dialog."""
    return QGuiApplication.platformName() not in ("offscreen", "minimal", "")
