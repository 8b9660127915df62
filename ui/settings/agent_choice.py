"""Who uses this softphone: one of the team, or somebody who joins it now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFormLayout, QLabel, QWidget

from softphone.model.profile import UserProfile
from softphone.policy.admin.checks import check_user
from softphone.policy.admin.team_rules import newcomer
from ui.shared.core import CorePort
from ui.widgets.agent_picker import AgentPicker
from ui.widgets.field_notes import NotedField
from ui.widgets.fields import text_field


class AgentChoice(QWidget):
    """A login; one that nobody has yet needs a name too, and is added to the team."""

    edited = pyqtSignal()

    def __init__(self, core: CorePort) -> None:
        super().__init__()
        self._core = core
        self.login = AgentPicker()
        self.login.set_agents(core.team.team.users)
        self.login.choose(core.settings_store.load().agent.login)
        self.name = text_field()
        self._login_note, self._name_note = NotedField(self.login), NotedField(self.name)
        self.login.setAccessibleName(self.tr("Login"))
        self.name.setAccessibleName(self.tr("Name"))
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for words, control, note in (
            (self.tr("&Login"), self.login, self._login_note),
            (self.tr("Na&me"), self.name, self._name_note),
        ):
            label = QLabel(words)
            label.setBuddy(control)
            self._form.addRow(label, note)
        self.login.login_changed.connect(self.refresh)
        self.name.textChanged.connect(self.refresh)
        self.refresh()

    @property
    def newcomer(self) -> UserProfile | None:
        """Who joins the team; None when nobody is entered, or somebody who belongs to it."""
        login, team = self.login.login(), self._core.team.team
        if not login or team.user(login) is not None:
            return None
        address = self._core.settings_store.load().account.sip_uri
        return newcomer(login, self.name.text().strip(), address, team)

    def problems(self) -> Mapping[str, str]:
        """What is wrong with a newcomer, as the policy says."""
        user = self.newcomer
        return check_user(user, self._core.team.team) if user is not None else {}

    def refresh(self) -> None:
        """Check anew, and say what will happen."""
        user, problems = self.newcomer, self.problems()
        words = self.tr("There is no such user yet; they will be added to the team.")
        self._login_note.show_notes(problems.get("login", ""), [words] if user and not problems else ())
        self._name_note.show_notes(problems.get("name", ""), ())
        self._form.setRowVisible(self._name_note, user is not None)
        self.edited.emit()

    async def save(self) -> None:
        """The newcomer joins the team, and the softphone knows who uses it. Raises UserFacingError."""
        login, user, store = self.login.login(), self.newcomer, self._core.settings_store
        if user is not None:
            await self._core.team.put_user(user, based_on=0)
        settings = store.load()
        await asyncio.to_thread(store.save, replace(settings, agent=replace(settings.agent, login=login)))
        self._core.session.settings_changed()
