"""What is in the database in the end, and what is wrong with it: nothing, unless something was lost or doubled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.bench.team_journal import Journal
from tests.bench.team_plan import Plan
from tests.lab.postgres import PostgresDatabase

_OUT_OF_ORDER = (
    "SELECT count(*) FROM (SELECT split_part(call, '-', 2)::int AS nth,"
    " lag(split_part(call, '-', 2)::int, 1, 0) OVER (PARTITION BY agent ORDER BY id) AS before FROM calls) AS entries"
    " WHERE nth <> before + 1"
)
_OF_EACH = "SELECT agent || ' ' || count(*) FROM calls GROUP BY agent"
_LIVE = "SELECT count(*) FROM held_calls WHERE ended_at IS NULL"
_ENDS = "SELECT id || ' ' || ended_by FROM held_calls WHERE how = 'picked-up'"
_CONTINUED = "SELECT held_call || ' ' || continued_by FROM calls WHERE continued_by <> ''"
_CONTINUES = "SELECT held_call || ' ' || agent FROM calls WHERE continues <> ''"


@dataclass(frozen=True, slots=True)
class Counts:
    """*out_of_order*: entries that do not follow the one their agent added before it, so missing ones count, too."""

    calls: int
    held: int
    entries: int
    expected: int
    doubled: int
    out_of_order: int
    wrong_agents: int
    still_held: int
    tokens: int
    winners: int
    losers: int
    not_one_winner: int
    another_than_the_winner: int

    @classmethod
    def of(cls, database: PostgresDatabase, plan: Plan, journal: Journal) -> Counts:
        """Ask the database, as its superuser, about everything that was planned."""
        won = {f"{held_call} {login}" for held_call, login in journal.won}
        told = [set(_lines(database, question)) for question in (_ENDS, _CONTINUED, _CONTINUES)]
        entries = _number(database, "SELECT count(*) FROM calls")
        of_each = {f"{login} {count}" for login, count in journal.entries.items() if count}
        winners = Counter(held_call for held_call, _login in journal.won)
        return cls(
            calls=plan.calls,
            held=len(plan.held),
            entries=entries,
            expected=plan.calls + len(plan.held),
            doubled=entries - _number(database, "SELECT count(DISTINCT call) FROM calls"),
            out_of_order=_number(database, _OUT_OF_ORDER),
            wrong_agents=len(of_each ^ set(_lines(database, _OF_EACH))),
            still_held=_number(database, _LIVE),
            tokens=_number(database, "SELECT count(*) FROM pickup_tokens"),
            winners=len(journal.won),
            losers=journal.lost,
            not_one_winner=sum(1 for call in plan.held if winners[call.held_call] != 1),
            another_than_the_winner=sum(len(won ^ others) for others in told),
        )

    @property
    def faults(self) -> list[str]:
        """In words; none when all is well."""
        none = {
            "doubled": self.doubled,
            "out of order or missing": self.out_of_order,
            "agents with another number of entries than they added": self.wrong_agents,
            "still held": self.still_held,
            "tokens left": self.tokens,
            "held calls without exactly one winner": self.not_one_winner,
            "rows that name another than the winner": self.another_than_the_winner,
        }
        faults = [f"{what}: {count}" for what, count in none.items() if count]
        if self.entries != self.expected:
            faults.append(f"{self.entries} entries instead of {self.expected}")
        return faults

    def text(self) -> str:
        """For the terminal."""
        log = f"{self.calls} calls, {self.held} of them held for anyone: {self.entries} entries of {self.expected}"
        claims = f"{self.winners} claims won, {self.losers} lost"
        return f"{log}; {claims}; {'; '.join(self.faults) or 'nothing lost, doubled, out of order or left claimed'}"


def _lines(database: PostgresDatabase, question: str) -> list[str]:
    return database.sql(question).splitlines()


def _number(database: PostgresDatabase, question: str) -> int:
    return int(database.sql(question))
