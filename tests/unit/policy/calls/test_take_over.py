"""The agent goes on with a caller somebody else holds: no rule decides but what becomes of the agent's own call."""

from __future__ import annotations

import pytest

from softphone.model.actions import Choice, Choose, RequestDial, RequestHold
from softphone.model.call import IllegalTransitionError, Phase
from softphone.model.call_record import Direction, Outcome
from softphone.model.sip import Header
from softphone.model.ua_commands import CutSound, Dial, HangUp, Hold, OutliveApp, Respond
from softphone.model.ua_events import CallEnded, CallEstablished, EngineReady, HoldConfirmed, SipLibrary
from softphone.model.view import PromptKind
from softphone.policy.calls.events import (
    Finish,
    ListHeld,
    PickupArrived,
    StartTimer,
    TakeOver,
    Timer,
    TimerFired,
    TimerKind,
)
from softphone.policy.calls.prompt import prompt_of
from tests.playbook import Playbook

from .world import arrival

HOLD, HANG_UP = Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER
RING = Timer(TimerKind.RING_TIME, "n")
DIAL = Dial("n", "sip:customer@example.com", (Header("Replaces", "abc;to-tag=1;from-tag=2"),))
WHY = "The agent picked the caller up."


def talking() -> Playbook:
    return Playbook() >> arrival("c1") >> Choose("c1", Choice.ANSWER) >> CallEstablished("c1", 0.0)


def dialling() -> Playbook:
    return Playbook() >> RequestDial("c1", "sip:x@example.com")


class TestTheCallerComes:
    @pytest.mark.parametrize("choice", [HOLD, HANG_UP])
    def test_to_a_free_agent(self, choice: Choice) -> None:
        book = Playbook() >> PickupArrived("n", choice) << [Respond("n", 200)]
        assert book.timers[0] == StartTimer(RING, 30.0)
        assert (book.call("n").direct, book.call("n").why) == (True, WHY)

    def test_whatever_the_agent_says_of_themselves(self) -> None:
        book = talking() >> RequestHold("c1") >> HoldConfirmed("c1")
        book >> PickupArrived("n", HOLD) << [Respond("n", 200)]

    def test_and_the_current_call_is_held_for_anyone(self) -> None:
        book = talking() >> PickupArrived("n", HOLD) << [Respond("n", 180), CutSound("c1", True), Hold("c1")]
        book >> HoldConfirmed("c1") << [Respond("n", 200), ListHeld("c1"), OutliveApp("c1", True)]

    def test_and_the_current_call_ends(self) -> None:
        talking() >> PickupArrived("n", HANG_UP) << [HangUp("c1"), Respond("n", 200)]

    def test_while_the_current_call_cannot_be_held_yet_and_waits_at_the_prompt(self) -> None:
        book = dialling() >> PickupArrived("n", HOLD) << [Respond("n", 180)]
        assert (prompt_of(book.state), book.call("n").phase) == (PromptKind.CALL_WAITING, Phase.WAITING)

    @pytest.mark.parametrize("choice", [HOLD, HANG_UP])
    def test_while_the_agent_changes_over_and_waits_at_the_prompt(self, choice: Choice) -> None:
        book = talking() >> arrival("c2") >> Choose("c2", HOLD) >> PickupArrived("n", choice) << [Respond("n", 180)]
        assert book.call("n").phase is Phase.WAITING

    def test_and_is_hung_up_on_when_the_claim_has_run_out(self) -> None:
        book = dialling() >> PickupArrived("n", HOLD) >> TimerFired(RING)
        book << [Respond("n", 480, headers=(Header("Reason", 'Q.850;cause=19;text="No answer"'),))]


class TestTheAgentCalls:
    def test_with_a_free_line(self) -> None:
        book = Playbook() >> TakeOver(DIAL, HOLD) << [DIAL]
        assert book.call("n").phase is Phase.DIALING
        book >> CallEnded("n", 486, "Busy Here", True, 0.0)
        book << [Finish("n", Direction.OUTGOING, Outcome.FAILED, "The other side answered 486 Busy Here.", False)]

    def test_after_the_current_call_is_on_hold_for_anyone(self) -> None:
        book = talking() >> TakeOver(DIAL, HOLD) << [CutSound("c1", True), Hold("c1")]
        book >> HoldConfirmed("c1") << [DIAL, ListHeld("c1"), OutliveApp("c1", True)]
        assert book.call("n").instead_of == "c1"

    def test_after_hanging_up(self) -> None:
        talking() >> TakeOver(DIAL, HANG_UP) << [HangUp("c1"), DIAL]

    @pytest.mark.parametrize(
        ("book", "words"),
        [
            (dialling, "the current call is not up yet and cannot be put on hold"),
            (
                lambda: talking() >> EngineReady(1, 1, "", (), False, SipLibrary("", 1)),
                "1 calls at once are the limit",
            ),
        ],
    )
    def test_not_when_the_line_cannot_be_freed(self, book, words: str) -> None:
        there = book()
        before = there.state
        with pytest.raises(IllegalTransitionError) as caught:
            there >> TakeOver(DIAL, HOLD)
        assert (str(caught.value), there.state) == (words, before)
