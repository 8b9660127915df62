"""Who sits here, where the team's data is, how numbers are read, where the softphone listens, what support gets."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from softphone.errors import sentence
from softphone.model.profile import Role
from softphone.policy.admin.checks import unknown_user
from ui.settings.database_section import DatabaseSection
from ui.settings.options_page import Key, OptionsPage
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.widgets.agent_picker import AgentPicker
from ui.widgets.option_fields import OptionField


class GeneralPage(OptionsPage):
    """The options of this machine that are neither account nor sound."""

    restart_wanted = pyqtSignal()

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(core, background, parent)
        self.add_heading(self.tr("You"))
        self.login = self.add_option("agent", "login", field=agent_field(core))
        self.add_heading(self.tr("Database"))
        self.database = DatabaseSection(self, self.login, self.switch, may_change=may_change_the_database(core))
        self.database.restart_wanted.connect(self.restart_wanted)
        self.database.switched.connect(self._take_over_database)
        self.add_heading(self.tr("Numbers"))
        self.region = self.add_option("numbers", "default_region")
        self.header_order = self.add_option("numbers", "header_order")
        self.dial_links = self.add_option("calls", "dial_links")
        self.add_heading(self.tr("Waiting callers"))
        self.queued_music = self.add_option("calls", "queued_music")
        self.add_heading(self.tr("Network"))
        self.bind = self.add_option("network", "bind")
        self.port = self.add_option("network", "port")
        self.add_heading(self.tr("Support"))
        self.sip_trace = self.add_option("diagnostics", "sip_trace")
        self.mask_numbers = self.add_option("diagnostics", "mask_numbers")
        self.begin()

    @property
    def changed(self) -> bool:
        """A password that was typed is a change too."""
        return super().changed or bool(self.database.fields.password.value())

    def problems(self) -> Mapping[Key, str]:
        """Whoever sits here has to be one of the team."""
        found = dict(super().problems())
        login = self.login.value()
        logins = {user.login for user in self.core.team.team.users}
        if login and login not in logins:
            found["agent", "login"] = sentence(unknown_user(login, logins))
        return found

    def refresh(self) -> None:
        """What is said of a database is about the one that was entered."""
        super().refresh()
        self.database.follow(wrong=bool(self.problems()))

    def work(self) -> Coroutine[object, object, object]:
        """A database is tried out, and its password kept, before it is put in the settings."""
        return self._store_after_trial(super().work())

    def saved(self) -> None:
        """The password does not stay in the field."""
        self.database.fields.password.put("")
        super().saved()

    async def _store_after_trial(self, options: Coroutine[object, object, object]) -> None:
        try:
            await self.database.check_and_keep_password()
            await options
        finally:
            options.close()

    def _take_over_database(self) -> None:
        """The data was moved, and the settings say so already; other fields stay as they were typed."""
        kept = {key: self._unchanged[key] for key in self._unchanged if key[0] != "database"}
        self.database.fields.password.put("")
        self._unchanged = self._values() | kept
        self.refresh()

    async def switch(self) -> None:
        """Use the database that is entered from the next start on; everything else entered here stays unsaved."""
        await self.database.check_and_keep_password()
        choice = self.database.fields.choice
        await asyncio.to_thread(self._save, {"database": {"url": choice.url, "ca_file": choice.ca_file}})


def may_change_the_database(core: CorePort) -> bool:
    """Admins may; where nobody is an admin, everybody."""
    team = core.team.team
    me = team.user(core.settings_store.load().agent.login)
    nobody = not any(user.role is Role.ADMIN for user in team.users)
    return nobody or (me is not None and me.role is Role.ADMIN)


def agent_field(core: CorePort) -> OptionField:
    """One of the team."""
    picker = AgentPicker()
    picker.set_agents(core.team.team.users)
    return OptionField(picker, picker.login, picker.choose, picker.editTextChanged)
