"""Lines of a list that say two things: a name, and fainter under it what there is to say of it."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QIcon, QPainter, QPalette
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

DETAIL = Qt.ItemDataRole.UserRole
MARGIN = 6


class TwoLines(QStyledItemDelegate):
    """Draws an item's text, its icon before it if it has one, and the text of the role DETAIL under it."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """Room for two lines."""
        return QSize(120, 2 * option.fontMetrics.height() + 2 * MARGIN)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw both lines, each cut where it does not fit."""
        if painter is None:
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        icon = QIcon(own.icon)  # a copy: what the option hands out is its own
        own.icon, own.text = QIcon(), ""
        style = own.widget.style() if own.widget else None
        if style is not None:
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        selected = bool(own.state & QStyle.StateFlag.State_Selected)
        roles = QPalette.ColorRole
        box = own.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if not icon.isNull():
            box = _beside_icon(painter, icon, box, own)
        for line, role, text in (
            (0, roles.Text, index.data(Qt.ItemDataRole.DisplayRole)),
            (1, roles.PlaceholderText, index.data(DETAIL)),
        ):
            painter.setPen(own.palette.color(roles.HighlightedText if selected else role))
            where = box.translated(0, line * own.fontMetrics.height())
            shown = own.fontMetrics.elidedText(str(text), Qt.TextElideMode.ElideRight, box.width())
            flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine
            painter.drawText(where, int(flags), shown)


def _beside_icon(painter: QPainter, icon: QIcon, box: QRect, option: QStyleOptionViewItem) -> QRect:
    """Draw the icon beside the first line; the room that is left for words."""
    side = option.fontMetrics.ascent()
    top = box.top() + (option.fontMetrics.height() - side) // 2
    if option.direction == Qt.LayoutDirection.RightToLeft:
        icon.paint(painter, box.right() - side, top, side, side)
        return box.adjusted(0, 0, -side - MARGIN, 0)
    icon.paint(painter, box.left(), top, side, side)
    return box.adjusted(side + MARGIN, 0, 0, 0)
