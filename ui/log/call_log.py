"""The last calls of the team, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from PyQt6.QtCore import QDateTime, QLocale, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from softphone.model.call_record import CallRecord, Direction, Outcome
from softphone.model.sip import NameAddr
from softphone.policy.rule.log_explanation import did_not_ring
from softphone.ports import NumberPlan
from ui.shared import texts
from ui.widgets.labels import PlainLabel
from ui.widgets.two_lines import DETAIL, TwoLines

ADDRESS = Qt.ItemDataRole.UserRole + 1
RECORD = Qt.ItemDataRole.UserRole + 2


class _Lines(QListWidget):
    """Gives way to those who are held, who stand above it."""

    def sizeHint(self) -> QSize:
        """Two calls at least; as many as there is room for."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Two calls."""
        return QSize(super().minimumSizeHint().width(), 2 * self.sizeHintForRow(0) + 2 * self.frameWidth())


class CallLogList(QWidget):
    """Shows records; Enter or a double click asks to call the other side, Details asks why it went as it did."""

    dial_requested = pyqtSignal(str)
    details_requested = pyqtSignal(object)
    story_requested = pyqtSignal(object)

    def __init__(self, numbers: NumberPlan, agent_name: Callable[[str], str] = str) -> None:
        """*agent_name* is what to call the agent of a login; nothing for oneself."""
        super().__init__()
        self._numbers, self._agent_name = numbers, agent_name
        self._shown: tuple[CallRecord, ...] = ()
        self._make_list()
        self.details = QPushButton()
        self.details.setAutoDefault(False)
        self.details.clicked.connect(self._ask_for_details)
        self._empty = PlainLabel(faint=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.wrap()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        layout.addWidget(self.details, 0, Qt.AlignmentFlag.AlignTrailing)
        layout.addWidget(self._empty)
        self.show_records(())

    def show_records(self, records: Sequence[CallRecord]) -> None:
        """Show these, in this order. What is there already keeps its place: an agent may be reading it."""
        chosen = self._chosen()
        changes = SequenceMatcher(None, self._shown, tuple(records), autojunk=False).get_opcodes()
        for tag, start, end, new_start, new_end in reversed(changes):
            if tag == "equal":
                continue
            for row in reversed(range(start, end)):
                self.list.takeItem(row)
            for record in reversed(records[new_start:new_end]):
                self.list.insertItem(start, self._item(record))
        self._shown = tuple(records)
        if self._chosen() != chosen:
            self.list.setCurrentRow(self._shown.index(chosen) if chosen in self._shown else -1)
        for widget in (self.list, self.details):
            widget.setVisible(bool(records))
        self._name_details()
        self._empty.setText(self.tr("No calls yet"))
        self._empty.setVisible(not records)

    def show_unreadable(self) -> None:
        """What was read last stays; where nothing was, no call may be denied."""
        self._empty.setText(self.tr("The call log cannot be read at the moment"))

    def _make_list(self) -> None:
        self.list: QListWidget = _Lines()
        self.list.setItemDelegate(TwoLines(self.list))
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
        story = QAction(self.tr("What went &wrong in this call?"), self.list)
        story.triggered.connect(self._ask_for_story)
        self.list.addActions([call, details, story])

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

    def _ask_for_story(self) -> None:
        if (record := self._chosen()) is not None:
            self.story_requested.emit(record)

    def _item(self, record: CallRecord) -> QListWidgetItem:
        arrow = "↙" if record.direction is Direction.INCOMING else "↗"
        number = self._numbers.for_people(NameAddr.parse(record.remote_uri).user or record.remote_uri)
        who = texts.plain(record.remote_name) or texts.number(number)
        item = QListWidgetItem(f"{arrow} {who}")
        item.setData(DETAIL, self._detail(record))
        item.setData(ADDRESS, record.remote_uri)
        item.setData(RECORD, record)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{who}, {self._detail(record)}")
        item.setToolTip(texts.tool_tip(texts.plain(record.explanation)))
        return item

    def _detail(self, record: CallRecord) -> str:
        arrived = QDateTime.fromSecsSinceEpoch(int(record.arrived.timestamp()))
        when = QLocale().toString(arrived, QLocale.FormatType.ShortFormat)
        waited = self.tr("waited {time}").format(time=texts.clock(record.waited_seconds))
        agent = texts.plain(self._agent_name(record.agent))
        parts = (when, agent, *self._course(record), waited, texts.plain(record.label))
        return " · ".join(part for part in parts if part)

    def _course(self, record: CallRecord) -> tuple[str, ...]:
        """How it ended, and through whose hands the caller went."""
        came = self._handed(self.tr("picked up from {name}"), self.tr("picked up from you"), record.continues)
        went = self._handed(self.tr("picked up by {name}"), self.tr("picked up by you"), record.continued_by)
        held = self.tr("held for anyone") if record.held_for_anyone and not record.continues else ""
        ended = "" if went and record.outcome is Outcome.PICKED_UP else texts.outcome(record.outcome)
        return came, held if not went else "", ended, went

    def _handed(self, another: str, oneself: str, login: str) -> str:
        name = texts.plain(self._agent_name(login)) if login else ""
        return (another.format(name=name) if name else oneself) if login else ""
