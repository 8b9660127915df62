"""The team as last known, in a file: a softphone that starts without its database knows its numbers all the same."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import msgspec

from softphone.model.profile import TrackingNumber, UserProfile
from softphone.storage.connection.background_tasks import CoalescingTask
from softphone.storage.team.records import Record, TeamSnapshot

_log = logging.getLogger(__name__)


class _Kept(msgspec.Struct):
    """What is in the file. It says of which database, so that another one's team is not taken for it."""

    database: str
    changes: int
    users: list[tuple[int, UserProfile]]
    numbers: list[tuple[int, TrackingNumber]]


class DirectoryCache:
    """One file, written in the background whenever the team has changed."""

    def __init__(self, path: Path, database: str) -> None:
        self._path = path
        self._database = database
        self._snapshot = TeamSnapshot()
        self._writing = CoalescingTask(self._write, "directory cache")

    def read(self) -> TeamSnapshot:
        """The team as last kept; an empty one when there is no such file, or none that can be read."""
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return TeamSnapshot()
        except (OSError, msgspec.DecodeError, ValueError) as error:
            _log.warning("the team as last known cannot be read: %s", error)
            return TeamSnapshot()
        if kept.database != self._database:
            return TeamSnapshot()
        users = {user.login: Record(user, revision) for revision, user in kept.users}
        numbers = {number.number: Record(number, revision) for revision, number in kept.numbers}
        return TeamSnapshot(kept.changes, users, numbers)

    def keep(self, snapshot: TeamSnapshot) -> None:
        """Have this written; the last one counts."""
        self._snapshot = snapshot
        self._writing.ask()

    async def close(self) -> None:
        """Wait until the last one is written."""
        await self._writing.finish()

    async def _write(self) -> None:
        snapshot = self._snapshot
        kept = _Kept(
            self._database,
            snapshot.changes,
            [(record.revision, record.value) for record in snapshot.users.values()],
            [(record.revision, record.value) for record in snapshot.numbers.values()],
        )
        try:
            await asyncio.to_thread(self._replace, msgspec.json.encode(kept))
        except OSError as error:
            _log.warning("the team cannot be kept for a start without the database: %s", error)

    def _replace(self, content: bytes) -> None:
        unfinished = self._path.with_name(f"{self._path.name}.part")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(self._path)
