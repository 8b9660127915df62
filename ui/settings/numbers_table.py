"""Tracking numbers as rows: the number as people write it, its label, where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PyQt6.QtCore import QCoreApplication, QObject

from softphone.model.options import declared
from softphone.model.profile import Route, RouteKind, Team, TrackingNumber
from softphone.ports import NumberPlan
from ui.shared.texts import number, plain
from ui.widgets.records_model import RecordsModel, Row

WIDTHS = (20, 34, 30)


class NumbersTable(RecordsModel[TrackingNumber]):
    """What is shown of tracking numbers."""

    def __init__(self, numbers: NumberPlan, parent: QObject | None = None) -> None:
        super().__init__((_tr(declared(TrackingNumber, name).label) for name in ("number", "label", "route")), parent)
        self._numbers, self._team = numbers, Team()

    def show_numbers(self, numbers: Iterable[TrackingNumber], team: Team) -> None:
        """Show these; *team* knows the names of those they lead to."""
        self._team = team
        self.show_rows(_row(each, team) for each in numbers)

    def words(self, row: Row[TrackingNumber], column: int) -> str:
        """What is read in a cell."""
        line = row.record
        if column == 0:
            return number(self._numbers.for_people(line.number))
        return plain(line.label) if column == 1 else route_words(line.route, self._team)

    def key(self, row: Row[TrackingNumber], column: int) -> Any:
        """Numbers as numbers, everything else as it reads."""
        return row.name if column == 0 else super().key(row, column)


def _row(line: TrackingNumber, team: Team) -> Row[TrackingNumber]:
    searched = "\n".join((line.number, line.label, route_words(line.route, team), str(line.route))).casefold()
    return Row(line, line.number, searched, (line.number,))


def route_words(route: Route, team: Team) -> str:
    """Where a number leads, in words."""
    if route.kind is RouteKind.AGENT:
        user = team.user(route.target)
        return _tr("Direct to {agent}").format(agent=plain(user.name if user else "") or plain(route.target))
    if route.kind is RouteKind.QUEUE:
        return _tr("Queue {queue}").format(queue=plain(route.target))
    return number(route.target)


def _tr(text: str) -> str:
    return QCoreApplication.translate("numbers", text)
