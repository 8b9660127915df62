"""The colleagues: who is free, on a call, in wrap-up, away, told by shape and word."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QListWidget, QPushButton, QVBoxLayout, QWidget

from softphone.model.actions import RequestDial
from softphone.model.colleague import Availability
from softphone.model.view import ColleagueView, SessionView
from ui.shared import texts
from ui.widgets.labels import PlainLabel
from ui.widgets.status_icon import StatusKind, icon_of
from ui.widgets.two_lines import DETAIL, TwoLines

KINDS = {
    Availability.FREE: StatusKind.GOOD,
    Availability.ON_A_CALL: StatusKind.BUSY,
    Availability.WRAP_UP: StatusKind.PAUSED,
    Availability.AWAY: StatusKind.NEUTRAL,
    Availability.SIGNED_OUT: StatusKind.ABSENT,
}
COLLEAGUE = Qt.ItemDataRole.UserRole + 3


def by_name(colleague: ColleagueView) -> tuple[object, ...]:
    """Where one looks for a person."""
    return (name_of(colleague).casefold(), colleague.login)


def free_first(colleague: ColleagueView) -> tuple[object, ...]:
    """Whom one would rather send a caller to."""
    return (list(Availability).index(colleague.availability), *by_name(colleague))


def name_of(colleague: ColleagueView) -> str:
    """What people call them."""
    return texts.plain(colleague.name) or colleague.login


class ColleagueList(QListWidget):
    """One colleague a line. Letters typed search for a name; whoever is chosen stays so when others come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(TwoLines(self))
        self.setAccessibleName(self.tr("Colleagues"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: tuple[ColleagueView, ...] = ()

    def show_colleagues(self, colleagues: Iterable[ColleagueView], now: float) -> None:
        """Show these, in this order."""
        wanted = tuple(colleagues)
        if [each.login for each in wanted] != [each.login for each in self._shown]:
            self._make_lines(wanted)
        self._shown = wanted
        for row, colleague in enumerate(wanted):
            if (item := self.item(row)) is not None and item.data(COLLEAGUE) != colleague:
                item.setIcon(icon_of(KINDS[colleague.availability]))
                item.setText(name_of(colleague))
                item.setData(COLLEAGUE, colleague)
        self.tick(now)

    def chosen(self) -> ColleagueView | None:
        """The colleague of the current line."""
        item = self.currentItem()
        return item.data(COLLEAGUE) if item is not None else None

    def tick(self, now: float) -> None:
        """Move the clocks on."""
        for row, colleague in enumerate(self._shown):
            item = self.item(row)
            detail = self._detail(colleague, now)
            if item is not None and item.data(DETAIL) != detail:
                item.setData(DETAIL, detail)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name_of(colleague)}, {detail}")

    def _make_lines(self, wanted: tuple[ColleagueView, ...]) -> None:
        """Empty lines for these; whoever is chosen stays so, and what is seen stays where it is."""
        chosen, bar = self.chosen(), self.verticalScrollBar()
        place = bar.value() if bar is not None else 0
        blocked = self.blockSignals(True)
        self.clear()
        self.addItems([""] * len(wanted))
        logins = [colleague.login for colleague in wanted]
        self.setCurrentRow(logins.index(chosen.login) if chosen and chosen.login in logins else -1)
        self.blockSignals(blocked)
        if bar is not None:
            bar.setValue(place)

    def _detail(self, colleague: ColleagueView, now: float) -> str:
        words = texts.availability(colleague.availability)
        gone = colleague.availability is Availability.SIGNED_OUT  # nobody knows since when
        return words if gone else f"{words} · {texts.lasting(now - colleague.since)}"


class TeamList(QWidget):
    """The tab: colleagues by name, and a button to call one."""

    dial_requested = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.list = ColleagueList()
        self.list.itemActivated.connect(self._call)
        self.list.currentItemChanged.connect(self._name_button)
        self.call = QPushButton()
        self.call.setAutoDefault(False)
        self.call.clicked.connect(self._call)
        self._can_call = False
        self._empty = PlainLabel(faint=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.wrap()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.list)
        rows.addWidget(self.call, 0, Qt.AlignmentFlag.AlignTrailing)
        rows.addWidget(self._empty)

    def show_colleagues(self, view: SessionView, *, locked: bool, now: float) -> None:
        """Show those of *view*; *locked* is while the prompt is up."""
        colleagues, shared = view.colleagues, view.team.shared
        self._can_call = view.can(RequestDial("", "")) and not locked
        self.list.show_colleagues(sorted(colleagues, key=by_name), now)
        for widget in (self.list, self.call):
            widget.setVisible(bool(colleagues))
        alone = self.tr("You will see your colleagues here once the team shares a database.")
        self._empty.setText(self.tr("No colleagues yet") if shared else alone)
        self._empty.setVisible(not colleagues)
        self._name_button()

    def tick(self, now: float) -> None:
        """Move the clocks on while somebody can see them."""
        if self.isVisible():
            self.list.tick(now)

    def _name_button(self) -> None:
        colleague = self.list.chosen()
        self.call.setText(self.tr("Call c&olleague"))
        spoken = self.tr("Call {name}").format(name=name_of(colleague)) if colleague else ""
        self.call.setAccessibleName(spoken)
        self.call.setToolTip(texts.tool_tip(spoken))
        self.call.setEnabled(bool(colleague and colleague.address) and self._can_call)

    def _call(self) -> None:
        colleague = self.list.chosen()
        if colleague is not None and self.call.isEnabled():
            self.dial_requested.emit(colleague.address)
