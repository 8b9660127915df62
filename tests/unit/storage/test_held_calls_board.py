"""What newly read rows mean to one softphone, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.storage.held_calls_board import ClaimGone, ClaimMade, Ended, HeldBoard
from softphone.storage.held_calls_rows import HeldRow, unclaimed
from softphone.storage.held_calls_writes import AskForBridge, End, Put, SetNote, Withdraw, Write
from tests.unit.storage.desks import held_by
from tests.unit.storage.samples import MORNING

HELD = held_by("agent1", "one", "h1", MORNING)


def row(claims: int = 0, by: str = "", *, token: bool = True, why: str = "", how: HeldEnd | None = None) -> HeldRow:
    """The row after so many claims; the last one is *by*'s, or over."""
    held = replace(HELD, claimed_by=by, claimed_station=by and f"{by}'s")
    return HeldRow(held, claims, claim(claims, by) if by and token else None, why, how, "agent2" if how else "")


def claim(number: int, by: str) -> Claim:
    return Claim("h1", by, f"{by}'s", "sip:x@192.0.2.1", f"token {number}")


def test_a_holder_hears_of_each_claim_once() -> None:
    board = HeldBoard("one")
    assert board.learn([row()]) == []
    assert board.learn([row(1, "agent2")]) == [ClaimMade(claim(1, "agent2"))]
    assert board.learn([row(1, "agent2"), row(1, "agent2")]) == []
    assert board.claims_on("h1") == 1


def test_a_claim_that_is_over_is_told_with_its_reason() -> None:
    board = HeldBoard("one")
    board.learn([row(1, "agent2")])
    assert board.learn([row(1, why="No.")]) == [ClaimGone("h1", "No.")]
    assert board.learn([row(1, why="No.")]) == []


def test_two_claims_between_two_looks() -> None:
    board = HeldBoard("one")
    board.learn([row(1, "agent2")])
    assert board.learn([row(2, "agent3", why="No.")]) == [ClaimGone("h1", "No."), ClaimMade(claim(2, "agent3"))]


def test_a_claim_nobody_has_heard_of_ends_unheard() -> None:
    board = HeldBoard("one")
    board.learn([row()])
    assert board.learn([row(1, why="No.")]) == []


def test_the_claimer_hears_only_that_it_is_over() -> None:
    board = HeldBoard("agent2's")
    assert board.learn([row(1, "agent2")]) == []
    assert board.learn([row(2, "agent3", token=False, why="Late.")]) == [ClaimGone("h1", "Late.")]


def test_others_hear_nothing_of_claims() -> None:
    board = HeldBoard("somebody's")
    assert board.learn([row(), row(1, "agent2", token=False), row(1)]) == []
    assert board.held == {"h1": unclaimed(HELD)}


@pytest.mark.parametrize("station", ["one", "agent2's", "somebody's"])
def test_everybody_hears_of_an_end_once(station: str) -> None:
    board = HeldBoard(station)
    board.learn([row(1, "agent2")])
    end = row(1, "agent2", token=False, how=HeldEnd.PICKED_UP)
    assert board.learn([end]) == [Ended(end.held, HeldEnd.PICKED_UP, "agent2")]
    assert board.learn([end]) == []
    assert board.held == {}
    assert board.ids == frozenset()


def test_an_end_of_what_was_never_seen_is_no_news() -> None:
    assert HeldBoard("one").learn([row(how=HeldEnd.LOST)]) == []


CLAIMED = replace(HELD, claimed_by="agent2", claimed_station="agent2's", wants_bridge=True)


@pytest.mark.parametrize(
    ("write", "before", "after"),
    [
        (Put(HELD), None, HELD),
        (Put(HELD), CLAIMED, CLAIMED),
        (SetNote("h1", "x"), HELD, replace(HELD, note="x")),
        (SetNote("h1", "x"), None, None),
        (AskForBridge("h1"), HELD, replace(HELD, wants_bridge=True)),
        (Withdraw("h1", "why", claims=1), CLAIMED, HELD),
        (Withdraw("h1", "why", token="t"), CLAIMED, CLAIMED),
        (End("h1", HeldEnd.RESUMED, ""), HELD, None),
    ],
)
def test_what_was_said_is_shown_before_it_is_written(
    write: Write, before: HeldCall | None, after: HeldCall | None
) -> None:
    assert write.held_call == "h1"
    assert write.show(before) == after
