"""The guard at the door: every request from the network passes here before PJSIP knows it, or does not pass.

A caller's INVITE that is not for this agent rings nowhere and costs neither memory nor a place: it is dropped, because
an answer would tell a scanner that somebody is here.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from softphone.engine.sip.admission import Door, Source
from softphone.engine.sip.dialog import tag_of
from softphone.engine.sip.message import SipMessage
from softphone.engine.sip.rate_limit import CARRIES_ALL, ONE_CALLER, RateLimit
from softphone.engine.timer_queue import TimerQueue
from softphone.model.sip import header_values
from softphone.model.ua_events import RequestsTurnedAway, TurnedAwaySource

TELL_SECONDS = 10.0  # however many are turned away, the app hears of them this often
TOLD_SOURCES = 5
_MOST_SOURCES = 256  # addresses can be forged
_OTHERS = Source("others", "")
_MOST_INVITES = 1024  # of these a CANCEL is known to be the caller's own
_BRANCH = re.compile(r"^(?:Via|v)[ \t]*:[^\n]*?;[ \t]*branch[ \t]*=[ \t]*([^;,\s]+)", re.I | re.M)


class Verdict(Enum):
    """What becomes of a request."""

    PASS = auto()
    DROP = auto()
    BUSY = auto()


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """A request that PJSIP has read and nobody has acted upon."""

    method: str
    source: Source
    text: str


class Guard:
    """Asks the door and the rate limit, and counts. *door* gives the one of this moment.

    *strangers* is how many callers who are not the registrar's wait for an answer; there can be *places* calls.
    """

    def __init__(
        self,
        door: Callable[[], Door],
        strangers: Callable[[], int],
        places: int,
        limit: RateLimit,
        timers: TimerQueue,
        emit: Callable[[RequestsTurnedAway], None],
    ) -> None:
        self._door = door
        self._strangers = strangers
        self._strangers_places = max(1, places // 4)  # the rest stays free for the registrar's callers
        self._timers = timers
        self._emit = emit
        self._limit = limit
        self._invites: OrderedDict[str, str] = OrderedDict()  # branch of the INVITE, and the address it came from
        self._turned_away: Counter[Source] = Counter()
        self._telling = False
        self.caller_trusted = True  # whether the INVITE that passed last is the registrar's: its call follows at once

    def judge(self, request: IncomingRequest) -> Verdict:
        """Whether PJSIP gets *request*; a refused one is counted."""
        verdict = self._verdict(request)
        if verdict is not Verdict.PASS:
            self._count(request.source)
        elif request.method == "INVITE":
            self._remember(request)
        return verdict

    def _verdict(self, request: IncomingRequest) -> Verdict:
        if request.method == "ACK":
            return _pass_or_drop(is_in_dialog(request.text))
        if request.method == "CANCEL":
            return _pass_or_drop(self._may_cancel(request))
        door = self._door()
        if not door.admits(request.source):
            return _pass_or_drop(is_in_dialog(request.text))
        if self._has_room(request, door) or is_in_dialog(request.text):
            return Verdict.PASS
        return Verdict.BUSY if request.method == "INVITE" else Verdict.DROP

    def _has_room(self, request: IncomingRequest, door: Door) -> bool:
        if door.trusts(request.source):
            return self._limit.allows(request.source.address, CARRIES_ALL)
        if request.method == "INVITE" and self._strangers() >= self._strangers_places:
            return False
        return self._limit.allows(request.source.address, ONE_CALLER)

    def _remember(self, request: IncomingRequest) -> None:
        self.caller_trusted = self._door().trusts(request.source)
        self._invites.setdefault(_branch(request.text), request.source.address)
        while len(self._invites) > _MOST_INVITES:
            self._invites.popitem(last=False)

    def _may_cancel(self, request: IncomingRequest) -> bool:
        """A CANCEL comes the way its INVITE came (RFC 3261 section 9.1): nobody else can end the ringing.

        One whose branch is not known can do no harm when it comes from an address that calls.
        """
        caller = self._invites.get(_branch(request.text))
        address = request.source.address
        return address == caller if caller else address in self._invites.values()

    def _count(self, source: Source) -> None:
        known = source in self._turned_away or len(self._turned_away) < _MOST_SOURCES
        self._turned_away[source if known else _OTHERS] += 1
        if not self._telling:
            self._telling = True
            self._timers.after(0.0, self._tell)

    def _tell(self) -> None:
        """At once for the first, then for all that came within some seconds."""
        self._emit(self.turned_away)
        told = self._turned_away.total()
        self._timers.after(TELL_SECONDS, lambda: self._tell_again(told))

    def _tell_again(self, told: int) -> None:
        if self._turned_away.total() > told:
            self._tell()
        else:
            self._telling = False

    @property
    def turned_away(self) -> RequestsTurnedAway:
        """How many so far, and from where most of them came."""
        most = self._turned_away.most_common(TOLD_SOURCES)
        sources = tuple(TurnedAwaySource(source.address, source.transport, count) for source, count in most)
        return RequestsTurnedAway(self._turned_away.total(), sources)


def is_in_dialog(text: str) -> bool:
    """Whether the request names a dialog: its one To header has a tag (RFC 3261 section 12.2.2).

    Every ACK has: it repeats the To of the answer (section 17.1.1.3). One without ends the wheel's process.
    """
    values = header_values(SipMessage.parse(text).headers, "To")
    return len(values) == 1 and bool(tag_of(values[0]))


def _branch(text: str) -> str:
    """What tells the transaction (RFC 3261 section 17.2.3); empty when it is not written as usual."""
    found = _BRANCH.search(text)
    return found[1] if found else ""


def _pass_or_drop(let_in: bool) -> Verdict:
    return Verdict.PASS if let_in else Verdict.DROP
