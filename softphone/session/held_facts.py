"""What is known of a caller moves along with them when another agent picks them up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from softphone.model.held_call import HeldCall
from softphone.model.ua_events import IncomingCall
from softphone.ports import Clock, NumberPlan
from softphone.session.facts import CallFacts, party
from softphone.session.who import Who


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """Makes the facts of calls that no rule decides on."""

    who: Who
    numbers: NumberPlan
    clock: Clock

    def of(self, held: HeldCall, sip_call_id: str = "") -> CallFacts:
        """Those of a caller who was held for anyone: name, number, tracking number and the way so far."""
        return CallFacts(
            sip_call_id,
            replace(party(held.remote_uri, self.numbers), name=held.remote_name),
            self.who.team().tracking_number(held.tracking_number),
            held.direct,
            started=self.clock.monotonic(),
            arrived=self.clock.now(),
            held_call=held.id,
            continues=held.holder,
            first_arrived=held.arrived,
            history=(*held.history, self._told(held)),
        )

    def of_stranger(self, event: IncomingCall) -> CallFacts:
        """Those of an INVITE that is no caller's."""
        remote = party(event.remote, self.numbers)
        return CallFacts(event.sip_call_id, remote, None, False, event.at, self.clock.now())

    def _told(self, held: HeldCall) -> str:
        since = held.held_since.astimezone().strftime("%H:%M")
        until = self.clock.now().astimezone().strftime("%H:%M")
        note = f" Note: {held.note}" if held.note else ""
        me, holder = self.who.name_of(self.who.me()), self.who.name_of(held.holder)
        return f"{holder} put the caller on hold at {since}, {me} picked them up at {until}.{note}"
