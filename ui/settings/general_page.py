"""Who sits here, how numbers are read, where the softphone listens, what is written down for support."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtWidgets import QWidget

from softphone.policy.checks import unknown_user
from softphone.policy.wording import sentence
from ui.background import Background
from ui.core_bridge import CorePort
from ui.settings.options_page import Key, OptionsPage
from ui.widgets.agent_picker import AgentPicker
from ui.widgets.option_fields import OptionField


class GeneralPage(OptionsPage):
    """The options of this machine that are neither account nor sound."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(core, background, parent)
        self.add_heading(self.tr("You"))
        self.login = self.add_option("agent", "login", field=agent_field(core))
        self.add_heading(self.tr("Numbers"))
        self.region = self.add_option("numbers", "default_region")
        self.header_order = self.add_option("numbers", "header_order")
        self.add_heading(self.tr("Waiting callers"))
        self.queued_music = self.add_option("calls", "queued_music")
        self.add_heading(self.tr("Network"))
        self.bind = self.add_option("network", "bind")
        self.port = self.add_option("network", "port")
        self.add_heading(self.tr("Support"))
        self.sip_trace = self.add_option("diagnostics", "sip_trace")
        self.begin()

    def problems(self) -> Mapping[Key, str]:
        """Whoever sits here has to be one of the team."""
        found = dict(super().problems())
        login = self.login.value()
        logins = {user.login for user in self.core.team.team.users}
        if login and login not in logins:
            found["agent", "login"] = sentence(unknown_user(login, logins))
        return found


def agent_field(core: CorePort) -> OptionField:
    """One of the team."""
    picker = AgentPicker()
    picker.set_agents(core.team.team.users)
    return OptionField(picker, picker.login, picker.choose, picker.editTextChanged)
