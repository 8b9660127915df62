"""A caller who is on hold for anyone: who it is, who holds them, and what it takes to pick them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TOKEN_SECONDS = 30.0
"""How long a claim and its one-time token live."""
LOST_SECONDS = 90.0
"""After so long without its softphone a hold is over."""

LOST_SECONDS = 90.0
"""How long a caller can still be taken over after the softphone, or the user agent, that held them has gone."""

PICKUP_PARAMETER = "pickup"
"""The URI parameter that carries the token; it arrives in the To header of the INVITE it leads to."""


class HeldEnd(StrEnum):
    """The one way each hold for anyone ends."""

    RESUMED = "resumed"  # the holder took the caller back
    PICKED_UP = "picked-up"  # another agent goes on with the caller
    HUNG_UP = "hung-up"  # the holder hung up
    ABANDONED = "abandoned"  # the caller gave up
    LOST = "lost"  # the holder's softphone went away and nobody picked the caller up in time


@dataclass(frozen=True, slots=True)
class Dialog:
    """What identifies the holder's dialog with the caller (RFC 3261 section 12), as the holder sees it.

    *local_tag* is the holder's, *remote_tag* the caller's; *remote_target* is the caller's Contact, a SIP URI.
    *replaces* says whether the caller's phone understands Replaces (RFC 3891).
    """

    sip_call_id: str = ""
    local_tag: str = ""
    remote_tag: str = ""
    remote_target: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class HeldCall:
    """One row of the shared list. Times are the team's (see ports.HeldCalls.now), timezone-aware UTC.

    *id* is unique for ever, *holder* a login, *station* the softphone that holds the caller, *call* its own
    id of the call, *holder_address* the SIP URI that softphone takes a bridging call at. *orbit* is the address
    of a server that holds the caller in the holder's place, or empty. *history* is one sentence for each
    earlier station of this caller's way, oldest first. *claimed_by* is a login while somebody picks the caller up.
    *wants_bridge* says that the caller's side refused REFER: the claimer has to call *holder_address*.
    *holder_gone* says that nothing has been seen of *station* for a while.
    """

    id: str
    holder: str
    station: str
    call: str
    remote_name: str
    remote_uri: str
    tracking_number: str
    label: str
    direct: bool
    arrived: datetime
    held_since: datetime
    dialog: Dialog = Dialog()
    holder_address: str = ""
    note: str = ""
    orbit: str = ""
    history: tuple[str, ...] = ()
    claimed_by: str = ""
    claimed_station: str = ""
    wants_bridge: bool = False
    holder_gone: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One agent's right to one held call, for TOKEN_SECONDS. *address* is where the caller is to be sent, a SIP URI.

    *token* is known to the claimer and the holder alone.
    """

    held_call: str
    by: str
    station: str
    address: str
    token: str

    def __repr__(self) -> str:
        return f"Claim({self.held_call!r}, by={self.by!r}, address={self.address!r})"
