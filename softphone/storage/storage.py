"""Everything a softphone keeps with its team, composed for the app."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from softphone.storage.call_log.call_log import DatabaseCallLog
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.call_log.viewer import Viewer, viewer_of
from softphone.storage.connection.address import DatabaseAddress
from softphone.storage.connection.background_tasks import CoalescingTask, Throttle
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.database import Database
from softphone.storage.connection.file_polling import FilePolling
from softphone.storage.connection.server_monitor import ServerMonitor
from softphone.storage.connection.state import ConnectionState
from softphone.storage.held_calls.held_calls import DatabaseHeldCalls
from softphone.storage.migrations.schema_check import check_schema
from softphone.storage.migrations.upgrade import open_database
from softphone.storage.presence import DatabasePresence
from softphone.storage.team.directory_cache import DirectoryCache
from softphone.storage.team.team_store import DatabaseTeamStore

UNNAMED_EDITOR = "a softphone nobody has set up yet"
QUIET_SECONDS = 0.2
"""Between two readings of the team: anybody can send news faster than is worth reading."""
FIRST_TRY_SECONDS = 2.0
"""How long a start waits for a server; after that the app goes on with the team as last known."""


@dataclass(frozen=True, slots=True)
class StorageFiles:
    """Where this machine keeps what the database has not got yet, and the team as last known."""

    outbox: Path
    directory: Path


class Storage:
    """The team's data: at hand at once, followed as others change it, kept safe while the database is away.

    A softphone has at most four connections to a server, three for its work and one that listens: twenty of
    them are 80 of the 100 a server allows as it comes.
    """

    def __init__(self, database: Database, files: StorageFiles, identity: Callable[[], str]) -> None:
        self.database = database
        self.change_feed = feed = ChangeFeed()
        self.connection_state = state = ConnectionState(shared=database.shared)
        self._identity = identity
        self._cache = DirectoryCache(files.directory, database.address.account)
        self.team = DatabaseTeamStore(database, lambda: self.login or UNNAMED_EDITOR)
        self.call_log = DatabaseCallLog(database, Outbox(files.outbox), self._viewer, state, feed)
        station = secrets.token_hex(8)
        self.held_calls = DatabaseHeldCalls(database, feed, lambda: self.login, station, state.clock.now)
        self.presence = DatabasePresence(database, feed, lambda: self.login, station)
        self._following = CoalescingTask(self.team.reload, "following the team")
        self._team_news = Throttle(self._following.ask, QUIET_SECONDS)
        self._watcher: ServerMonitor | FilePolling = (
            ServerMonitor(database, feed, state, check_schema) if database.shared else FilePolling(database, feed)
        )

    @classmethod
    async def open(cls, address: DatabaseAddress, files: StorageFiles, identity: Callable[[], str]) -> Storage:
        """Open a file, or begin with a server, which may be away. *identity* tells the agent's login.

        Raises UserFacingError, leaving nothing behind, when a file cannot be used. What is wrong with a server
        is told by ``connection_state``, and it is tried again for as long as this is open.
        """
        database = Database(address) if address.shared else await open_database(address)
        try:
            storage = cls(database, files, identity)
        except BaseException:
            await database.dispose()
            raise
        try:
            await storage._begin()
        except BaseException:
            await storage.close()
            raise
        return storage

    @property
    def login(self) -> str:
        """Who uses this softphone: the agent, or else who logs in at the server."""
        server = self.database.address.server
        return self._identity() or (server.user if server else "")

    async def close(self) -> None:
        """Deliver what can be delivered and let go of everything."""
        await self.held_calls.close()
        await self.presence.close()
        await self.call_log.close()
        await self._watcher.close()
        self._team_news.close()
        await self._following.close()
        await self._cache.close()
        await self.database.dispose()

    async def _begin(self) -> None:
        self.change_feed.on(Topic.TEAM, lambda _key: self._team_news.ask())
        for kept in (self.held_calls, self.presence):  # a caller who is held must not wait for old log entries
            kept.start()
            self.connection_state.on_arrival(kept.catch_up)
        self.call_log.start()
        if isinstance(self._watcher, FilePolling):
            await self.team.read_anew()
            self._watcher.start()
        else:
            self.team.remember(self._cache.read())
            self.team.keep_in(self._cache.keep)
            self.connection_state.on_arrival(self.team.read_anew)
            await self._watcher.start(FIRST_TRY_SECONDS)

    def _viewer(self) -> Viewer:
        return viewer_of(self.login, self.team.team, shared=self.database.shared)
