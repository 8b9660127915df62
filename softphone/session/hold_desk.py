"""Callers this softphone holds for anyone: their rows in the team's list, and the agents who claim them."""

from __future__ import annotations

from uuid import uuid4

from softphone.model.call import Phase, Way
from softphone.model.call_record import Outcome
from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.policy.events import AskForBridge, Claimed, ClaimGone, Finish, PickedUp, RejectClaim
from softphone.ports import Clock, HeldCalls, TimerHandle
from softphone.session.addresses import with_token
from softphone.session.call_manager import CallManager
from softphone.session.facts import CallFacts
from softphone.session.who import Who

_ENDS = {
    Outcome.PICKED_UP: HeldEnd.PICKED_UP,
    Outcome.TRANSFERRED: HeldEnd.HUNG_UP,
    Outcome.LOST: HeldEnd.LOST,
}


LOST_SECONDS = 90.0
"""How long a caller whose dialog died with our user agent can still be taken over."""


class HoldDesk:
    """Keeps one row for each caller held for anyone, from the confirmed hold to its end."""

    def __init__(
        self,
        held_calls: HeldCalls,
        calls: CallManager,
        clock: Clock,
        who: Who,
    ) -> None:
        self._held_calls = held_calls
        self._calls = calls
        self._clock = clock
        self._who = who
        self._rows: dict[str, str] = {}  # call -> row
        self._left: dict[str, tuple[HeldEnd, str]] = {}  # rows whose caller is on the way to a claimer: how they end
        self._tokens: dict[str, str] = {}  # token -> row
        self._lost: dict[str, TimerHandle] = {}  # rows whose dialog died with our user agent
        self._closing = False
        held_calls.on_claim(self._claimed)
        held_calls.on_claim_gone(self._claim_gone)
        held_calls.on_end(self._ended)

    def row_of(self, call: str) -> str:
        """The id of the row of this call, empty when it has none."""
        return self._rows.get(call, "")

    def call_of(self, row: str) -> str:
        """Our call this row is about, empty when it is over or another softphone's."""
        return next((call for call, mine in self._rows.items() if mine == row), "")

    def call_for(self, token: str) -> str:
        """The call somebody with this token may be joined with, empty when there is none."""
        return self.call_of(self._tokens.get(token, ""))

    def follow(self) -> None:
        """Write down what has changed since the last step."""
        for call in self._calls.state.calls:
            being_parked = call.passing is not None and call.passing.way is Way.PARK
            if call.phase is Phase.HELD and call.held_for_anyone and call.id not in self._rows and not being_parked:
                self._begin(call.id, self._calls.facts[call.id])
            elif call.id in self._rows and not call.held_for_anyone:
                self._held_calls.end(self._forget(call.id), HeldEnd.RESUMED)

    def finished(self, finish: Finish, facts: CallFacts) -> str:
        """The call is over; the id of the row it had, if it had one."""
        if finish.parked:
            return self._begin(finish.call, facts, self._calls.state.rules.park_orbit)
        if finish.call not in self._rows:
            return ""
        row = self._forget(finish.call)
        how = _ENDS.get(finish.outcome, HeldEnd.HUNG_UP if finish.by_agent else HeldEnd.ABANDONED)
        if how is HeldEnd.LOST and self._closing:
            how = HeldEnd.HUNG_UP
        claimer = self._claimer_of(row)
        if how is HeldEnd.PICKED_UP:
            self._held_calls.end(row, how, finish.continued_by)
        elif claimer:  # the claimer knows whether the caller has reached them; else the claim runs out
            self._left[row] = (how, "")
        elif how is HeldEnd.LOST:
            until = self._clock.monotonic() + LOST_SECONDS
            self._lost[row] = self._clock.call_at(until, lambda: self._give_up(row))
        else:
            self._held_calls.end(row, how)
        return row

    def closing(self) -> None:
        """The softphone is being closed: whoever is held here is hung up, and nobody can be taken over any more."""
        self._closing = True
        for row in tuple(self._lost):
            self._give_up(row)

    def _give_up(self, row: str) -> None:
        """The caller's phone was still there to be taken over for a while; now it is not."""
        self._lost.pop(row).cancel()
        self._held_calls.end(row, HeldEnd.LOST)

    def carry_out(self, command: RejectClaim | AskForBridge) -> None:
        """What call control wants of the team's list."""
        row = self.row_of(command.call)
        if isinstance(command, RejectClaim):
            self._held_calls.withdraw(row, command.why)
        else:
            self._held_calls.ask_for_bridge(row)

    def _begin(self, call: str, facts: CallFacts, orbit: str = "") -> str:
        row = HeldCall(
            id=uuid4().hex,
            holder=self._who.me(),
            station=self._held_calls.station,
            call=call,
            remote_name=facts.remote.name,
            remote_uri=facts.remote.uri,
            tracking_number=facts.number.number if facts.number else "",
            label=facts.number.label if facts.number else "",
            direct=facts.direct,
            arrived=facts.first_arrived or facts.arrived,
            held_since=self._held_calls.now(),
            dialog=facts.dialog,
            holder_address=self._who.address(),
            note=facts.note,
            orbit=orbit,
            history=facts.history,
        )
        if not orbit:
            self._rows[call] = row.id
        self._held_calls.put(row)
        return row.id

    def _forget(self, call: str) -> str:
        row = self._rows.pop(call)
        self._tokens = {token: of for token, of in self._tokens.items() if of != row}
        return row

    def _claimer_of(self, row: str) -> str:
        return next((held.claimed_by for held in self._held_calls.held if held.id == row), "")

    def _claimed(self, claim: Claim) -> None:
        call = self.call_of(claim.held_call)
        if not call:
            return  # our call is over: the claimer goes to the caller without us
        self._tokens[claim.token] = claim.held_call
        target = with_token(claim.address, claim.token)
        self._calls.feed(Claimed(call, claim.by, self._who.name_of(claim.by), target))

    def _claim_gone(self, row: str, _why: str) -> None:
        self._tokens = {token: of for token, of in self._tokens.items() if of != row}
        if row in self._left:
            self._held_calls.end(row, *self._left.pop(row))
        elif call := self.call_of(row):
            self._calls.feed(ClaimGone(call))

    def _ended(self, held: HeldCall, how: HeldEnd, _by: str) -> None:
        """Said by somebody else. One given up as lost while we were cut off, but still here, is listed anew."""
        self._left.pop(held.id, None)
        if held.id in self._lost:
            self._lost.pop(held.id).cancel()
        call = self.call_of(held.id)
        if call and how is HeldEnd.PICKED_UP:
            self._calls.feed(PickedUp(call))
        elif call:
            self._forget(call)
            self.follow()
