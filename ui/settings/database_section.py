"""The section *Database* of Settings → General: where the data is, whether that works, and moving it there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QPushButton

from softphone.errors import UserFacingError
from softphone.model.settings import DatabaseSettings
from ui.settings.database_fields import DatabaseFields
from ui.settings.database_move import DatabaseMoveDialog
from ui.settings.options_page import OptionsPage
from ui.settings.try_database import TryDatabasePanel
from ui.widgets.banner import Banner
from ui.widgets.field_notes import AdviceLabel
from ui.widgets.option_fields import OptionField
from ui.widgets.status_icon import StatusKind


class DatabaseSection(QObject):
    """Fields, *Test Connection*, *Move My Data There…*, and what is said while the softphone has to start again.

    *use* puts the database that is entered into the settings, once the data has been moved there.
    """

    restart_wanted = pyqtSignal()
    switched = pyqtSignal()

    def __init__(
        self, page: OptionsPage, login: OptionField, use: Callable[[], Awaitable[None]], *, may_change: bool
    ) -> None:
        super().__init__(page)
        self._use = use
        self._page, self._databases, self._may_change = page, page.core.databases, may_change
        self.locked = AdviceLabel(StatusKind.PAUSED)
        page.form.addRow(self.locked)
        self.fields = DatabaseFields(page, login)
        self.test = TryDatabasePanel(self._databases, page.background, self._entered)
        self.test.told.connect(lambda: page.bring_into_view(self.test))
        self.move_button = QPushButton(self.tr("Move My Data There…"))
        self.move_button.setAccessibleName(self.tr("Move My Data There"))
        self.move_button.setAutoDefault(False)
        self.move_button.clicked.connect(self._open_move)
        self.test.line.insertWidget(1, self.move_button)
        page.form.addRow(self.test)
        self.restart = Banner(StatusKind.PAUSED)
        self.restart_button = self.restart.add_button(self.tr("Restart Now"))
        self.restart_button.clicked.connect(self.restart_wanted)
        page.form.addRow(self.restart)
        self._lock()

    @property
    def changed(self) -> bool:
        """Whether another database is entered than the settings name."""
        return self.fields.choice != self._page.core.settings_store.load().database

    def follow(self, *, wrong: bool) -> None:
        """Something was edited; a result of before is about something else now."""
        self.test.forget()
        self.test.setEnabled(not wrong and self._may_change)
        elsewhere = self.fields.choice != self._databases.in_use
        self.move_button.setEnabled(elsewhere)
        saved = self._page.core.settings_store.load().database
        self.restart.set_text(
            self.tr("The softphone uses the other database after a restart.") if saved != self._databases.in_use else ""
        )
        self.fields.show_kept_password(self.fields.choice == saved)

    async def check_and_keep_password(self) -> None:
        """Nothing is put in the settings that does not work. Raises UserFacingError with what is wrong."""
        choice, password = self._entered()
        if not self.changed and not password:
            return
        trial = await self._databases.try_out(choice, password)
        if not trial.succeeded:
            raise UserFacingError(self.tr("Not saved. {problem}").format(problem=trial.words))
        if trial.empty:
            raise UserFacingError(
                self.tr("Not saved. That database has no tables yet. Move your data there: that makes them.")
            )
        if password:
            account = self._databases.account(choice)
            await asyncio.to_thread(self._page.core.secrets.set_password, account, password)

    def _entered(self) -> tuple[DatabaseSettings, str]:
        return self.fields.choice, str(self.fields.password.value())

    def _open_move(self) -> None:
        choice, password = self._entered()
        dialog = DatabaseMoveDialog(
            self._databases, self._page.background, choice, password, use=self._use, parent=self._page.window()
        )
        dialog.accepted.connect(self.switched)
        dialog.open()

    def _lock(self) -> None:
        if not self._may_change:
            self.locked.set_text(self.tr("Only admins can choose where the team's data is kept."))
            self.fields.set_read_only()
