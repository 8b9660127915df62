"""Manage Users: who the users are, who has call waiting, and the way to each user queue."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from softphone.errors import StillUsedError, UserFacingError
from softphone.model.profile import UserProfile
from softphone.policy.uses import uses_of
from ui.background import Background
from ui.core_bridge import CorePort
from ui.questions import answer_of, confirm
from ui.settings.team_signal import TeamSignal
from ui.settings.user_dialog import UserDialog
from ui.settings.user_queue_dialog import UserQueueDialog
from ui.settings.users_table import Column, UsersTable
from ui.texts import plain
from ui.widgets.banner import Banner
from ui.widgets.fields import text_field
from ui.widgets.labels import PlainLabel
from ui.widgets.record_table import RecordTable
from ui.widgets.status_mark import Mark

WIDTHS = (20, 14, 30, 15, 15, 20)
USES_LISTED = 12


class UsersPage(QWidget):
    """The table of users, and what can be done with the one that is selected."""

    def __init__(self, core: CorePort, background: Background) -> None:
        super().__init__()
        self._core, self._background = core, background
        self.search = text_field(placeholder=self.tr("name, login, address or number"))
        self.search.setClearButtonEnabled(True)
        self.count = PlainLabel(faint=True)
        self.users = UsersTable(core.numbers, self)
        self.table = RecordTable(self.tr("Users"), Column.AGENT_QUEUE)
        self.table.setModel(self.users)
        self.table.set_widths(*WIDTHS)
        self.problem = Banner(Mark.BAD)
        self._make_buttons()
        self._lay_out()
        self._wire()
        self.refresh()

    def refresh(self) -> None:
        """Show the team as it is now; who was selected stays so."""
        self._rearrange(lambda: self.users.show_team(self._core.team.team))

    @property
    def selected(self) -> UserProfile | None:
        """The user the buttons are about."""
        return self.users.record(self.table.currentIndex().row())

    def select(self, login: str) -> None:
        """Make this user the selected one, if they are shown."""
        row = self.users.row_of(login)
        if row >= 0:
            column = max(0, self.table.currentIndex().column())
            self.table.setCurrentIndex(self.users.index(row, column))

    def _make_buttons(self) -> None:
        self.add_button = QPushButton(self.tr("&Add"))
        self.edit_button = QPushButton(self.tr("&Edit"))
        self.queue_button = QPushButton(self.tr("User &Queue"))
        self.duplicate_button = QPushButton(self.tr("D&uplicate"))
        self.delete_button = QPushButton(self.tr("&Delete"))
        self._about_one = (self.edit_button, self.queue_button, self.duplicate_button, self.delete_button)
        for button in (self.add_button, *self._about_one):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Sea&rch"))
        label.setBuddy(self.search)
        self.search.setAccessibleName(self.tr("Search"))
        top = QHBoxLayout()
        for widget, stretch in ((label, 0), (self.search, 1), (self.count, 0)):
            top.addWidget(widget, stretch)
        bottom = QHBoxLayout()
        for button in (self.add_button, *self._about_one):
            bottom.addWidget(button)
        bottom.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(top)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.problem)
        rows.addLayout(bottom)

    def _wire(self) -> None:
        TeamSignal(self._core.team, self).changed.connect(self.refresh)
        self.search.textChanged.connect(lambda text: self._rearrange(lambda: self.users.search(text)))
        self.search.returnPressed.connect(self.table.setFocus)
        self.table.opened.connect(self._edit)
        self.table.link_followed.connect(self._open_queue)
        self.table.delete_wanted.connect(self._delete)
        selection = self.table.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(lambda *_: self._offer())
        self.add_button.clicked.connect(self._add)
        self.edit_button.clicked.connect(self._edit)
        self.queue_button.clicked.connect(self._open_queue)
        self.duplicate_button.clicked.connect(self._duplicate)
        self.delete_button.clicked.connect(self._delete)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))

    def _rearrange(self, change: Callable[[], None]) -> None:
        selected = self.selected
        change()
        self.select(selected.login if selected else "")
        if self.selected is None and self.users.rowCount():
            self.table.setCurrentIndex(self.users.index(0, 0))
        shown, everybody = self.users.rowCount(), len(self._core.team.team.users)
        words = self.tr("{count} users") if shown == everybody else self.tr("{shown} of {count} users")
        self.count.setText(words.format(shown=shown, count=everybody))
        self._offer()

    def _offer(self) -> None:
        """Buttons are for what can be done."""
        for button in self._about_one:
            button.setEnabled(self.selected is not None)

    def _add(self) -> None:
        self._open(lambda: UserDialog(self._core, self._background, "", self))

    def _edit(self) -> None:
        if user := self.selected:
            self._open(lambda: UserDialog(self._core, self._background, user.login, self))

    def _duplicate(self) -> None:
        if user := self.selected:
            self._open(lambda: UserDialog(self._core, self._background, "", self, like=user))

    def _open_queue(self) -> None:
        if user := self.selected:
            self._open(lambda: UserQueueDialog(self._core, self._background, user.login, self))

    def _open(self, make: Callable[[], UserDialog | UserQueueDialog]) -> None:
        """A dialog over this window; who was edited is selected afterwards."""
        self.problem.set_text("")
        try:
            dialog = make()
        except UserFacingError as error:
            self.problem.set_text(str(error))
            return
        if isinstance(dialog, UserDialog):
            dialog.accepted.connect(lambda: self.select(dialog.value().login))
        dialog.finished.connect(lambda: self.table.setFocus())
        dialog.open()

    def _delete(self) -> None:
        if user := self.selected:
            self.problem.set_text("")
            self._background.start(self._delete_when_sure(user), lambda: None, self.problem.set_text)

    async def _delete_when_sure(self, user: UserProfile) -> None:
        store = self._core.team
        name, based_on = plain(user.name) or user.login, store.user_revision(user.login)
        uses = uses_of(user.login, store.team)
        question = self.tr("Delete the user {name}? This cannot be taken back.").format(name=name)
        if uses:
            await self._tell_uses(name, uses)
        elif await confirm(self, question, self.tr("&Delete")):
            try:
                await store.delete_user(user.login, based_on=based_on)
            except StillUsedError as error:
                await self._tell_uses(name, error.uses)

    async def _tell_uses(self, name: str, uses: tuple[str, ...]) -> None:
        """What has to be led elsewhere first."""
        lines = [f"• {use}" for use in uses[:USES_LISTED]]
        if len(uses) > USES_LISTED:
            lines.append(self.tr("… and {count} more").format(count=len(uses) - USES_LISTED))
        text = self.tr("{name} cannot be deleted, because these lead there:").format(name=name)
        end = self.tr("Lead them elsewhere first.")
        box = QMessageBox(QMessageBox.Icon.Warning, self.tr("Delete user"), "\n".join((text, *lines, end)), parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        await answer_of(box)
