"""Who may pick a held caller up, in which way, and in which words it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from softphone.errors import GoneError, RefusedError, TakenError, UserFacingError
from softphone.model.actions import Choice, Choose, RequestDial, RequestHold, RequestHoldForAnyone
from softphone.model.held_call import HeldCall
from softphone.model.ua_events import CallEstablished, EngineReady, HoldConfirmed, SipLibrary
from softphone.policy.calls.state import State
from softphone.policy.pickup.permission import Picker, check_pick_up, pick_up_choices
from tests.playbook import Playbook
from tests.unit.policy.calls.world import arrival

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HELD = HeldCall("h1", "agent2", "desk-2", "c1", "", "sip:x@y", "", "", True, NOW, NOW)
HERE = replace(HELD, holder="agent1", station="desk-1")  # held by this very softphone, as its call c1
HOLD, HANG_UP, ANSWER = Choice.HOLD_AND_ANSWER, Choice.HANGUP_AND_ANSWER, Choice.ANSWER
EVERY_WAY = (ANSWER, HOLD, HANG_UP)

ALREADY = "You are picking this caller up already."
RESUME = "This caller is on hold here: choose Resume."
ON_A_CALL = "You are on a call: hold it or hang it up to pick this caller up."
NOT_UP = "The current call is not up yet and cannot be put on hold."
SWITCHING = "Another call is just being put on hold."
FULL = "1 calls at once are the limit."
OFFLINE = "The team's database cannot be reached."


def talking(call: str = "c1") -> Playbook:
    return Playbook() >> arrival(call) >> Choose(call, ANSWER) >> CallEstablished(call, 0.0)


FREE = State()
TALKING = talking().state
HOLDING = (talking() >> RequestHold("c1")).state
ONE_HELD = (talking() >> RequestHoldForAnyone("c1") >> HoldConfirmed("c1")).state
DIALLING = (Playbook() >> RequestDial("c1", "sip:x@example.com")).state
CHANGING_OVER = (talking() >> arrival("c2") >> Choose("c2", HOLD)).state
FULL_LINE = (talking() >> EngineReady(1, 1, "", (), False, SipLibrary("", 1))).state


def picker(state: State, picking: frozenset[str] = frozenset(), offline: str = "") -> Picker:
    return Picker(state, "desk-1", picking, offline)


@pytest.mark.parametrize(
    ("who", "held", "ways"),
    [
        (picker(FREE), HELD, EVERY_WAY),
        (picker(TALKING), HELD, (HOLD, HANG_UP)),
        (picker(HOLDING), HELD, (HOLD, HANG_UP)),
        (picker(ONE_HELD), HELD, EVERY_WAY),
        (picker(DIALLING), HELD, (HANG_UP,)),
        (picker(CHANGING_OVER), HELD, ()),
        (picker(FULL_LINE), HELD, ()),
        (picker(FREE, offline=OFFLINE), HELD, ()),
        (picker(FREE, picking=frozenset({"h1"})), HELD, ()),
        (picker(FREE, picking=frozenset({"h2"})), HELD, EVERY_WAY),
        (picker(FREE), replace(HELD, claimed_by="agent3"), ()),
        (picker(ONE_HELD), HERE, ()),
        (picker(ONE_HELD), replace(HERE, call="gone"), EVERY_WAY),
        (picker(ONE_HELD), replace(HERE, orbit="sip:701@example.com"), EVERY_WAY),
    ],
)
def test_what_is_shown_is_what_is_accepted(who: Picker, held: HeldCall, ways: tuple[Choice, ...]) -> None:
    assert pick_up_choices(who, held) == ways
    for way in EVERY_WAY:
        if way in ways:
            assert check_pick_up(who, held, way) is held
        else:
            with pytest.raises(UserFacingError):
                check_pick_up(who, held, way)


@pytest.mark.parametrize(
    ("who", "held", "way", "refusal", "words"),
    [
        (picker(FREE, offline=OFFLINE), HELD, None, RefusedError, OFFLINE),
        (picker(FREE, offline=OFFLINE), None, None, RefusedError, OFFLINE),
        (picker(FREE), None, None, GoneError, "This caller is not held any more."),
        (picker(FREE, picking=frozenset({"h1"})), HELD, None, RefusedError, ALREADY),
        (picker(FREE), replace(HELD, claimed_by="agent3"), None, TakenError, "agent3 was faster."),
        (picker(ONE_HELD), HERE, None, RefusedError, RESUME),
        (picker(TALKING), HELD, None, RefusedError, ON_A_CALL),
        (picker(TALKING), HELD, ANSWER, RefusedError, ON_A_CALL),
        (picker(DIALLING), HELD, HOLD, RefusedError, NOT_UP),
        (picker(CHANGING_OVER), HELD, HANG_UP, RefusedError, SWITCHING),
        (picker(FULL_LINE), HELD, HOLD, RefusedError, FULL),
    ],
)
def test_every_refusal_in_words(
    who: Picker, held: HeldCall | None, way: Choice | None, refusal: type[UserFacingError], words: str
) -> None:
    with pytest.raises(refusal) as caught:
        check_pick_up(who, held, way)
    assert (type(caught.value), str(caught.value)) == (refusal, words)
