"""The last calls of the team, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QDateTime, QLocale, QModelIndex, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence, QPainter, QPalette
from PyQt6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from softphone.model.call_record import CallRecord, Direction
from softphone.model.sip import NameAddr
from softphone.policy.hindsight import did_not_ring
from softphone.ports import NumberPlan
from ui import texts
from ui.widgets.labels import PlainLabel

DETAIL = Qt.ItemDataRole.UserRole
ADDRESS = Qt.ItemDataRole.UserRole + 1
RECORD = Qt.ItemDataRole.UserRole + 2
MARGIN = 6


class _TwoLines(QStyledItemDelegate):
    """The caller, and fainter under it how the call went."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """Room for two lines."""
        return QSize(120, 2 * option.fontMetrics.height() + 2 * MARGIN)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw both lines, each cut where it does not fit."""
        if painter is None:
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        style = own.widget.style() if own.widget else None
        if style is not None:
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        selected = bool(own.state & QStyle.StateFlag.State_Selected)
        roles = QPalette.ColorRole
        box = own.rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        height = own.fontMetrics.height()
        for line, role, text in (
            (0, roles.Text, index.data(Qt.ItemDataRole.DisplayRole)),
            (1, roles.PlaceholderText, index.data(DETAIL)),
        ):
            painter.setPen(own.palette.color(roles.HighlightedText if selected else role))
            where = box.translated(0, line * height)
            shown = own.fontMetrics.elidedText(str(text), Qt.TextElideMode.ElideRight, box.width())
            flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine
            painter.drawText(where, int(flags), shown)


class CallLogList(QWidget):
    """Shows records; Enter or a double click asks to call the other side, Details asks why it went as it did."""

    dial_requested = pyqtSignal(str)
    details_requested = pyqtSignal(object)

    def __init__(self, numbers: NumberPlan) -> None:
        super().__init__()
        self._numbers = numbers
        self._shown: tuple[CallRecord, ...] = ()
        self._make_list()
        self.details = QPushButton()
        self.details.setAutoDefault(False)
        self.details.clicked.connect(self._ask_for_details)
        self._empty = PlainLabel(self.tr("No calls yet"), faint=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        layout.addWidget(self.details, 0, Qt.AlignmentFlag.AlignTrailing)
        layout.addWidget(self._empty)
        self.show_records(())

    def show_records(self, records: Sequence[CallRecord]) -> None:
        """Show these, in this order. What is new on top is added to what is there, which keeps its place."""
        chosen = self._chosen()
        new = next((n for n in range(len(records)) if self._continues(records[n:])), len(records))
        for record in reversed(records[:new]):
            self.list.insertItem(0, self._item(record))
        while self.list.count() > len(records):
            self.list.takeItem(self.list.count() - 1)
        self._shown = tuple(records)
        if chosen not in records:
            self.list.setCurrentRow(-1)
        for widget in (self.list, self.details):
            widget.setVisible(bool(records))
        self._name_details()
        self._empty.setVisible(not records)

    def _continues(self, records: Sequence[CallRecord]) -> bool:
        """Whether these are what is shown already, but for its end."""
        return self._shown[: len(records)] == tuple(records)

    def _make_list(self) -> None:
        self.list = QListWidget()
        self.list.setItemDelegate(_TwoLines(self.list))
        self.list.setAccessibleName(self.tr("Call log"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda item: self.dial_requested.emit(item.data(ADDRESS)))
        self.list.currentItemChanged.connect(self._name_details)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        call, details = QAction(self.tr("&Call"), self.list), QAction(self.tr("&Details…"), self.list)
        call.triggered.connect(self._call_current)
        details.setShortcut(QKeySequence("Alt+Return"))
        details.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        details.triggered.connect(self._ask_for_details)
        self.list.addActions([call, details])

    def _call_current(self) -> None:
        if (item := self.list.currentItem()) is not None:
            self.dial_requested.emit(item.data(ADDRESS))

    def _chosen(self) -> CallRecord | None:
        item = self.list.currentItem()
        return item.data(RECORD) if item is not None else None

    def _name_details(self) -> None:
        record = self._chosen()
        silent = record is not None and did_not_ring(record)
        self.details.setText(self.tr("&Why did it not ring?") if silent else self.tr("&Details…"))
        self.details.setEnabled(record is not None)

    def _ask_for_details(self) -> None:
        if (record := self._chosen()) is not None:
            self.details_requested.emit(record)

    def _item(self, record: CallRecord) -> QListWidgetItem:
        arrow = "↙" if record.direction is Direction.INCOMING else "↗"
        number = self._numbers.for_people(NameAddr.parse(record.remote_uri).user or record.remote_uri)
        who = texts.plain(record.remote_name) or texts.number(number)
        item = QListWidgetItem(f"{arrow} {who}")
        item.setData(DETAIL, self._detail(record))
        item.setData(ADDRESS, record.remote_uri)
        item.setData(RECORD, record)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{who}, {self._detail(record)}")
        item.setToolTip(record.explanation if "<" not in record.explanation else "")
        return item

    def _detail(self, record: CallRecord) -> str:
        arrived = QDateTime.fromSecsSinceEpoch(int(record.arrived.timestamp()))
        when = QLocale().toString(arrived, QLocale.FormatType.ShortFormat)
        waited = self.tr("waited {time}").format(time=texts.clock(record.waited_seconds))
        parts = (when, texts.outcome(record.outcome), waited, texts.plain(record.label))
        return " · ".join(part for part in parts if part)
