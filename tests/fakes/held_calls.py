"""A team's list of held callers without a database: several softphones, one board, everything at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from softphone.errors import GoneError, TakenError, UserFacingError
from softphone.model.colleague import Colleague, TeamHealth
from softphone.model.held_call import TOKEN_SECONDS, Claim, HeldCall, HeldEnd
from tests.fakes.clock import FakeClock

NO_ANSWER = "The team's database does not answer: it is switched off. Try again in a moment."


@dataclass(eq=False)
class FakeTeam:
    """What the team's database holds. Changes are told to every softphone before the call that made them returns.

    ``problem`` says in words why the database cannot be reached; set it with ``go_offline`` and ``come_back``.
    Ended holds are kept in ``ended``, with how and by whom.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    rows: dict[str, HeldCall] = field(default_factory=dict)
    ended: dict[str, tuple[HeldCall, HeldEnd, str]] = field(default_factory=dict)
    claims: dict[str, tuple[Claim, datetime]] = field(default_factory=dict)
    colleagues: dict[str, Colleague] = field(default_factory=dict)
    problem: str = ""
    softphones: list[FakeHeldCalls] = field(default_factory=list)
    waiting: list[Callable[[], None]] = field(default_factory=list)
    watchers: list[Callable[[], None]] = field(default_factory=list)
    _tokens: int = 0

    def softphone(self, login: str, station: str = "") -> FakeHeldCalls:
        """Another softphone of the team."""
        return FakeHeldCalls(login, self, station)

    def write(self, change: Callable[[], None]) -> None:
        """Make the change now, or when the database is back."""
        if self.problem:
            self.waiting.append(change)
        else:
            change()
        self._told_watchers()

    def go_offline(self, problem: str = NO_ANSWER) -> None:
        """The database cannot be reached from now on."""
        self.problem = problem
        self._told_watchers()

    def come_back(self) -> None:
        """The database is there again; what has waited arrives in order."""
        waiting, self.waiting, self.problem = self.waiting, [], ""
        for change in waiting:
            change()
        self._told_watchers()

    def lose(self, station: str) -> None:
        """Nothing is seen of this softphone any more."""
        self.colleagues.pop(station, None)
        for row in [row for row in self.rows.values() if row.station == station]:
            self.rows[row.id] = replace(row, holder_gone=True)
        self.changed()
        self._told_watchers()

    def sweep(self) -> None:
        """Take back every claim that is older than it may get."""
        limit = self.clock.now() - timedelta(seconds=TOKEN_SECONDS)
        for held_call in [name for name, (_, made) in self.claims.items() if made < limit]:
            self.release(held_call, "The caller did not arrive in time.")

    def take(self, held_call: str, claim: Claim) -> Claim:
        """Enter this claim if nobody else has one."""
        self.sweep()
        row = self.rows.get(held_call)
        if row is None:
            raise GoneError("This caller is not held any more.")
        if row.claimed_by:
            raise TakenError(row.claimed_by)
        self._tokens += 1
        made = replace(claim, token=f"token-{self._tokens}")
        self.rows[held_call] = replace(row, claimed_by=claim.by, claimed_station=claim.station)
        self.claims[held_call] = (made, self.clock.now())
        self.changed()
        for softphone in self.softphones:
            if softphone.station == row.station:
                softphone.tell_claim(made)
        return made

    def release(self, held_call: str, why: str) -> None:
        """End the claim on this caller, if there is one; the caller stays held."""
        row = self.rows.get(held_call)
        if row is None or not row.claimed_by:
            return
        del self.claims[held_call]
        self.rows[held_call] = replace(row, claimed_by="", claimed_station="", wants_bridge=False)
        self.changed()
        for softphone in self.softphones:
            if softphone.station in (row.station, row.claimed_station):
                softphone.tell_claim_gone(held_call, why)

    def finish(self, held_call: str, how: HeldEnd, by: str) -> None:
        """End the hold; whoever is first says how."""
        row = self.rows.pop(held_call, None)
        if row is None:
            return
        self.claims.pop(held_call, None)
        self.ended[held_call] = (row, how, by)
        self.changed()
        for softphone in self.softphones:
            softphone.tell_end(row, how, by)

    def alter(self, held_call: str, **values: str | bool) -> None:
        """Change columns of a row that is still there."""
        if row := self.rows.get(held_call):
            self.rows[held_call] = replace(row, **values)  # type: ignore[arg-type]
            self.changed()

    def changed(self) -> None:
        """Tell every softphone."""
        for softphone in self.softphones:
            softphone.tell_change()

    def _told_watchers(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()


class FakeHeldCalls:
    """ports.HeldCalls of one softphone; ``log`` keeps what it was told to do, one tuple each."""

    def __init__(self, login: str = "agent1", team: FakeTeam | None = None, station: str = "") -> None:
        self.login = login
        self.team = team if team is not None else FakeTeam()
        self.station = station or f"station-{login}"
        self.log: list[tuple[str, ...]] = []
        self._on_change: list[Callable[[], None]] = []
        self._on_claim: list[Callable[[Claim], None]] = []
        self._on_claim_gone: list[Callable[[str, str], None]] = []
        self._on_end: list[Callable[[HeldCall, HeldEnd, str], None]] = []
        self.team.softphones.append(self)

    @property
    def held(self) -> tuple[HeldCall, ...]:
        return tuple(sorted(self.team.rows.values(), key=lambda row: row.held_since))

    def now(self) -> datetime:
        return self.team.clock.now()

    def put(self, held: HeldCall) -> None:
        def change() -> None:
            self.team.rows.setdefault(held.id, held)
            self.team.changed()

        self._write(change, "put", held.id)

    def set_note(self, held_call: str, note: str) -> None:
        self._write(lambda: self.team.alter(held_call, note=note), "note", held_call, note)

    def ask_for_bridge(self, held_call: str) -> None:
        self._write(lambda: self.team.alter(held_call, wants_bridge=True), "bridge", held_call)

    async def claim(self, held_call: str, address: str) -> Claim:
        self.log.append(("claim", held_call, address))
        if self.team.problem:
            raise UserFacingError(self.team.problem)
        return self.team.take(held_call, Claim(held_call, self.login, self.station, address, ""))

    def withdraw(self, held_call: str, why: str) -> None:
        self._write(lambda: self.team.release(held_call, why), "withdraw", held_call, why)

    def end(self, held_call: str, how: HeldEnd, by: str = "") -> None:
        self._write(lambda: self.team.finish(held_call, how, by), "end", held_call, how, by)

    def on_change(self, listener: Callable[[], None]) -> None:
        self._on_change.append(listener)

    def on_claim(self, listener: Callable[[Claim], None]) -> None:
        self._on_claim.append(listener)

    def on_claim_gone(self, listener: Callable[[str, str], None]) -> None:
        self._on_claim_gone.append(listener)

    def on_end(self, listener: Callable[[HeldCall, HeldEnd, str], None]) -> None:
        self._on_end.append(listener)

    def tell_change(self) -> None:
        for listener in tuple(self._on_change):
            listener()

    def tell_claim(self, claim: Claim) -> None:
        for listener in tuple(self._on_claim):
            listener(claim)

    def tell_claim_gone(self, held_call: str, why: str) -> None:
        for listener in tuple(self._on_claim_gone):
            listener(held_call, why)

    def tell_end(self, row: HeldCall, how: HeldEnd, by: str) -> None:
        for listener in tuple(self._on_end):
            listener(row, how, by)

    def _write(self, change: Callable[[], None], *entry: str) -> None:
        self.log.append(entry)
        self.team.write(change)


class FakeTeamLink:
    """ports.TeamLink of a shared database that does what the FakeTeam does."""

    def __init__(self, team: FakeTeam | None = None, *, shared: bool = True) -> None:
        self._team = team if team is not None else FakeTeam()
        self._shared = shared
        self._listeners: list[Callable[[TeamHealth], None]] = []
        self._told = self.health
        self._team.watchers.append(self._look)

    @property
    def health(self) -> TeamHealth:
        return TeamHealth(not self._team.problem, self._team.problem, len(self._team.waiting), self._shared)

    def on_change(self, listener: Callable[[TeamHealth], None]) -> None:
        self._listeners.append(listener)

    def _look(self) -> None:
        if self.health != self._told:
            self._told = self.health
            for listener in tuple(self._listeners):
                listener(self._told)
