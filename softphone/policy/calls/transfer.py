"""Sending the other side of a call elsewhere by REFER (RFC 3515): a blind transfer, a pickup, a park orbit.

Until that has worked the call stays ours: whatever fails leaves the caller where they were.
"""

from __future__ import annotations

from dataclasses import replace

from softphone.model.actions import RequestTransfer
from softphone.model.call import Call, Phase, Transfer, TransferKind
from softphone.model.call_record import Outcome
from softphone.model.held_call import TOKEN_SECONDS
from softphone.model.ua_commands import HangUp, Refer
from softphone.model.ua_events import ReferProgress, ReferRefused
from softphone.policy.calls.events import (
    AskForBridge,
    Claimed,
    ClaimGone,
    ListHeld,
    PickedUp,
    RejectClaim,
    StartTimer,
    StopTimer,
    Tell,
    Timer,
    TimerKind,
)
from softphone.policy.calls.state import State, Turn

_DIALOG_GONE = 481  # the end of the call is about to be told, or its own time will tell


def request_transfer(turn: Turn, call: Call, action: RequestTransfer) -> None:
    """The agent sends the call on (RFC 5589 section 6, unattended)."""
    _begin(turn, call, Transfer(TransferKind.TRANSFER, action.target, action.target))


def park(turn: Turn, call: Call, orbit: str) -> None:
    """A server is to hold the caller in our place; tried once for each hold."""
    _begin(turn, replace(call, park_tried=True), Transfer(TransferKind.PARK, orbit, orbit))


def claimed(turn: Turn, call: Call, event: Claimed) -> None:
    """An agent has the right to pick this caller up. A call that is just being taken back cannot go."""
    if _can_go(turn.state, call):
        _begin(turn, call, Transfer(TransferKind.PICKUP, event.target, event.name, event.by))
    else:
        turn.want(RejectClaim(call.id, "The caller was just taken back."))


def _can_go(state: State, call: Call) -> bool:
    """Whether the caller can be sent to a claimer at this moment."""
    being_resumed = state.switch is not None and state.switch.to == call.id
    return call.phase is Phase.HELD and call.held_for_anyone and call.transfer is None and not being_resumed


def _begin(turn: Turn, call: Call, transfer: Transfer) -> None:
    turn.put(replace(call, transfer=transfer))
    turn.want(Refer(call.id, transfer.target), StartTimer(_timer(call), TOKEN_SECONDS))


def refer_refused(turn: Turn, call: Call, event: ReferRefused) -> None:
    """The other side does not do REFER. A claimer can still come to us; everybody else has to be told."""
    transfer = call.transfer
    if transfer is None or transfer.bridge or event.code == _DIALOG_GONE:
        return
    if transfer.kind is TransferKind.PICKUP:
        turn.want(AskForBridge(call.id))
    else:
        _give_up(turn, call, f"the other side refuses to be transferred ({event.code})")


def refer_not_sent(turn: Turn, call: Call) -> None:
    """The user agent could not even ask."""
    if call.transfer is not None and not call.transfer.bridge:
        _give_up(turn, call, "the other side refuses to be transferred (not sent)")


def refer_progress(turn: Turn, call: Call, event: ReferProgress) -> None:
    """The other side tells how its call to the target goes."""
    transfer = call.transfer
    if transfer is None or transfer.bridge:
        return
    if 200 <= event.code < 300:
        _arrived(turn, call)
    elif event.final and event.code >= 300:
        _give_up(turn, call, f"{transfer.name} was not reached ({event.code})")


def picked_up(turn: Turn, call: Call, _event: PickedUp) -> None:
    """The team's list says that the claimer has the caller."""
    _arrived(turn, call)


def _arrived(turn: Turn, call: Call) -> None:
    """The other side talks to the target now: our leg ends."""
    transfer = call.transfer
    if transfer is None or transfer.bridge or call.phase is Phase.ENDING:
        return
    outcome = Outcome.PICKED_UP if transfer.kind is TransferKind.PICKUP else Outcome.TRANSFERRED
    why = {
        TransferKind.PICKUP: f"{transfer.name} picked the caller up.",
        TransferKind.TRANSFER: f"The agent transferred the call to {transfer.name}.",
        TransferKind.PARK: f"The caller waits in the park orbit {transfer.name}.",
    }[transfer.kind]
    ending = replace(call.to(Phase.ENDING), outcome=outcome, why=why, continued_by=transfer.by, retry_due=False)
    turn.put(ending)
    if transfer.kind is TransferKind.PARK:
        turn.want(ListHeld(call.id, transfer.target))
    turn.want(StopTimer(_timer(call)), HangUp(call.id))


def claim_gone(turn: Turn, call: Call, _event: ClaimGone) -> None:
    """The claimer does not come: the caller can be picked up again."""
    if call.transfer is not None and call.transfer.kind is TransferKind.PICKUP and not call.transfer.bridge:
        forget(turn, call)


def time_over(turn: Turn, call: Call) -> None:
    """Nothing more was heard of it."""
    if call.transfer is not None and call.phase is not Phase.BRIDGED:
        _give_up(turn, call, f"nothing was heard from {call.transfer.name} in time")


def _give_up(turn: Turn, call: Call, why: str) -> None:
    kind = call.transfer.kind if call.transfer is not None else TransferKind.TRANSFER
    if kind is TransferKind.PICKUP:
        turn.want(RejectClaim(call.id, f"The caller could not be picked up: {why}."))
    words = {
        TransferKind.PICKUP: "The caller was not picked up and is still on hold here",
        TransferKind.TRANSFER: "The call was not transferred and is still yours",
        TransferKind.PARK: "The park orbit did not take the caller, who is on hold here",
    }[kind]
    turn.want(Tell(call.id, f"{words}: {why}."))
    forget(turn, call)


def forget(turn: Turn, call: Call) -> Call:
    """The other side is not sent elsewhere any more."""
    turn.want(StopTimer(_timer(call)))
    return turn.put(replace(call, transfer=None))


def _timer(call: Call) -> Timer:
    return Timer(TimerKind.TRANSFER, call.id)
