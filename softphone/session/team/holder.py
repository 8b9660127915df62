"""Callers this softphone holds for anyone: their rows in the team's list, and the agents who claim them."""

from __future__ import annotations

from uuid import uuid4

from softphone.model.call_record import Outcome
from softphone.model.held_call import LOST_SECONDS, Claim, HeldCall, HeldEnd
from softphone.policy.calls.events import (
    AskForBridge,
    Claimed,
    ClaimGone,
    Finish,
    ListHeld,
    ListingLost,
    PickedUp,
    RejectClaim,
    TeamCommand,
    UnlistHeld,
)
from softphone.ports import Clock, HeldCalls, TimerHandle
from softphone.session.call_info import CallInfo
from softphone.session.call_manager import CallManager, Step
from softphone.session.identity import Identity
from softphone.session.pickup_token import with_token

_ENDS = {
    Outcome.PICKED_UP: HeldEnd.PICKED_UP,
    Outcome.TRANSFERRED: HeldEnd.HUNG_UP,
    Outcome.LOST: HeldEnd.LOST,
}


class Holder:
    """Keeps one row for each caller held for anyone, from call control's ListHeld to its end."""

    def __init__(self, held_calls: HeldCalls, calls: CallManager, clock: Clock, identity: Identity) -> None:
        self._held_calls, self._calls, self._clock, self._identity = held_calls, calls, clock, identity
        self._left: dict[str, HeldEnd] = {}  # rows whose caller is on the way to a claimer: how they end
        self._tokens: dict[str, str] = {}  # token -> row
        self._lost: dict[str, TimerHandle] = {}  # rows whose dialog died with our user agent
        self._parked: set[str] = set()  # rows of callers who are in a park orbit now: whoever dials it ends them
        self._closing = False

    @property
    def calls(self) -> dict[str, str]:
        """Our calls that are held for anyone here, by the ids of their rows."""
        rows = ((info.row, call) for call, info in self._calls.info.items())
        return {row: call for row, call in rows if row and row not in self._parked}

    def call_of(self, row: str) -> str:
        """Our call this row is about, empty when it is over or another softphone's."""
        return self.calls.get(row, "")

    def call_for(self, token: str) -> str:
        """The call somebody with this token may be joined with, empty when there is none."""
        return self.call_of(self._tokens.get(token, ""))

    def follow(self, step: Step) -> None:
        """Do what call control wants of the team's list."""
        for command in step.commands:
            if isinstance(command, TeamCommand):
                self._carry_out(command)
            elif isinstance(command, Finish):
                self._finished(command, step.info[command.call].row)

    def closing(self) -> None:
        """The softphone is being closed: whoever is held here is hung up, and nobody can be taken over any more."""
        self._closing = True
        for row in tuple(self._lost):
            self._give_up(row)

    # -- what the team's list tells

    def claimed(self, claim: Claim) -> None:
        """Somebody has the right to pick one of our callers up."""
        call = self.call_of(claim.held_call)
        if not call:
            return  # our call is over: the claimer goes to the caller without us
        self._tokens[claim.token] = claim.held_call
        target = with_token(claim.address, claim.token)
        self._calls.feed(Claimed(call, claim.by, self._identity.name_of(claim.by), target))

    def claim_gone(self, row: str, _why: str) -> None:
        """The claim was given back or ran out."""
        self._forget_tokens(row)
        if row in self._left:
            self._held_calls.end(row, self._left.pop(row))
        elif call := self.call_of(row):
            self._calls.feed(ClaimGone(call))

    def ended(self, held: HeldCall, how: HeldEnd) -> None:
        """Somebody else says that the hold is over."""
        self._left.pop(held.id, None)
        if held.id in self._lost:
            self._lost.pop(held.id).cancel()
        call = self.call_of(held.id)
        if call and how is HeldEnd.PICKED_UP:
            self._calls.feed(PickedUp(call))
        elif call:
            self._unlist(call)
            self._calls.feed(ListingLost(call))

    # -- what call control wants

    def _carry_out(self, command: TeamCommand) -> None:
        info = self._calls.info[command.call]
        match command:
            case ListHeld(call, orbit):
                self._list(call, info, orbit)
            case UnlistHeld(call):
                self._held_calls.end(self._unlist(call), HeldEnd.RESUMED)
            case RejectClaim(_, why):
                self._held_calls.withdraw(info.row, why)
            case AskForBridge():
                self._held_calls.ask_for_bridge(info.row)

    def _finished(self, finish: Finish, row: str) -> None:
        self._forget_tokens(row)
        if not row or row in self._parked:
            self._parked.discard(row)
            return
        how = _ENDS.get(finish.outcome, HeldEnd.HUNG_UP if finish.by_agent else HeldEnd.ABANDONED)
        if how is HeldEnd.LOST and self._closing:
            how = HeldEnd.HUNG_UP
        if how is HeldEnd.PICKED_UP:
            self._held_calls.end(row, how, finish.continued_by)
        elif self._is_claimed(row):  # the claimer knows whether the caller has reached them; else the claim runs out
            self._left[row] = how
        elif how is HeldEnd.LOST:
            until = self._clock.monotonic() + LOST_SECONDS
            self._lost[row] = self._clock.call_at(until, lambda: self._give_up(row))
        else:
            self._held_calls.end(row, how)

    def _list(self, call: str, info: CallInfo, orbit: str) -> None:
        row = uuid4().hex
        self._calls.learn(call, row=row)
        if orbit:
            self._parked.add(row)
        self._held_calls.put(
            HeldCall(
                id=row,
                holder=self._identity.me(),
                station=self._held_calls.station,
                call=call,
                remote_name=info.remote.name,
                remote_uri=info.remote.uri,
                tracking_number=info.number.number if info.number else "",
                label=info.number.label if info.number else "",
                direct=info.direct,
                arrived=info.first_arrived or info.arrived,
                held_since=self._held_calls.now(),
                dialog=info.dialog,
                holder_address=self._identity.address(),
                note=info.note,
                orbit=orbit,
                history=info.history,
            )
        )

    def _unlist(self, call: str) -> str:
        row = self._calls.info[call].row
        self._calls.learn(call, row="")
        self._forget_tokens(row)
        return row

    # -- helpers

    def _give_up(self, row: str) -> None:
        """The caller's phone was still there to be taken over for a while; now it is not."""
        self._lost.pop(row).cancel()
        self._held_calls.end(row, HeldEnd.LOST)

    def _forget_tokens(self, row: str) -> None:
        self._tokens = {token: of for token, of in self._tokens.items() if of != row}

    def _is_claimed(self, row: str) -> bool:
        return any(held.claimed_by for held in self._held_calls.held if held.id == row)
