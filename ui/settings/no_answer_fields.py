"""The no-answer route as controls: which kind, and to whom."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from softphone.model.profile import NoAnswer, UserProfile
from ui.widgets.agent_picker import AgentPicker
from ui.widgets.fields import text_field


class RouteChoice(QWidget):
    """Hang up, route to agent, route to voicemail box: one of them."""

    def __init__(self) -> None:
        super().__init__()
        words = {
            NoAnswer.HANG_UP: self.tr("&Hang up"),
            NoAnswer.AGENT: self.tr("Route to a&gent"),
            NoAnswer.VOICEMAIL: self.tr("Route to &voicemail box"),
        }
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        self.buttons = {route: QRadioButton(text) for route, text in words.items()}
        for button in self.buttons.values():
            rows.addWidget(button)
            button.toggled.connect(self._lead_tab_to_the_chosen)
        self.show_value(NoAnswer.HANG_UP)

    def value(self) -> NoAnswer:
        """What is chosen."""
        return next(route for route, button in self.buttons.items() if button.isChecked())

    def show_value(self, route: NoAnswer) -> None:
        """Choose *route*."""
        self.buttons[route].setChecked(True)

    def _lead_tab_to_the_chosen(self) -> None:
        for button in self.buttons.values():
            chosen = button.isChecked()
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
            if chosen:
                self.setFocusProxy(button)


class RouteTarget(QWidget):
    """Another agent, or the address of a voicemail box; each keeps what was entered while the other is shown."""

    def __init__(self, users: Iterable[UserProfile], login: str) -> None:
        super().__init__()
        self.agent = AgentPicker()
        self.agent.set_agents(users, without=login)
        self.voicemail = text_field(placeholder="sip:voicemail@example.com")
        self._controls = {NoAnswer.AGENT: self.agent, NoAnswer.VOICEMAIL: self.voicemail}
        self.agent.setAccessibleName(self.tr("Route to agent"))
        self.voicemail.setAccessibleName(self.tr("Address of the voicemail box"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        for control in self._controls.values():
            rows.addWidget(control)

    def value(self, route: NoAnswer) -> str:
        """The target that belongs to *route*."""
        return {
            NoAnswer.HANG_UP: "",
            NoAnswer.AGENT: self.agent.login(),
            NoAnswer.VOICEMAIL: self.voicemail.text().strip(),
        }[route]

    def show_value(self, route: NoAnswer, target: str) -> None:
        """Enter the target of *route*."""
        if route is NoAnswer.AGENT:
            self.agent.choose(target)
        elif route is NoAnswer.VOICEMAIL:
            self.voicemail.setText(target)

    def show_route(self, route: NoAnswer) -> bool:
        """Show the control that belongs to *route*; whether there is one."""
        for kind, control in self._controls.items():
            control.setVisible(kind is route)
        self.setFocusProxy(self._controls.get(route))
        return route in self._controls
