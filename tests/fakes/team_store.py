"""A team without a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from softphone.errors import ChangedMeanwhileError, GoneError, StillUsedError, UserFacingError
from softphone.model.profile import Team, TrackingNumber, UserProfile
from softphone.policy.admin.team_rules import uses_of


class FakeTeamStore:
    """ports.TeamStore in memory; refuses to change anything with ``problem`` while that is set.

    Whoever is faster than the one under test is called ``somebody``.
    """

    def __init__(self, *users: UserProfile, numbers: Sequence[TrackingNumber] = ()) -> None:
        self.team = Team(users, numbers)
        self.problem = ""
        self.somebody = "Admin Two"
        self._changes = 1
        self._revisions = dict.fromkeys(self._records(), self._changes)
        self._listeners: list[Callable[[Team], None]] = []

    def user_revision(self, login: str) -> int:
        return self._revisions.get(login, 0)

    def number_revision(self, e164: str) -> int:
        return self._revisions.get(e164, 0)

    async def put_user(self, user: UserProfile, *, based_on: int | None = None) -> None:
        self._check(user.login, based_on)
        await self.put_team(Team([user]))

    async def put_tracking_number(self, number: TrackingNumber, *, based_on: int | None = None) -> None:
        self._check(number.number, based_on)
        await self.put_team(Team([], [number]))

    async def put_team(self, team: Team) -> None:
        if self.problem:
            raise UserFacingError(self.problem)
        users = {user.login: user for user in (*self.team.users, *team.users)}
        numbers = {number.number: number for number in (*self.team.tracking_numbers, *team.tracking_numbers)}
        changed = [*(user.login for user in team.users), *(number.number for number in team.tracking_numbers)]
        self._changes += 1
        self._revisions |= dict.fromkeys(changed, self._changes)
        self._become(Team(users.values(), numbers.values()))

    async def delete_user(self, login: str, *, based_on: int | None = None) -> None:
        self._check(login, based_on)
        self._must_be_there(login)
        if uses := uses_of(login, self.team):
            raise StillUsedError(login, uses)
        del self._revisions[login]
        self._become(Team([user for user in self.team.users if user.login != login], self.team.tracking_numbers))

    async def delete_tracking_number(self, e164: str, *, based_on: int | None = None) -> None:
        self._check(e164, based_on)
        self._must_be_there(e164)
        del self._revisions[e164]
        self._become(Team(self.team.users, [n for n in self.team.tracking_numbers if n.number != e164]))

    def on_change(self, listener: Callable[[Team], None]) -> None:
        self._listeners.append(listener)

    def _check(self, key: str, based_on: int | None) -> None:
        if self.problem:
            raise UserFacingError(self.problem)
        now = self._revisions.get(key, 0)
        if based_on:
            self._must_be_there(key)
        if based_on is not None and based_on != now:
            raise ChangedMeanwhileError(key, self.somebody)

    def _must_be_there(self, key: str) -> None:
        if key not in self._revisions:
            raise GoneError(f"{key} was deleted meanwhile.")

    def _records(self) -> list[str]:
        return [*(u.login for u in self.team.users), *(n.number for n in self.team.tracking_numbers)]

    def _become(self, team: Team) -> None:
        self.team = team
        for listener in self._listeners:
            listener(team)
