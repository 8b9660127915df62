"""The SIP account of this softphone, and a way to find out whether it works."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping

from PyQt6.QtWidgets import QLineEdit, QWidget

from softphone.model.settings import AccountSettings
from ui.settings.options_page import OptionsPage
from ui.settings.try_registration import TryRegistrationPanel
from ui.shared.background import Background
from ui.shared.core import CorePort
from ui.widgets.option_fields import OptionField, address_field, secret_field

TRANSPORTS = {"udp": "UDP", "tcp": "TCP", "tls": "TLS"}


class AccountPage(OptionsPage):
    """Address, registrar, transport, user name, encryption in the settings; the password in the keyring."""

    def __init__(self, core: CorePort, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(core, background, parent)
        self.sip_uri = self._add("sip_uri", field=address_field("sip:name@example.com"))
        self.registrar = self._add("registrar", field=address_field("sip:example.com"))
        self.accept_from_anywhere = self._add("accept_from_anywhere")
        self.transport = self._add("transport", words=TRANSPORTS)
        self.username = self._add("username")
        self.password = secret_field()
        self.add_row(self.tr("Password"), self.password)
        srtp = {"off": self.tr("Off"), "optional": self.tr("Optional"), "mandatory": self.tr("Mandatory")}
        self.srtp = self._add("srtp", words=srtp)
        self.ca_file = self._add("ca_file")
        self.test = TryRegistrationPanel(core.registration_tester, core.secrets, background, self._to_try)
        self.test.told.connect(lambda: self.bring_into_view(self.test))
        self.form.addRow(self.test)
        self.begin()

    @property
    def changed(self) -> bool:
        """A password that was typed is a change too."""
        return super().changed or bool(self.password.value())

    def refresh(self) -> None:
        """An account that differs from the one tested has not been tested; one with errors cannot be."""
        super().refresh()
        self.accept_from_anywhere.control.setEnabled(bool(self.registrar.value()))  # without one anybody can call
        self.test.forget()
        self.test.setEnabled(not self.problems())
        line = self.password.control
        if isinstance(line, QLineEdit):
            kept = self.entered().account.password_name == self.settings.account.password_name
            line.setPlaceholderText(self.tr("unchanged") if kept else "")

    def work(self) -> Coroutine[object, object, object]:
        """The password goes first: an account in force without its password would be refused at once."""
        return self._store_both(super().work(), self.entered().account.password_name, self.password.value())

    def saved(self) -> None:
        """The password does not stay in the field."""
        self.password.put("")
        super().saved()

    def _add(
        self, name: str, *, field: OptionField | None = None, words: Mapping[str, str] | None = None
    ) -> OptionField:
        return self.add_option("account", name, field=field, words=words)

    def _to_try(self) -> tuple[AccountSettings, str]:
        return self.entered().account, self.password.value()

    async def _store_both(self, options: Coroutine[object, object, object], account: str, password: str) -> None:
        try:
            if password:
                await asyncio.to_thread(self.core.secrets.set_password, account, password)
            await options
        finally:
            options.close()
