"""Qt's hands for tests, with their types: PyQt6's stubs declare these functions as methods that want a ``QTest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PyQt6.QtCore import QPoint, Qt
    from PyQt6.QtWidgets import QWidget

    NO_MODIFIER = Qt.KeyboardModifier.NoModifier

    class QTest:
        """What the tests use of it."""

        @staticmethod
        def keyClick(
            widget: QWidget | None, key: Qt.Key | str, modifier: Qt.KeyboardModifier = NO_MODIFIER, delay: int = -1
        ) -> None: ...
        @staticmethod
        def keyClicks(
            widget: QWidget | None, sequence: str, modifier: Qt.KeyboardModifier = NO_MODIFIER, delay: int = -1
        ) -> None: ...
        @staticmethod
        def mouseClick(
            widget: QWidget | None,
            button: Qt.MouseButton,
            modifier: Qt.KeyboardModifier = NO_MODIFIER,
            pos: QPoint = ...,
            delay: int = -1,
        ) -> None: ...
        @staticmethod
        def mouseDClick(
            widget: QWidget | None,
            button: Qt.MouseButton,
            modifier: Qt.KeyboardModifier = NO_MODIFIER,
            pos: QPoint = ...,
            delay: int = -1,
        ) -> None: ...
else:
    from PyQt6.QtTest import QTest

__all__ = ["QTest"]
