"""Tries an account out in a user agent of its own, so that the one in use and its calls are left alone."""

from __future__ import annotations

from collections.abc import Callable

from softphone.diagnostics.engine_probe import EngineFindings, probe_engine
from softphone.model.settings import AccountSettings, Settings
from softphone.model.ua_commands import Account, SoundChoice, Start
from softphone.policy.registration_trial import RegistrationTrial, nothing_to_try, trial_result
from softphone.ports import UserAgent

_NO_DEVICE = "none"
_SILENT = SoundChoice(_NO_DEVICE, _NO_DEVICE, _NO_DEVICE)


class EngineRegistrationTester:
    """ports.RegistrationTester. *afterwards* is called when a trial is over: a registrar that keeps one
    address per account has just forgotten the one in use.
    """

    def __init__(
        self, user_agent: Callable[[], UserAgent], settings: Callable[[], Settings], afterwards: Callable[[], None]
    ) -> None:
        self._user_agent = user_agent
        self._settings = settings
        self._afterwards = afterwards

    async def try_account(self, account: AccountSettings, password: str) -> RegistrationTrial:
        """Register with it, and take that back."""
        if (result := nothing_to_try(account)) is not None:
            return result
        try:
            findings = await probe_engine(self._user_agent(), self._configuration(account, password))
        finally:
            self._afterwards()
        if findings.ready is None:
            return _not_started(findings)
        return trial_result(account, password, findings.registration)

    def _configuration(self, account: AccountSettings, password: str) -> Start:
        """Any free port, as the one in the settings is taken by the user agent in use."""
        tried = Account(
            account.sip_uri,
            account.registrar,
            account.transport,
            account.username,
            password,
            account.srtp,
            realms=account.realm_names,
        )
        return Start(tried, bind=self._settings().network.bind, ca_file=account.ca_file, sound=_SILENT)


def _not_started(findings: EngineFindings) -> RegistrationTrial:
    if findings.failed is not None:
        return RegistrationTrial(False, findings.failed.detail, "Correct it and test again.")
    return RegistrationTrial(False, "The test could not be made.", "Try again when the machine is less busy.")
