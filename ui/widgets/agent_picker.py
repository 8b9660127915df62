"""Choosing one agent of a team that may have thousands: typing a part of a name or login is enough."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QCompleter

from softphone.model.profile import UserProfile
from ui.shared.texts import plain


class AgentPicker(QComboBox):
    """Holds a login, also one that is not in the team (any more): whoever checks it says so."""

    login_changed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._agents: tuple[tuple[str, str], ...] = ()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(16)  # not as wide as the longest of 5,000 names
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        if (line := self.lineEdit()) is not None:
            line.setPlaceholderText(self.tr("name or login"))
        self.editTextChanged.connect(lambda _: self.login_changed.emit(self.login()))

    def set_agents(self, users: Iterable[UserProfile], *, without: str = "") -> None:
        """Offer these, except one; what is chosen stays chosen."""
        agents = tuple((user.login, _words(user)) for user in users if user.login != without)
        if agents == self._agents:
            return
        self._agents = agents
        chosen = self.login()
        blocked = self.blockSignals(True)
        self.clear()
        for login, words in agents:
            self.addItem(words, login)
        self.choose(chosen)
        self.blockSignals(blocked)

    def login(self) -> str:
        """The login that is chosen, or what was typed instead of one."""
        text = self.currentText()
        row = self.findText(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive)
        return str(self.itemData(row)) if row >= 0 else text.strip()

    def choose(self, login: str) -> None:
        """Choose the agent of this login; one who is not offered stands there as typed."""
        row = self.findData(login)
        self.setCurrentIndex(row)
        if row < 0:
            self.setEditText(login)


def _words(user: UserProfile) -> str:
    """Name and login: names may occur twice, logins do not."""
    name = plain(user.name)
    return f"{name} ({user.login})" if name and name != user.login else user.login
