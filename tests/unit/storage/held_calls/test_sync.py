"""What newly read rows mean to one softphone, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.storage.held_calls.rows import HeldChange, HeldRow, ask_for_bridge, end, put, set_note, withdraw
from softphone.storage.held_calls.sync import ClaimEnded, ClaimMade, HoldEnded, LocalCopy
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
    copy = LocalCopy("one")
    assert copy.learn([row()]) == []
    assert copy.learn([row(1, "agent2")]) == [ClaimMade(claim(1, "agent2"))]
    assert copy.learn([row(1, "agent2"), row(1, "agent2")]) == []
    assert copy.claims_on("h1") == 1


def test_a_claim_that_is_over_is_told_with_its_reason() -> None:
    copy = LocalCopy("one")
    copy.learn([row(1, "agent2")])
    assert copy.learn([row(1, why="No.")]) == [ClaimEnded("h1", "No.")]
    assert copy.learn([row(1, why="No.")]) == []


def test_two_claims_between_two_looks() -> None:
    copy = LocalCopy("one")
    copy.learn([row(1, "agent2")])
    assert copy.learn([row(2, "agent3", why="No.")]) == [ClaimEnded("h1", "No."), ClaimMade(claim(2, "agent3"))]


def test_a_claim_nobody_has_heard_of_ends_unheard() -> None:
    copy = LocalCopy("one")
    copy.learn([row()])
    assert copy.learn([row(1, why="No.")]) == []


def test_the_claimer_hears_only_that_it_is_over() -> None:
    copy = LocalCopy("agent2's")
    assert copy.learn([row(1, "agent2")]) == []
    assert copy.learn([row(2, "agent3", token=False, why="Late.")]) == [ClaimEnded("h1", "Late.")]


def test_others_hear_nothing_of_claims() -> None:
    copy = LocalCopy("somebody's")
    assert copy.learn([row(), row(1, "agent2", token=False), row(1)]) == []
    assert copy.held == (HELD,)


@pytest.mark.parametrize("station", ["one", "agent2's", "somebody's"])
def test_everybody_hears_of_an_end_once(station: str) -> None:
    copy = LocalCopy(station)
    copy.learn([row(1, "agent2")])
    end = row(1, "agent2", token=False, how=HeldEnd.PICKED_UP)
    assert copy.learn([end]) == [HoldEnded(end.held, HeldEnd.PICKED_UP, "agent2")]
    assert copy.learn([end]) == []
    assert copy.held == ()
    assert copy.ids == frozenset()


def test_an_end_of_what_was_never_seen_is_not_told() -> None:
    assert LocalCopy("one").learn([row(how=HeldEnd.LOST)]) == []


CLAIMED = replace(HELD, claimed_by="agent2", claimed_station="agent2's", wants_bridge=True)


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (put(HELD), None, HELD),
        (put(HELD), CLAIMED, CLAIMED),
        (set_note("h1", "x"), HELD, replace(HELD, note="x")),
        (set_note("h1", "x"), None, None),
        (ask_for_bridge("h1"), HELD, replace(HELD, wants_bridge=True)),
        (withdraw("h1", "why", claims=1), CLAIMED, HELD),
        (withdraw("h1", "why", token="t"), CLAIMED, CLAIMED),
        (end("h1", HeldEnd.RESUMED, ""), HELD, None),
    ],
)
def test_what_was_said_is_shown_before_it_is_written(
    change: HeldChange, before: HeldCall | None, after: HeldCall | None
) -> None:
    assert change.held_call == "h1"
    assert change.shown(before) == after
