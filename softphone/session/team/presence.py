"""Tells the team what this agent is doing, and knows what the others are."""

from __future__ import annotations

from collections.abc import Callable

from softphone.model.call import ON_A_CALL
from softphone.model.colleague import Availability, Colleague
from softphone.model.profile import AgentStatus
from softphone.policy.calls.state import State
from softphone.ports import Presence
from softphone.session.call_manager import Step

_STATUS = {
    AgentStatus.AVAILABLE: Availability.FREE,
    AgentStatus.DO_NOT_DISTURB: Availability.AWAY,
    AgentStatus.WRAP_UP: Availability.WRAP_UP,
    AgentStatus.OFFLINE: Availability.AWAY,
}

_MOST_REACHABLE_FIRST = tuple(Availability)


def availability_of(state: State) -> Availability:
    """A call counts more than what agents say of themselves."""
    if any(call.phase in ON_A_CALL for call in state.calls):
        return Availability.ON_A_CALL
    return _STATUS[state.status]


class PresenceReporter:
    """Says each change once; *warn* hears in words that somebody else uses this agent's login."""

    def __init__(self, presence: Presence, me: Callable[[], str], warn: Callable[[str], None]) -> None:
        self._presence = presence
        self._me = me
        self._warn = warn
        self._said: Availability | None = None
        self._warned: set[str] = set()

    @property
    def colleagues(self) -> tuple[Colleague, ...]:
        """One entry for each colleague who is there, where they are most reachable; this agent left out."""
        best: dict[str, Colleague] = {}
        for colleague in self._presence.colleagues:
            known = best.get(colleague.login)
            if colleague.login != self._me() and (known is None or _rank(colleague) < _rank(known)):
                best[colleague.login] = colleague
        return tuple(best[login] for login in sorted(best))

    def follow(self, step: Step) -> None:
        """Announce what has changed."""
        now = availability_of(step.state)
        if now is not self._said:
            self._said = now
            self._presence.announce(now)

    def look_for_doubles(self) -> None:
        """Somebody has come, gone, or changed what they do."""
        for colleague in self._presence.colleagues:
            if colleague.login == self._me() and colleague.login and colleague.station not in self._warned:
                self._warned.add(colleague.station)
                where = f" on {colleague.host}" if colleague.host else ""
                self._warn(
                    f"Another softphone{where} is in use as “{colleague.login}” too. "
                    "Calls and pickups may reach either; close one of the two."
                )


def _rank(colleague: Colleague) -> int:
    return _MOST_REACHABLE_FIRST.index(colleague.availability)
