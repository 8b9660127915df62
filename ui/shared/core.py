"""The core as its windows see it: these protocols, and those of ``softphone.ports``, are all they know of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from softphone.config.paths import DataDirectory
from softphone.model.call_record import CallRecord
from softphone.model.database_move import Conflict, DatabaseTrial, MovePlan, MoveProgress, MoveReport
from softphone.model.settings import DatabaseSettings
from softphone.ports import AgentPhone, NumberPlan, RegistrationTester, SecretStore, SettingsStore, TeamStore


class RecentCalls(Protocol):
    """The readable end of the call log."""

    async def recent(self, limit: int) -> Sequence[CallRecord]:
        """The last *limit* calls, newest first."""

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call *listener* when there is something new, from this softphone or from another."""


class DatabasesPort(Protocol):
    """Databases other than the one in use: looked at, and moved into."""

    @property
    def in_use(self) -> DatabaseSettings:
        """The one this softphone was started with."""

    def account(self, choice: DatabaseSettings) -> str:
        """What its password is kept under; empty for a file. Raises UserFacingError when the address is none."""

    async def try_out(self, choice: DatabaseSettings, password: str = "") -> DatabaseTrial:
        """Whether a softphone could work with it; an empty *password* means the one that is kept."""

    def move_to(self, choice: DatabaseSettings, password: str = "") -> AbstractAsyncContextManager[MovePort]:
        """A move from the database in use. Raises UserFacingError."""


class MovePort(Protocol):
    """One move, with both databases open."""

    async def plan(self) -> MovePlan:
        """What there is to move, and what has to be decided first. Raises UserFacingError."""

    async def run(self, take_mine: Collection[Conflict] = (), tell: Callable[[MoveProgress], None] = ...) -> MoveReport:
        """Copy what is missing, overwrite what was chosen, compare. Raises UserFacingError; may be run again."""


class CorePort(Protocol):
    """Everything below the windows, as the composition root made it."""

    @property
    def session(self) -> AgentPhone:
        """The running session."""

    @property
    def settings_store(self) -> SettingsStore:
        """Options of this machine."""

    @property
    def secrets(self) -> SecretStore:
        """Passwords."""

    @property
    def team(self) -> TeamStore:
        """Users and tracking numbers."""

    @property
    def call_log(self) -> RecentCalls:
        """Finished calls."""

    @property
    def numbers(self) -> NumberPlan:
        """How numbers are shown."""

    @property
    def registration_tester(self) -> RegistrationTester:
        """Tries accounts out."""

    @property
    def databases(self) -> DatabasesPort:
        """Other databases."""

    @property
    def data(self) -> DataDirectory:
        """Where everything is kept."""

    async def close(self) -> None:
        """End the session and everything under it."""
