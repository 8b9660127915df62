"""Where a tracking number leads: straight to an agent, to a queue, or anywhere else."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QWidget

from softphone.model.profile import Route, RouteKind, Team
from ui.shared.texts import tr
from ui.widgets.agent_picker import AgentPicker
from ui.widgets.fields import text_field


class RouteField(QWidget):
    """The kind of target, and the control for that kind. What was entered for another kind is kept."""

    def __init__(self, team: Team) -> None:
        super().__init__()
        self.kind = QComboBox()
        for kind, words in (
            (RouteKind.AGENT, tr("Direct to an agent")),
            (RouteKind.QUEUE, tr("To a queue")),
            (RouteKind.OTHER, tr("Elsewhere")),
        ):
            self.kind.addItem(words, kind)
        self.agent = AgentPicker()
        self.queue = _queue_box(team)
        self.other = text_field(placeholder="sip:name@example.com")
        self._targets = {RouteKind.AGENT: self.agent, RouteKind.QUEUE: self.queue, RouteKind.OTHER: self.other}
        self.agent.set_agents(team.users)
        self._stack = QStackedWidget()
        for target in self._targets.values():
            self._stack.addWidget(target)
        self.kind.setAccessibleName(tr("Kind of route"))
        self.agent.setAccessibleName(tr("Agent the number leads to"))
        self.queue.setAccessibleName(tr("Queue the number leads to"))
        self.other.setAccessibleName(tr("Address the number leads to"))
        self.kind.currentIndexChanged.connect(self._show_target)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.kind)
        row.addWidget(self._stack, 1)
        self.setFocusProxy(self.kind)
        self._show_target()

    def value(self) -> Route:
        """The route as entered, right or wrong."""
        kind = RouteKind(self.kind.currentData())
        target = {
            RouteKind.AGENT: self.agent.login,
            RouteKind.QUEUE: self.queue.currentText,
            RouteKind.OTHER: self.other.text,
        }[kind]()
        return Route(kind, target.strip())

    def show_value(self, route: Route) -> None:
        """Enter *route*."""
        self.kind.setCurrentIndex(self.kind.findData(route.kind))
        if route.kind is RouteKind.AGENT:
            self.agent.choose(route.target)
        elif route.kind is RouteKind.QUEUE:
            self.queue.setEditText(route.target)
        else:
            self.other.setText(route.target)

    def _show_target(self) -> None:
        self._stack.setCurrentWidget(self._targets[RouteKind(self.kind.currentData())])


def _queue_box(team: Team) -> QComboBox:
    """The queues numbers lead to already, or a new name."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(sorted(queues(team)))
    box.setEditText("")
    if (line := box.lineEdit()) is not None:
        line.setPlaceholderText(tr("name of the queue"))
        line.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    return box


def queues(team: Team) -> Iterable[str]:
    """Names of the queues some number leads to."""
    return {line.route.target for line in team.tracking_numbers if line.route.kind is RouteKind.QUEUE}
