"""The SIP account of this softphone."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace

from softphone.errors import UserFacingError
from softphone.model.settings import AccountSettings
from softphone.model.sip import SipUri
from ui.background import Background
from ui.core_bridge import CorePort
from ui.settings_pages.form_page import FormPage, choice_box
from ui.widgets.fields import text_field


class AccountPage(FormPage):
    """Address, registrar, transport, user name, password, encryption."""

    def __init__(self, core: CorePort, background: Background) -> None:
        super().__init__(background)
        self._core = core
        account = core.settings_store.load().account
        self.sip_uri = text_field(account.sip_uri, "sip:name@example.com")
        self.registrar = text_field(account.registrar, "sip:example.com")
        self.transport = choice_box({"udp": "UDP", "tcp": "TCP", "tls": "TLS"}, account.transport)
        self.username = text_field(account.username)
        self.password = text_field(placeholder=self.tr("unchanged"), secret=True)
        words = {"off": self.tr("Off"), "optional": self.tr("Optional"), "mandatory": self.tr("Mandatory")}
        self.srtp = choice_box(words, account.srtp)
        self.add_row(self.tr("SIP &address"), self.sip_uri)
        self.add_row(self.tr("&Registrar"), self.registrar)
        self.add_row(self.tr("&Transport"), self.transport)
        self.add_row(self.tr("User &name"), self.username)
        self.add_row(self.tr("&Password"), self.password)
        self.add_row(self.tr("&Encryption of the sound (SRTP)"), self.srtp)

    def save(self) -> Coroutine[object, object, object]:
        """Settings to the settings, password to the keyring."""
        account = self._entered()
        return self._store(account, self.password.text())

    def saved(self) -> None:
        """The password does not stay in the field."""
        self.password.clear()
        super().saved()

    def _entered(self) -> AccountSettings:
        before = self._core.settings_store.load().account
        return replace(
            before,
            sip_uri=_address(self.sip_uri.text()),
            registrar=_address(self.registrar.text()),
            transport=self.transport.currentData(),
            username=self.username.text().strip(),
            srtp=self.srtp.currentData(),
        )

    async def _store(self, account: AccountSettings, password: str) -> None:
        store, secrets = self._core.settings_store, self._core.secrets
        await asyncio.to_thread(store.save, replace(store.load(), account=account))
        if password:
            await asyncio.to_thread(secrets.set_password, account.sip_uri, password)
        self._core.session.settings_changed()


def _address(text: str) -> str:
    """A checked address, or nothing."""
    try:
        return str(SipUri.parse(text)) if text.strip() else ""
    except ValueError as error:
        raise UserFacingError(str(error)) from None
