"""Settings and passwords in force, kept at hand: an INVITE must wait for no file and a window for no keyring."""

from __future__ import annotations

import asyncio

from softphone.config.number_plan import PhoneNumberPlan
from softphone.errors import UserFacingError
from softphone.model.settings import Settings
from softphone.ports import SecretStore, SettingsStore


class CurrentSettings:
    """ports.SettingsStore that also has the settings in force at hand."""

    def __init__(self, store: SettingsStore) -> None:
        self._store = store
        self.current = store.load()

    @property
    def untouched(self) -> bool:
        """Whether nothing has ever been saved."""
        return self._store.untouched

    def load(self) -> Settings:
        """Read the file again; what it says is in force from now on."""
        self.current = self._store.load()
        return self.current

    def save(self, settings: Settings) -> None:
        """Write the file; what it says is in force from now on."""
        self._store.save(settings)
        self.current = settings


class RememberedSecrets:
    """ports.SecretStore that asks the keyring for each password once. It is never shown or logged."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    @property
    def lasting(self) -> bool:
        """Whether a password put in here outlives the session."""
        return self._store.lasting

    async def fetch(self, account: str) -> None:
        """Ask the keyring now, off this thread: it may want the person to unlock it first.

        A keyring that stays locked must not keep the app from starting; registration then fails and says why.
        """
        try:
            password = await asyncio.to_thread(self._store.password, account)
        except UserFacingError:
            password = ""
        self._known.setdefault(account, password)

    def password(self, account: str) -> str:
        """The password as last known, empty when there is none. Raises UserFacingError when the keyring is locked."""
        if account not in self._known:
            password = self._store.password(account)
            self._known.setdefault(account, password)  # one put in meanwhile, on another thread, is the newer
        return self._known[account]

    def set_password(self, account: str, password: str) -> None:
        """Keep it; an empty one removes it. Raises UserFacingError when the keyring refuses."""
        self._store.set_password(account, password)
        self._known[account] = password


class CurrentNumberPlan:
    """ports.NumberPlan of the region that is set at this moment."""

    def __init__(self, settings: CurrentSettings) -> None:
        self._settings = settings

    def to_e164(self, text: str) -> str:
        """The E.164 form, empty when *text* is no number."""
        return self._plan().to_e164(text)

    def for_people(self, text: str) -> str:
        """The form people read."""
        return self._plan().for_people(text)

    def _plan(self) -> PhoneNumberPlan:
        return PhoneNumberPlan(self._settings.current.numbers.default_region)
