"""The claimer's side of a pickup: one table of what may happen, and what follows."""

from datetime import UTC, datetime

import pytest

from softphone.model.held_call import Dialog, HeldCall
from softphone.policy.pickup.attempt import (
    Abandon,
    Attempt,
    BridgeWanted,
    CallerCame,
    CallMade,
    CallOver,
    CallUp,
    ClaimWithdrawn,
    Fail,
    Lost,
    MakeCall,
    MarkGone,
    MarkPickedUp,
    PickupCommand,
    PickupEvent,
    Silence,
    Stage,
    Succeed,
    Target,
    TimeOver,
    Wait,
    Withdraw,
    Won,
    step,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def held(*, replaces: bool = True, orbit: str = "") -> HeldCall:
    dialog = Dialog("abc", "ours", "theirs", "sip:customer@192.0.2.1", replaces)
    return HeldCall("h", "agent1", "s", "c", "", "sip:x@y", "", "", True, NOW, NOW, dialog, orbit=orbit)


HERE = Won(holder_gone=False)
GONE = Won(holder_gone=True)
LATE = "The caller did not arrive in time."


def run(attempt: Attempt, *events: PickupEvent) -> tuple[Attempt, list[PickupCommand]]:
    commands: list[PickupCommand] = []
    for event in events:
        attempt, more = step(attempt, event)
        commands += more
    return attempt, commands


STORIES: list[tuple[str, Attempt, list[PickupEvent], list[PickupCommand]]] = [
    (
        "the caller comes and the agent talks",
        Attempt(held()),
        [HERE, CallerCame("n"), CallUp()],
        [Wait(), MarkPickedUp(), Succeed()],
    ),
    ("somebody was faster", Attempt(held()), [Lost("Agent Two was faster.")], [Fail("Agent Two was faster.")]),
    (
        "nobody comes in time",
        Attempt(held(replaces=False)),
        [HERE, Silence(), TimeOver()],
        [Wait(), Withdraw(LATE), Fail(LATE)],
    ),
    (
        "a call that is not up in time ends",
        Attempt(held()),
        [GONE, CallMade("n"), TimeOver()],
        [Wait(), MakeCall(Target.CALLER), Abandon(), Withdraw(LATE), Fail(LATE)],
    ),
    (
        "a silent holder's caller is taken over",
        Attempt(held()),
        [HERE, Silence(), CallMade("n"), CallUp()],
        [Wait(), MakeCall(Target.CALLER), MarkPickedUp(), Succeed()],
    ),
    ("silence means nothing once the caller rings here", Attempt(held()), [HERE, CallerCame("n"), Silence()], [Wait()]),
    (
        "a holder who is gone is not waited for",
        Attempt(held(replaces=False)),
        [GONE, CallMade("n"), CallUp()],
        [Wait(), MakeCall(Target.CALLER), MarkPickedUp(), Succeed()],
    ),
    (
        "a phone that does not know Replaces",
        Attempt(held()),
        [GONE, CallMade("n"), CallOver(420)],
        [
            Wait(),
            MakeCall(Target.CALLER),
            Withdraw(
                "The caller's phone does not allow the call to be taken over, and the softphone that held it is gone."
            ),
            Fail(
                "The caller's phone does not allow the call to be taken over, and the softphone that held it is gone."
            ),
        ],
    ),
    (
        "a caller whose dialog is gone",
        Attempt(held()),
        [GONE, CallMade("n"), CallOver(481)],
        [Wait(), MakeCall(Target.CALLER), MarkGone(), Fail("The caller has hung up.")],
    ),
    (
        "the holder joins the two",
        Attempt(held()),
        [HERE, BridgeWanted(), BridgeWanted(), CallMade("n"), CallUp()],
        [Wait(), MakeCall(Target.HOLDER), MarkPickedUp(), Succeed()],
    ),
    (
        "the holder is not reached",
        Attempt(held()),
        [HERE, BridgeWanted(), CallMade("n"), CallOver(480)],
        [
            Wait(),
            MakeCall(Target.HOLDER),
            Withdraw("The softphone that holds the caller was not reached (480)."),
            Fail("The softphone that holds the caller was not reached (480)."),
        ],
    ),
    (
        "the line could not be freed",
        Attempt(held()),
        [GONE, CallMade("", "No line.")],
        [Wait(), MakeCall(Target.CALLER), Withdraw("No line."), Fail("No line.")],
    ),
    (
        "the orbit is dialled",
        Attempt(held(orbit="sip:701@pbx")),
        [HERE, CallMade("n"), CallUp()],
        [Wait(), MakeCall(Target.ORBIT), MarkPickedUp(), Succeed()],
    ),
    (
        "nobody is in the orbit any more",
        Attempt(held(orbit="sip:701@pbx")),
        [HERE, CallMade("n"), CallOver(404)],
        [Wait(), MakeCall(Target.ORBIT), MarkGone(), Fail("The caller has hung up.")],
    ),
    ("the holder takes the caller back", Attempt(held()), [HERE, ClaimWithdrawn("Back.")], [Wait(), Fail("Back.")]),
    (
        "a claim withdrawn too late, with the caller on the line",
        Attempt(held()),
        [HERE, CallerCame("n"), ClaimWithdrawn("Back."), CallUp()],
        [Wait(), MarkPickedUp(), Succeed()],
    ),
    (
        "the caller hangs up before the line is up",
        Attempt(held()),
        [HERE, CallerCame("n"), CallOver(487)],
        [
            Wait(),
            Withdraw("The caller was gone before the line was up."),
            Fail("The caller was gone before the line was up."),
        ],
    ),
    (
        "what comes after the end changes nothing",
        Attempt(held()),
        [HERE, CallerCame("n"), CallUp(), TimeOver(), CallOver(200), ClaimWithdrawn("late")],
        [Wait(), MarkPickedUp(), Succeed()],
    ),
]


@pytest.mark.parametrize(
    ("attempt", "events", "commands"), [row[1:] for row in STORIES], ids=[row[0] for row in STORIES]
)
def test_each_story(attempt: Attempt, events: list[PickupEvent], commands: list[PickupCommand]) -> None:
    assert run(attempt, *events)[1] == commands


EVERYTHING: tuple[PickupEvent, ...] = (
    HERE,
    GONE,
    Lost("x"),
    CallerCame("n"),
    BridgeWanted(),
    Silence(),
    CallMade("n"),
    CallMade("", "x"),
    CallUp(),
    CallOver(404),
    CallOver(481),
    ClaimWithdrawn("x"),
    TimeOver(),
)


def test_every_order_of_events_ends_once_and_never_leaves_a_claim() -> None:
    """Whatever happens in whatever order: one end, and with it the claim is used, given back or never was ours."""
    todo = [
        (Attempt(held(replaces=replaces, orbit=orbit)), False, 0) for replaces in (True, False) for orbit in ("", "o")
    ]
    seen = set(todo)
    while todo:
        attempt, ours, ends = todo.pop()
        for event in EVERYTHING:
            if attempt.stage is Stage.CLAIMING and not isinstance(event, Won | Lost):
                continue
            if isinstance(event, Won | Lost) and attempt.stage is not Stage.CLAIMING:
                continue
            after, commands = step(attempt, event)
            now_ends = ends + sum(isinstance(command, Succeed | Fail) for command in commands)
            assert now_ends <= 1
            assert (after.stage is Stage.DONE) == (now_ends == 1)
            claimed = ours or isinstance(event, Won)
            if now_ends > ends and claimed and not isinstance(event, ClaimWithdrawn):
                assert any(isinstance(command, Withdraw | MarkPickedUp | MarkGone) for command in commands)
            state = (after, claimed, now_ends)
            if state not in seen:
                seen.add(state)
                todo.append(state)
    assert len(seen) > 20
