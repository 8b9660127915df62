"""What the simulated softphones of one process have seen, and what it comes to when all are put together."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeVar

import msgspec

T = TypeVar("T")
Moment = tuple[str, str, str, float]  # what, about whom or what, by or at whom, and when on the machine's clock


class Journal(msgspec.Struct):
    """Times are of the monotonic clock, which the processes of one machine share.

    *wrote* and *saw* hold one line for each change and for each softphone that saw it. *delivered* is when each entry
    of the call log was added, and when it was known to be in the database.
    """

    wrote: list[Moment] = []
    saw: list[Moment] = []
    delivered: list[tuple[float, float]] = []
    entries: dict[str, int] = {}
    won: list[tuple[str, str]] = []
    lost: int = 0
    unanswered: int = 0
    problems: list[str] = []
    cpu_seconds: float = 0.0

    @property
    def commits(self) -> list[float]:
        """Seconds from adding an entry until it was in the database."""
        return [there - added for added, there in self.delivered]

    def seen_after(self, what: str) -> list[float]:
        """Seconds from each change of this kind to the moment another softphone saw it.

        The same thing said again later is another change: what is seen belongs to the last one before it.
        """
        written: defaultdict[str, list[float]] = defaultdict(list)
        for _what, key, _by, when in self._of(what, self.wrote):
            written[key].append(when)
        for times in written.values():
            times.sort()
        first: dict[tuple[str, float, str], float] = {}
        for _what, key, at, when in sorted(self._of(what, self.saw), key=lambda moment: moment[3]):
            before = bisect_right(written[key], when)
            if before:
                first.setdefault((key, written[key][before - 1], at), when)
        return [when - changed for (_key, changed, _at), when in first.items()]

    @staticmethod
    def _of(what: str, moments: Iterable[Moment]) -> Iterator[Moment]:
        return (moment for moment in moments if moment[0] == what)


def together(journals: list[Journal]) -> Journal:
    """One journal of all processes."""
    return Journal(
        wrote=_chained(journal.wrote for journal in journals),
        saw=_chained(journal.saw for journal in journals),
        delivered=_chained(journal.delivered for journal in journals),
        entries={login: count for journal in journals for login, count in journal.entries.items()},
        won=_chained(journal.won for journal in journals),
        lost=sum(journal.lost for journal in journals),
        unanswered=sum(journal.unanswered for journal in journals),
        problems=_chained(journal.problems for journal in journals),
        cpu_seconds=sum(journal.cpu_seconds for journal in journals),
    )


def _chained(lists: Iterable[list[T]]) -> list[T]:
    return list(chain.from_iterable(lists))
