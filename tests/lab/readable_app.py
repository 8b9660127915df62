"""The softphone as ``softphone`` starts it, which says on SIGUSR1 what can be read on its windows, and where.

Nothing in the product knows of this: it is a pair of eyes for tests that click by visible texts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from PyQt6.QtCore import QAbstractTableModel, QPoint, QRect
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QLineEdit,
    QWidget,
)

from softphone.bootstrap import Core, open_core
from ui.app.application import run

SEEN = "seen.json"  # in the data directory
INDENT = 10  # pixels from the edge of a button to where a click surely counts


def seen() -> Iterator[dict[str, object]]:
    """Kind, text and place of everything readable; of a modal dialog alone while there is one."""
    modal = QApplication.activeModalWidget()
    windows = [modal] if modal is not None else [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    for window in windows:
        for widget in window.findChildren(QWidget):
            if widget.isVisible() and not widget.visibleRegion().isEmpty():
                yield from _of(widget)


def _of(widget: QWidget) -> Iterator[dict[str, object]]:
    box = widget.visibleRegion().boundingRect()
    if isinstance(widget, QAbstractButton):
        yield _entry("button", widget.text(), widget, QPoint(INDENT, box.center().y()), widget.isEnabled())
    elif isinstance(widget, QAbstractSpinBox | QLineEdit):
        yield _entry("field", widget.accessibleName(), widget, box.center(), widget.isEnabled())
    elif isinstance(widget, QLabel):
        yield _entry("label", widget.text(), widget, box.center(), widget.isEnabled())
    elif isinstance(widget, QAbstractItemView) and (model := widget.model()) and (viewport := widget.viewport()):
        for row in range(min(model.rowCount(), 50)):
            for column in range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1):
                index = model.index(row, column)
                place: QRect = widget.visualRect(index)
                if not place.isEmpty() and viewport.rect().contains(place.center()):
                    yield _entry("item", str(index.data()), viewport, place.center(), widget.isEnabled())


def _entry(kind: str, text: str, widget: QWidget, place: QPoint, enabled: bool) -> dict[str, object]:
    spot = widget.mapToGlobal(place)
    return {"kind": kind, "text": text.replace("&", ""), "x": spot.x(), "y": spot.y(), "enabled": enabled}


def main() -> int:
    """``python -m tests.lab.readable_app --data-dir DIR``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    data_dir = parser.parse_args().data_dir

    def tell() -> None:
        half = data_dir / f"{SEEN}.half"
        half.write_text(json.dumps(list(seen())))
        half.replace(data_dir / SEEN)

    async def opened() -> Core:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell)
        return await open_core(data_dir)

    return run(opened, data_dir=data_dir)


if __name__ == "__main__":
    sys.exit(main())
