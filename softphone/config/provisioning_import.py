"""Takes over a provisioning file: in the running app, where it applies at once, or without one."""

from __future__ import annotations

import asyncio
from typing import Protocol

from softphone.config.provisioning import Provisioning, read_provisioning
from softphone.config.secrets import MemorySecretStore
from softphone.errors import UserFacingError
from softphone.model.settings import Settings
from softphone.policy.database_url import read_database_url
from softphone.ports import SecretStore, SettingsStore, TeamStore


class HasStores(Protocol):
    """A core, or the stores alone."""

    @property
    def settings_store(self) -> SettingsStore:
        """The options of this machine."""

    @property
    def secrets(self) -> SecretStore:
        """The passwords."""

    @property
    def team(self) -> TeamStore:
        """Users and numbers."""


async def take_over(stores: HasStores, text: str) -> list[str]:
    """Put what the TOML *text* says into the stores; what was done, for people.

    Raises UserFacingError with every mistake in it, changing nothing.
    """
    asked = read_provisioning(text, stores.team.team)
    before = stores.settings_store.load()
    after = asked.apply_to(before)
    if asked.brings_team and after.database.url != before.database.url:
        raise UserFacingError(
            "The file names another database, and brings users or numbers: import the table [database] first, in a "
            "file of its own, so that it is clear where they belong."
        )
    passwords = _passwords(asked, after)
    stores.settings_store.save(after)
    try:
        for account, password in passwords.items():
            await asyncio.to_thread(stores.secrets.set_password, account, password)
        if asked.brings_team:
            await stores.team.put_team(asked.team)
    except UserFacingError:
        stores.settings_store.save(before)
        raise
    return _done(asked, before, after) + _about_password(asked, stores.secrets)


def _passwords(asked: Provisioning, after: Settings) -> dict[str, str]:
    """Every password by the account it belongs to."""
    if asked.password and not after.account.sip_uri:
        raise UserFacingError("There is a password, but no account.sip_uri it could belong to.")
    database = read_database_url(after.database.url, after.agent.login)
    if asked.database_password and (database is None or not database.user):
        raise UserFacingError("There is a database.password, but no login in database.url it could belong to.")
    found = {
        after.account.password_name: asked.password,
        database.password_name if database else "": asked.database_password,
    }
    return {account: password for account, password in found.items() if account and password is not None}


def _done(asked: Provisioning, before: Settings, after: Settings) -> list[str]:
    changed = "The settings are saved." if before != after else "The settings are as they were."
    users, numbers = len(asked.users), len(asked.tracking_numbers)
    return [changed, *([f"Saved: users {users}, tracking numbers {numbers}."] if users or numbers else [])]


def _about_password(asked: Provisioning, secrets: SecretStore) -> list[str]:
    if not asked.password and not asked.database_password:
        return []
    if secrets.lasting:
        return ["The password is in the keyring."]
    if isinstance(secrets, MemorySecretStore):
        return [
            "There is no keyring: a password is kept only while the softphone runs. "
            "Import again while it does, or type the password in when it asks."
        ]
    return ["There is no keyring: the password is kept only until you log out."]
