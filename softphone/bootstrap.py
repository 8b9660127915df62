"""The composition root: the only place that knows every part. Fakes enter here, by argument."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from random import SystemRandom

from softphone import __version__
from softphone.config.current import CurrentNumberPlan, CurrentSettings, RememberedSecrets
from softphone.config.paths import DataDirectory
from softphone.config.settings_store import TomlSettingsStore
from softphone.diagnostics.redaction import redact
from softphone.diagnostics.registration_tester import EngineRegistrationTester
from softphone.engine_link.crash_reports import CrashReports
from softphone.engine_link.launch import EarlyEngine, engine_argv
from softphone.engine_link.process_user_agent import ProcessUserAgent
from softphone.model.ua_commands import Account, SoundChoice, Start
from softphone.ports import RegistrationTester, SecretStore, TimerHandle
from softphone.session.compose import World, compose
from softphone.session.session import Session
from softphone.session.team.team import TeamPorts
from softphone.storage import DatabaseAddress, DatabaseCallLog, DatabaseTeamStore, Storage, StorageFiles
from softphone.storage.moving.move import DatabaseSwitch


class LoopClock:
    """ports.Clock on the running event loop. Loops may fire early; a deadline is never taken before its time."""

    def monotonic(self) -> float:
        """Seconds on the clock all processes of this machine share."""
        return time.monotonic()

    def now(self) -> datetime:
        """Wall clock in UTC."""
        return datetime.now(UTC)

    def call_at(self, when: float, callback: Callable[[], None]) -> TimerHandle:
        """Run *callback* at *when* or later."""
        return _Deadline(when, callback)


class _Deadline:
    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self._when = when
        self._callback = callback
        self._handle = self._wait()

    def cancel(self) -> None:
        """It will not fire."""
        self._handle.cancel()

    def _wait(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(max(0.0, self._when - time.monotonic()), self._look)

    def _look(self) -> None:
        if time.monotonic() < self._when:
            self._handle = self._wait()
        else:
            self._callback()


@dataclass(frozen=True, slots=True)
class Core:
    """Everything below the windows, alive."""

    data: DataDirectory
    settings_store: CurrentSettings
    secrets: RememberedSecrets
    numbers: CurrentNumberPlan
    user_agent: ProcessUserAgent
    session: Session
    storage: Storage
    registration_tester: RegistrationTester
    databases: DatabaseSwitch

    @property
    def team(self) -> DatabaseTeamStore:
        """Users and tracking numbers."""
        return self.storage.team

    @property
    def call_log(self) -> DatabaseCallLog:
        """Finished calls."""
        return self.storage.call_log

    async def close(self) -> None:
        """End the session, deliver what is still to be written, let go of the files."""
        await self.session.stop()
        await self.databases.bring_along(self.settings_store.current.database)
        await self.storage.close()


async def open_core(
    data_dir: Path | None = None, *, argv: Sequence[str] | None = None, early: EarlyEngine | None = None
) -> Core:
    """Put the parts together and start the session, with the engine *argv*, the first of which may run already.

    Raises UserFacingError, leaving nothing behind, when the data directory, the settings or the
    database file cannot be used. A team's server that cannot be used keeps nobody from telephoning.
    """
    data = DataDirectory(data_dir)
    data.ensure()
    settings = CurrentSettings(TomlSettingsStore(data.settings_file))
    opening = asyncio.create_task(_open_secrets(settings.current.account.password_name))
    try:
        storage = await _open_storage(data, settings, opening)
    except BaseException:
        opening.cancel()
        raise
    try:
        argv = argv or engine_argv()
        user_agent = ProcessUserAgent(argv, early=early, reports=CrashReports(data.log_directory, redact))
        core = _compose(data, settings, await opening, storage, argv, user_agent)
        await core.session.start()
    except BaseException:
        await storage.close()
        raise
    return core


async def _open_secrets(account: str) -> RememberedSecrets:
    """Ask the keyring, which takes its time, while other things go on; a file database needs no password."""
    secrets = RememberedSecrets(await asyncio.to_thread(_load_secret_store))
    await secrets.fetch(account)
    return secrets


def _load_secret_store() -> SecretStore:
    from softphone.config.secrets import open_secret_store  # all the libraries of keyrings, on this thread

    return open_secret_store()


async def _open_storage(
    data: DataDirectory, settings: CurrentSettings, opening: Awaitable[RememberedSecrets]
) -> Storage:
    address = DatabaseAddress.of(settings.current, data.database_file, lambda _account: "")
    if address.account:
        secrets = await opening
        await secrets.fetch(address.account)
        address = DatabaseAddress.of(settings.current, data.database_file, secrets.password)
    files = StorageFiles(data.outbox_of(address.user), data.directory_file)
    return await Storage.open(address, files, lambda: settings.current.agent.login)


def _compose(
    data: DataDirectory,
    settings: CurrentSettings,
    secrets: RememberedSecrets,
    storage: Storage,
    argv: Sequence[str],
    user_agent: ProcessUserAgent,
) -> Core:
    numbers = CurrentNumberPlan(settings)
    world = World(
        user_agent,
        storage.call_log,
        storage.team,
        numbers,
        LoopClock(),
        partial(_start_command, settings, secrets, data),
        lambda: settings.current,
        SystemRandom(),
        TeamPorts(storage.held_calls, storage.presence, storage.connection_state),
    )
    session = compose(world)
    tester = EngineRegistrationTester(lambda: ProcessUserAgent(argv), lambda: settings.current, session.register)
    databases = DatabaseSwitch(
        settings.current.database,
        data.database_file,
        data.outbox_of(storage.database.address.user),
        lambda: settings.current.agent.login,
        secrets.password,
        storage.call_log.flush,
    )
    return Core(data, settings, secrets, numbers, user_agent, session, storage, tester, databases)


def _start_command(settings: CurrentSettings, secrets: RememberedSecrets, data: DataDirectory) -> Start:
    """What the user agent is told of the settings in force; the password goes through its pipe only."""
    now = settings.current
    account, sound = now.account, now.sound
    return Start(
        Account(
            account.sip_uri or "sip:agent@localhost",
            account.registrar,
            account.transport,
            account.username,
            secrets.password(account.password_name) if account.registrar else "",
            account.srtp,
            accept_from_anywhere=account.accept_from_anywhere,
            realms=account.realm_names,
        ),
        bind=now.network.bind,
        port=now.network.port,
        ca_file=account.ca_file,
        sound=SoundChoice(sound.microphone, sound.headset, sound.ringer),
        hold_music=sound.hold_music or str(files("resources") / "sounds" / "hold_music.wav"),
        sip_trace=str(data.log_directory / "sip.log") if now.diagnostics.sip_trace else "",
        user_agent=f"softphone/{__version__}",
        orphan_file=str(data.orphan_file),
        crash_directory=str(data.log_directory),
    )
