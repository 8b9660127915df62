"""Users and tracking numbers, kept in the database and always at hand in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from softphone.errors import ChangedMeanwhileError, GoneError, StillUsedError
from softphone.model.profile import Team, TrackingNumber, UserProfile
from softphone.policy.admin.team_rules import uses_of
from softphone.storage.connection.database import Database
from softphone.storage.connection.listeners import Listeners
from softphone.storage.schema import tracking_numbers, users
from softphone.storage.team.records import Change, TeamSnapshot, begin_change, number_values, read_snapshot, user_values

IMPORT = "settings import"
_NOBODY = TeamSnapshot()


class DatabaseTeamStore:
    """ports.TeamStore: ``team`` is what was read last; every change is one transaction and is read back in it.

    When a change is refused because somebody else was faster, ``team`` is what they have made of it.
    """

    def __init__(self, database: Database, editor: Callable[[], str], snapshot: TeamSnapshot = _NOBODY) -> None:
        self._database = database
        self._editor = editor
        self._snapshot = snapshot
        self._team = snapshot.team()
        self._listeners: Listeners[Team] = Listeners("the team")
        self._keep: Callable[[TeamSnapshot], None] = lambda _snapshot: None

    @classmethod
    async def open(cls, database: Database, editor: Callable[[], str] = lambda: IMPORT) -> DatabaseTeamStore:
        """Read the team; *editor* names whoever changes it here. Raises UserFacingError when that fails."""
        async with database.transaction() as connection:
            return cls(database, editor, await read_snapshot(connection, _NOBODY))

    @property
    def team(self) -> Team:
        """Users by login and tracking numbers by number, as last read."""
        return self._team

    def user_revision(self, login: str) -> int:
        """Revision of this user as last read; 0 when there is none."""
        user = self._snapshot.users.get(login)
        return user.revision if user else 0

    def number_revision(self, e164: str) -> int:
        """Revision of this tracking number as last read; 0 when there is none."""
        number = self._snapshot.numbers.get(e164)
        return number.revision if number else 0

    def on_change(self, listener: Callable[[Team], None]) -> None:
        """Call *listener* with ``team`` after each change, whoever made it."""
        self._listeners.add(listener)

    def remember(self, snapshot: TeamSnapshot) -> None:
        """Begin with this, until the database can be asked."""
        self._snapshot, self._team = snapshot, snapshot.team()

    def keep_in(self, keep: Callable[[TeamSnapshot], None]) -> None:
        """Hand each snapshot of the team to *keep*, for a start without the database."""
        self._keep = keep

    async def put_user(self, user: UserProfile, *, based_on: int | None = None) -> None:
        """Add or replace the user of this login.

        Raises ChangedMeanwhileError, GoneError, or another UserFacingError when it cannot be saved.
        """
        async with self._change() as change:
            await change.check(users, user.login, based_on)
            await change.put(users, [user_values(user)])

    async def put_tracking_number(self, number: TrackingNumber, *, based_on: int | None = None) -> None:
        """Add or replace this number. Raises as ``put_user`` does."""
        async with self._change() as change:
            await change.check(tracking_numbers, number.number, based_on)
            await change.put(tracking_numbers, [number_values(number)])

    async def put_team(self, team: Team) -> None:
        """Add or replace all of these in one transaction; others stay. Raises UserFacingError, changing nothing."""
        if not team.users and not team.tracking_numbers:
            return  # who has nothing to save needs no right to
        async with self._change() as change:
            await change.put(users, [user_values(user) for user in team.users])
            await change.put(tracking_numbers, [number_values(number) for number in team.tracking_numbers])

    async def delete_user(self, login: str, *, based_on: int | None = None) -> None:
        """Take the user out. Raises StillUsedError while numbers or no-answer routes lead to them."""
        async with self._change() as change:
            await change.check(users, login, based_on)
            if uses := uses_of(login, (await read_snapshot(change.connection, self._snapshot)).team()):
                raise StillUsedError(f"The user “{login}”", uses)
            await change.delete(users, login)

    async def delete_tracking_number(self, e164: str, *, based_on: int | None = None) -> None:
        """Take the number out. Raises ChangedMeanwhileError or GoneError."""
        async with self._change() as change:
            await change.check(tracking_numbers, e164, based_on)
            await change.delete(tracking_numbers, e164)

    async def reload(self) -> None:
        """Read again what others may have changed; listeners hear of it. Raises UserFacingError."""
        async with self._database.transaction() as connection:
            snapshot = await read_snapshot(connection, self._snapshot)
        self._show(snapshot)

    async def read_anew(self) -> None:
        """Read everything: the database may be another one than the one last seen. Raises UserFacingError."""
        async with self._database.transaction() as connection:
            snapshot = await read_snapshot(connection, _NOBODY)
        self._take_over(snapshot)

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[Change]:
        try:
            async with self._database.transaction() as connection:
                yield await begin_change(connection, self._editor())
                snapshot = await read_snapshot(connection, self._snapshot)
        except (ChangedMeanwhileError, GoneError, StillUsedError):
            await self.reload()
            raise
        self._show(snapshot)

    def _show(self, snapshot: TeamSnapshot) -> None:
        if snapshot.changes >= self._snapshot.changes:  # else another change of ours was read back first
            self._take_over(snapshot)

    def _take_over(self, snapshot: TeamSnapshot) -> None:
        if snapshot != self._snapshot:
            self._snapshot, self._team = snapshot, snapshot.team()
            self._keep(snapshot)
            self._listeners.tell(self._team)
