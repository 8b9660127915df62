"""What is known of a call beside its phase: who it is, which number they dialled, since when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from softphone.model.held_call import Dialog, HeldCall
from softphone.model.profile import NoAnswer, TrackingNumber
from softphone.model.sip import NameAddr
from softphone.model.ua_events import IncomingCall
from softphone.model.view import Party
from softphone.ports import Clock, NumberPlan
from softphone.session.identity import Identity

LONGEST_NAME = 100  # characters: more than any person or company needs, and two lines of the prompt


@dataclass(frozen=True, slots=True)
class CallInfo:
    """Set when the call appears. *started* and *deadline* are monotonic seconds, *arrived* is UTC.

    *row* is the id of the row the call has in the team's list while it is held for anyone. For a caller who was
    picked up: *continues* is the login of whoever held them, *held_call* the row they were picked up from,
    *first_arrived* when they first came, *history* one sentence for each earlier station of their way.
    """

    sip_call_id: str
    remote: Party
    number: TrackingNumber | None
    direct: bool
    started: float
    arrived: datetime
    deadline: float = 0.0
    next_kind: NoAnswer = NoAnswer.HANG_UP
    next_target: str = ""
    dialog: Dialog = field(default_factory=Dialog)
    row: str = ""
    held_call: str = ""
    continues: str = ""
    first_arrived: datetime | None = None
    history: tuple[str, ...] = ()
    note: str = ""

    @property
    def known_as(self) -> str:
        """What a sentence about the other end calls it."""
        return self.remote.name or self.remote.number


def party(value: str, numbers: NumberPlan) -> Party:
    """The other end as people read it, from a From or To header or an address; a name no longer than fits a screen."""
    address = NameAddr.parse(value)
    return Party(
        shortened(address.name), numbers.for_people(address.user) if address.user else address.uri, address.uri
    )


def shortened(name: str) -> str:
    """What a caller calls themselves may be thousands of characters long."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class InfoSource:
    """Makes the info of calls that no rule decides on."""

    identity: Identity
    numbers: NumberPlan
    clock: Clock

    def of_dialled(self, target: str) -> CallInfo:
        """That of a call to *target*, a SIP URI."""
        return CallInfo("", party(target, self.numbers), None, False, self.clock.monotonic(), self.clock.now())

    def of_held(self, held: HeldCall, sip_call_id: str = "") -> CallInfo:
        """That of a caller who was held for anyone: name, number, tracking number and the way so far go with them."""
        return CallInfo(
            sip_call_id,
            replace(party(held.remote_uri, self.numbers), name=held.remote_name),
            self.identity.team().tracking_number(held.tracking_number),
            held.direct,
            started=self.clock.monotonic(),
            arrived=self.clock.now(),
            held_call=held.id,
            continues=held.holder,
            first_arrived=held.arrived,
            history=(*held.history, self._told(held)),
        )

    def of_claimer(self, event: IncomingCall) -> CallInfo:
        """That of an INVITE with a token: no caller's."""
        remote = party(event.remote, self.numbers)
        return CallInfo(event.sip_call_id, remote, None, False, event.at, self.clock.now())

    def _told(self, held: HeldCall) -> str:
        since = held.held_since.astimezone().strftime("%H:%M")
        until = self.clock.now().astimezone().strftime("%H:%M")
        note = f" Note: {held.note}" if held.note else ""
        me, holder = self.identity.name_of(self.identity.me()), self.identity.name_of(held.holder)
        return f"{holder} put the caller on hold at {since}, {me} picked them up at {until}.{note}"
