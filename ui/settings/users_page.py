"""Manage Users: who the users are, who has call waiting, and the way to each user queue."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QMessageBox, QWidget

from softphone.errors import StillUsedError
from softphone.model.profile import UserProfile
from softphone.policy.admin.team_rules import uses_of
from ui.settings.records_page import RecordsPage
from ui.settings.user_dialog import UserDialog
from ui.settings.user_queue_dialog import UserQueueDialog
from ui.settings.users_table import Column, UsersTable
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.shared.questions import answer_of, confirm, message_box
from ui.shared.texts import counted, plain
from ui.widgets.record_table import RecordTable

WIDTHS = (20, 14, 30, 15, 15, 20)
USES_LISTED = 12


class UsersPage(RecordsPage[UserProfile]):
    """The table of users, with a link to the user queue of each."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        self.users = UsersTable(core.numbers)
        super().__init__(core, background, self.users, RecordTable(_tr("Users"), Column.AGENT_QUEUE), parent)
        self.search.setPlaceholderText(self.tr("name, login, address or number"))
        self.table.set_widths(*WIDTHS)
        self.queue_button = self.add_action(self.tr("User &Queue"), self._open_queue, about_one=True)
        self.buttons.addStretch(1)
        self.table.link_followed.connect(self._open_queue)
        self.refresh()

    def show_records(self) -> int:
        """All users of the team."""
        team = self.core.team.team
        self.users.show_team(team)
        return len(team.users)

    def name_of(self, record: UserProfile) -> str:
        """Their login."""
        return record.login

    def count_words(self, count: int) -> str:
        """So many users."""
        return counted(count, self.tr("1 user"), self.tr("{count} users"))

    def dialog(self, name: str, like: UserProfile | None = None) -> UserDialog:
        """Edit user."""
        return UserDialog(self.core, self.background, name, self, like=like)

    async def delete_when_sure(self, record: UserProfile) -> None:
        """Somebody to whom callers are led stays; what leads them there is listed."""
        store = self.core.team
        name, based_on = plain(record.name) or record.login, store.user_revision(record.login)
        uses = uses_of(record.login, store.team)
        question = self.tr("Delete the user {name}? This cannot be undone.").format(name=name)
        if uses:
            await self._tell_uses(name, uses)
        elif await confirm(self, question, self.tr("&Delete")):
            try:
                await store.delete_user(record.login, based_on=based_on)
            except StillUsedError as error:
                await self._tell_uses(name, error.uses)

    def _open_queue(self) -> None:
        if (user := self.selected) is not None:
            self.open_dialog(lambda: UserQueueDialog(self.core, self.background, user.login, self))

    async def _tell_uses(self, name: str, uses: tuple[str, ...]) -> None:
        """What has to be led elsewhere first."""
        lines = [f"• {use}" for use in uses[:USES_LISTED]]
        if len(uses) > USES_LISTED:
            lines.append(self.tr("… and {count} more").format(count=len(uses) - USES_LISTED))
        text = self.tr("{name} cannot be deleted because these lead there:").format(name=name)
        end = self.tr("Route them elsewhere first.")
        words = "\n".join((text, *lines, end))
        await answer_of(message_box(QMessageBox.Icon.Warning, self.tr("Delete user"), words, self))


def _tr(text: str) -> str:
    return QCoreApplication.translate("UsersPage", text)
