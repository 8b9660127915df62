"""Manage Users: who has call waiting, and what happens to callers who are not answered."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QFormLayout,
    QGroupBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from softphone.errors import UserFacingError
from softphone.model.profile import RING_SECONDS_MAX, RING_SECONDS_MIN, NoAnswer, UserProfile, UserQueue
from softphone.model.sip import SipUri
from ui.background import Background
from ui.core_bridge import CorePort
from ui.settings_pages.form_page import FormPage, choice_box
from ui.widgets.fields import check_box, spin_box, text_field
from ui.widgets.labels import PlainLabel


class UsersPage(QWidget):
    """The list of users; Edit opens the dialog of one."""

    def __init__(self, core: CorePort, background: Background) -> None:
        super().__init__()
        self._core, self._background = core, background
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Users"))
        self.list.itemActivated.connect(self._edit)
        self.edit_button = QPushButton(self.tr("&Edit…"))
        self.edit_button.clicked.connect(self._edit)
        rows = QVBoxLayout(self)
        rows.addWidget(self.list)
        rows.addWidget(self.edit_button, 0, Qt.AlignmentFlag.AlignTrailing)
        self.refresh()

    def refresh(self) -> None:
        """Show the team as it is now."""
        row = max(0, self.list.currentRow())
        self.list.clear()
        for user in self._core.team.team.users:
            waiting = self.tr("call waiting on") if user.call_waiting else self.tr("call waiting off")
            item = QListWidgetItem(f"{user.name or user.login} · {waiting}")
            item.setData(Qt.ItemDataRole.UserRole, user.login)
            self.list.addItem(item)
        self.list.setCurrentRow(row)
        self.edit_button.setEnabled(self.list.count() > 0)

    def _edit(self) -> None:
        item = self.list.currentItem()
        user = self._core.team.team.user(item.data(Qt.ItemDataRole.UserRole)) if item else None
        if user is None:
            return
        dialog = UserDialog(user, self._core, self._background, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self.refresh)
        dialog.open()


class UserDialog(QDialog):
    """One user: Agent Contact, and Agent Queue → User Queue → No Answer. Closes when it has saved."""

    def __init__(self, user: UserProfile, core: CorePort, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Edit {name}").format(name=user.name or user.login))
        self.form = UserForm(user, core, background, self.accept)
        QVBoxLayout(self).addWidget(self.form)


class UserForm(FormPage):
    """What an admin can change about a user by now."""

    def __init__(
        self, user: UserProfile, core: CorePort, background: Background, when_saved: Callable[[], None]
    ) -> None:
        super().__init__(background)
        self._user, self._core, self._when_saved = user, core, when_saved
        self.call_waiting = check_box(self.tr("Call &Waiting"), checked=user.call_waiting)
        self.bypass = check_box(self.tr("&Bypass queue if no agents available"), checked=user.queue.bypass_if_no_agents)
        seconds = user.queue.ring_seconds
        self.ring_seconds = spin_box(seconds, RING_SECONDS_MIN, RING_SECONDS_MAX, self.tr(" s"))
        routes = {
            NoAnswer.HANG_UP: self.tr("Hang up"),
            NoAnswer.AGENT: self.tr("Another agent"),
            NoAnswer.VOICEMAIL: self.tr("Voicemail"),
        }
        self.route = choice_box({str(kind): words for kind, words in routes.items()}, str(user.queue.no_answer))
        self.target = text_field(user.queue.no_answer_target)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._contact_tab(), self.tr("Agent &Contact"))
        self.tabs.addTab(self._queue_tab(), self.tr("Agent &Queue"))
        self.form.addRow(self.tabs)
        self.route.currentIndexChanged.connect(self._show_target)
        self._show_target()

    def save(self) -> Coroutine[object, object, object]:
        """Put the user back as edited."""
        queue = UserQueue(
            self.bypass.isChecked(),
            self.ring_seconds.value(),
            NoAnswer(self.route.currentData()),
            self._entered_target(),
        )
        return self._core.team.put_user(replace(self._user, call_waiting=self.call_waiting.isChecked(), queue=queue))

    def saved(self) -> None:
        """Done here."""
        self._when_saved()

    def _contact_tab(self) -> QWidget:
        tab = QWidget()
        rows = QVBoxLayout(tab)
        rows.addWidget(self.call_waiting)
        hint = self.tr("Callers on a direct line are offered while the agent is on a call.")
        rows.addWidget(_wrapped(hint))
        rows.addStretch(1)
        return tab

    def _queue_tab(self) -> QWidget:
        tab = QWidget()
        group = QGroupBox(self.tr("User Queue – No Answer"))
        form = QFormLayout(group)
        form.addRow(self.bypass)
        for label, field in (
            (self.tr("&Ring time"), self.ring_seconds),
            (self.tr("No-answer r&oute"), self.route),
            (self.tr("&Target"), self.target),
        ):
            form.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
        rows = QVBoxLayout(tab)
        rows.addWidget(group)
        rows.addStretch(1)
        return tab

    def _show_target(self) -> None:
        kind = NoAnswer(self.route.currentData())
        self.target.setEnabled(kind is not NoAnswer.HANG_UP)
        login, box = self.tr("login of the agent"), "sip:voicemail@example.com"
        self.target.setPlaceholderText({NoAnswer.AGENT: login, NoAnswer.VOICEMAIL: box}.get(kind, ""))

    def _entered_target(self) -> str:
        """What belongs to the chosen route, checked."""
        text, kind = self.target.text().strip(), NoAnswer(self.route.currentData())
        if kind is NoAnswer.AGENT and (text == self._user.login or self._core.team.team.user(text) is None):
            raise UserFacingError(self.tr("“{login}” is not the login of another agent.").format(login=text))
        if kind is NoAnswer.VOICEMAIL:
            try:
                SipUri.parse(text)
            except ValueError as error:
                raise UserFacingError(str(error)) from None
        return "" if kind is NoAnswer.HANG_UP else text


def _wrapped(text: str) -> PlainLabel:
    label = PlainLabel(text, faint=True)
    label.setWordWrap(True)
    return label
