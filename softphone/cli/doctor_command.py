"""``softphone doctor``: looks at everything the app needs, in the data directory the app would use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from softphone.cli.bundle import save_bundle
from softphone.cli.terminal import say
from softphone.config.paths import DataDirectory
from softphone.config.secrets import open_secret_store
from softphone.config.settings_store import TomlSettingsStore
from softphone.diagnostics.check import Check, CheckResult, ok, run_checks
from softphone.diagnostics.doctor import as_json as report_json
from softphone.diagnostics.doctor import as_text, exit_status
from softphone.diagnostics.engine_checks import (
    callers_of_running_app,
    engine_results,
    registration_of_running_app,
)
from softphone.diagnostics.engine_probe import EngineFindings, probe_engine
from softphone.diagnostics.machine_checks import check_versions, database_check, keyring_result, server_result
from softphone.engine_link.launch import engine_argv
from softphone.engine_link.process_user_agent import ProcessUserAgent
from softphone.errors import NotRunningError, UserFacingError
from softphone.model.settings import AccountSettings, Settings
from softphone.model.ua_commands import Account, SoundChoice, Start
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.migrations.upgrade import upgrade
from softphone.storage.moving.database_trial import try_database
from ui.app.control_client import ControlClient

_NOBODY = "sip:agent@localhost"  # an engine needs an address; this one is never shown to anybody


def examine(data_dir: Path | None, *, as_json: bool, bundle: Path | None = None, mask: bool = False) -> int:
    """Examine, print, and say by the exit status whether something does not work. *bundle* is where a bundle goes."""
    data = DataDirectory(data_dir)
    results = asyncio.run(_Examination(data).results())
    say(report_json(results) if as_json else as_text(results))
    if bundle is not None:
        save_bundle(data, as_text(results), bundle, mask=mask)
    return exit_status(results)


@dataclass(frozen=True, slots=True)
class _Examination:
    """The checks in order; each finds what it needs itself, so that one failure does not spoil the next."""

    data: DataDirectory

    async def results(self) -> list[CheckResult]:
        checks: tuple[tuple[str, Check], ...] = (
            ("versions", check_versions),
            ("data directory", self._data_directory),
            ("settings", self._settings),
            ("keyring", self._keyring),
            ("database", self._database),
            ("engine", self._engine),
        )
        return await run_checks(checks)

    async def _data_directory(self) -> Sequence[CheckResult]:
        self.data.ensure()
        return [ok("data directory", str(self.data.path))]

    async def _settings(self) -> Sequence[CheckResult]:
        TomlSettingsStore(self.data.settings_file).load()
        return [ok("settings", str(self.data.settings_file))]

    async def _keyring(self) -> Sequence[CheckResult]:
        secrets = await asyncio.to_thread(open_secret_store)
        return [keyring_result(secrets.lasting)]

    async def _database(self) -> Sequence[CheckResult]:
        """A file is opened for writing, as the app does when it starts; a team's server is only looked at."""
        settings = _settings_or_default(self.data)
        address = await asyncio.to_thread(DatabaseAddress.of, settings, self.data.database_file, _password)
        if not address.shared:
            return await database_check(lambda: upgrade(address))()
        trial = await try_database(address)
        missing = "An admin has to run softphone db upgrade." if trial.empty else trial.warning
        return [server_result(trial.succeeded and not trial.empty, trial.words, missing)]

    async def _engine(self) -> Sequence[CheckResult]:
        """With settings that cannot be read, the engine is tried with none."""
        settings = _settings_or_default(self.data)
        status = await asyncio.to_thread(_status_of_running_app, self.data)
        if status is None:
            return engine_results(await _probe(settings), settings.account)
        return await _engine_beside_running_app(settings, status)


async def _engine_beside_running_app(settings: Settings, status: dict[str, Any]) -> Sequence[CheckResult]:
    """The app that runs keeps its port and its registration: the engine is tried without either."""
    account = replace(settings.account, registrar="")
    findings = await _probe(replace(settings, account=account, network=replace(settings.network, port=0)))
    results = [each for each in engine_results(findings, account) if each.name not in ("registration", "callers")]
    state, words = str(status["registration"]), str(status["registration_text"])
    return [*results, registration_of_running_app(state, words, settings.account), _callers(settings.account, status)]


def _callers(account: AccountSettings, status: dict[str, Any]) -> CheckResult:
    engine = status["engine"]
    sources = [str(source["address"]) for source in engine["turned_away_from"]]
    return callers_of_running_app(int(engine["turned_away"]), sources, account)


async def _probe(settings: Settings) -> EngineFindings:
    account, network, sound = settings.account, settings.network, settings.sound
    password = await asyncio.to_thread(_password, account.password_name) if account.registrar else ""
    configuration = Start(
        account=Account(
            account.sip_uri or _NOBODY,
            account.registrar,
            account.transport,
            account.username,
            password,
            account.srtp,
            realms=account.realm_names,
        ),
        bind=network.bind,
        port=network.port,
        ca_file=account.ca_file,
        sound=SoundChoice(sound.microphone, sound.headset, sound.ringer),
    )
    return await probe_engine(ProcessUserAgent(engine_argv()), configuration)


def _password(account: str) -> str:
    return open_secret_store().password(account)


def _settings_or_default(data: DataDirectory) -> Settings:
    try:
        return TomlSettingsStore(data.settings_file).load()
    except UserFacingError:
        return Settings()


def _status_of_running_app(data: DataDirectory) -> dict[str, Any] | None:
    try:
        with ControlClient(data.control_socket) as client:
            return cast("dict[str, Any]", client.request("status"))
    except NotRunningError:
        return None
