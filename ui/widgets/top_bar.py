"""The first line of the main window: the agent's status, the account's state, the doors to settings and help."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from softphone.model.profile import AgentStatus
from softphone.model.view import RegistrationStatus, RegistrationView
from ui.shared import texts
from ui.widgets.labels import ElidedLabel
from ui.widgets.status_icon import StatusIcon, StatusKind, icon_of

STATUS_KINDS = {
    AgentStatus.AVAILABLE: StatusKind.GOOD,
    AgentStatus.DO_NOT_DISTURB: StatusKind.BUSY,
    AgentStatus.WRAP_UP: StatusKind.PAUSED,
    AgentStatus.OFFLINE: StatusKind.NEUTRAL,
}
REGISTRATION_KINDS = {
    RegistrationStatus.REGISTERED: StatusKind.GOOD,
    RegistrationStatus.TRYING: StatusKind.PAUSED,
    RegistrationStatus.FAILED: StatusKind.BAD,
    RegistrationStatus.NONE: StatusKind.NEUTRAL,
}
STATUS_KEYS = ("F5", "F6", "F7", "F8")


class TopBar(QWidget):
    """Status menu, registration, settings, help."""

    status_chosen = pyqtSignal(object)
    settings_wanted = pyqtSignal()
    bundle_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.status = QToolButton()
        self.status.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.status.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.status.setAutoRaise(True)
        self.actions_by_status: dict[AgentStatus, QAction] = {}
        self.status.setMenu(self._menu())
        self.icon = StatusIcon()
        self.registration = ElidedLabel()
        self.registration.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.settings = QToolButton()
        self.settings.setText(self.tr("Settings"))
        self.settings.setAutoRaise(True)
        self.settings.setAccessibleName(self.tr("Settings"))
        self.settings.setToolTip(self.tr("Settings (Ctrl+,)"))
        self.settings.clicked.connect(lambda: self.settings_wanted.emit())
        self.help = QToolButton()
        self.help.setText("?")
        self.help.setAutoRaise(True)
        self.help.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.help.setAccessibleName(self.tr("Help"))
        self.help.setMenu(self._help_menu())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.status)
        layout.addStretch(1)
        for widget in (self.icon, self.registration, self.settings, self.help):
            layout.addWidget(widget)

    def show_status(self, status: AgentStatus) -> None:
        """Show what the agent says about themselves."""
        self.status.setText(texts.agent_status(status))
        self.status.setIcon(self.actions_by_status[status].icon())
        self.status.setAccessibleName(self.tr("Your status: {status}").format(status=texts.agent_status(status)))
        self.actions_by_status[status].setChecked(True)

    def show_registration(self, view: RegistrationView) -> None:
        """Show the state of the account; the reason of a failure is the window's banner."""
        words = texts.registration(view.status)
        self.icon.set_kind(REGISTRATION_KINDS[view.status])
        self.registration.setText(words)
        account = texts.plain(view.account)
        self.registration.setToolTip(texts.tool_tip(f"{account} – {words}" if account else words))
        self.registration.setAccessibleName(self.tr("Account: {state}").format(state=words))

    def _help_menu(self) -> QMenu:
        menu = QMenu(self)
        bundle = QAction(self.tr("Support &bundle…"), menu)
        bundle.triggered.connect(lambda: self.bundle_wanted.emit())
        menu.addAction(bundle)
        return menu

    def _menu(self) -> QMenu:
        menu, group = QMenu(self), QActionGroup(self)
        for status, keys in zip(AgentStatus, STATUS_KEYS, strict=True):
            action = QAction(icon_of(STATUS_KINDS[status]), texts.agent_status(status), group)
            action.setCheckable(True)
            action.setShortcut(keys)
            action.triggered.connect(lambda _checked, status=status: self.status_chosen.emit(status))
            menu.addAction(action)
            self.actions_by_status[status] = action
        self.addActions(list(self.actions_by_status.values()))
        return menu
