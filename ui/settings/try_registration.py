"""The button that tries an account out, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PyQt6 import sip
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from softphone.model.settings import AccountSettings
from softphone.policy.registration_trial import RegistrationTrial
from softphone.ports import RegistrationTester, SecretStore
from ui.shared.background import Background
from ui.shared.texts import plain
from ui.widgets.field_notes import AdviceLabel
from ui.widgets.status_icon import StatusKind


class TryRegistrationPanel(QWidget):
    """Tries what *entered* gives: an account and the password typed, empty for the one that is kept.

    A result is shown only as long as it is about what is entered: call ``forget`` when that changes.
    """

    told = pyqtSignal()

    def __init__(
        self,
        tester: RegistrationTester,
        secrets: SecretStore,
        background: Background,
        entered: Callable[[], tuple[AccountSettings, str]],
    ) -> None:
        super().__init__()
        self._tester, self._secrets, self._background = tester, secrets, background
        self._entered = entered
        self._asked: tuple[AccountSettings, str] | None = None
        self.button = QPushButton(self.tr("&Test Registration"))
        self.button.setAccessibleName(self.tr("Test Registration"))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.start)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setMaximumWidth(self.fontMetrics().horizontalAdvance("n") * 20)
        self.busy.setAccessibleName(self.tr("The registrar is being asked"))
        self.good, self.bad = AdviceLabel(StatusKind.GOOD), AdviceLabel(StatusKind.BAD)
        line = QHBoxLayout()
        line.addWidget(self.button)
        line.addWidget(self.busy, 1)
        line.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(line)
        rows.addWidget(self.good)
        rows.addWidget(self.bad)
        self.busy.hide()
        self.forget()

    def start(self) -> None:
        """Ask the registrar."""
        self.forget()
        self._asked = asked = self._entered()
        self.button.setEnabled(False)
        self.busy.show()
        result: list[RegistrationTrial] = []
        self._background.start(
            self._ask(asked, result), lambda: self._show(asked, result[0]), lambda words: self._fail(asked, words)
        )

    def forget(self) -> None:
        """What was found out is about something else now."""
        self._asked = None
        self.good.set_text("")
        self.bad.set_text("")

    async def _ask(self, asked: tuple[AccountSettings, str], result: list[RegistrationTrial]) -> None:
        account, typed = asked
        password = typed or await asyncio.to_thread(self._secrets.password, account.password_name)
        result.append(await self._tester.try_account(account, password))

    def _fail(self, asked: tuple[AccountSettings, str], words: str) -> None:
        self._show(asked, RegistrationTrial(False, words))

    def _show(self, asked: tuple[AccountSettings, str], result: RegistrationTrial) -> None:
        if sip.isdeleted(self):
            return
        self.button.setEnabled(True)
        self.busy.hide()
        if asked is not self._asked:
            return
        words = " ".join(part for part in (result.words, result.remedy) if part)
        (self.good if result.succeeded else self.bad).set_text(plain(words))
        self.told.emit()
