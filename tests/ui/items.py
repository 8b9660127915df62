"""What a list on the screen holds."""

from __future__ import annotations

from PyQt6.QtWidgets import QListWidget, QListWidgetItem, QTreeWidget, QTreeWidgetItem


def items_of(shown: QListWidget) -> list[QListWidgetItem]:
    """Its lines, from above."""
    return [item for row in range(shown.count()) if (item := shown.item(row)) is not None]


def texts_of(shown: QListWidget) -> list[str]:
    """What stands in its lines, from above."""
    return [item.text() for item in items_of(shown)]


def top_items_of(shown: QTreeWidget) -> list[QTreeWidgetItem]:
    """The outermost lines of a tree, from above."""
    rows = range(shown.topLevelItemCount())
    return [item for row in rows if (item := shown.topLevelItem(row)) is not None]
