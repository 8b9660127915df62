"""The floor of every start: an empty window, as little PyQt6 as can paint one."""

from __future__ import annotations

import json
import sys
import time

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QApplication, QMainWindow


class EmptyWindow(QMainWindow):
    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        QTimer.singleShot(0, QApplication.quit)


def main() -> None:
    application = QApplication(sys.argv)
    window = EmptyWindow()
    window.show()
    application.exec()
    sys.stdout.write(json.dumps({"port": 0}) + "\n" + json.dumps({"painted_at": time.monotonic()}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
