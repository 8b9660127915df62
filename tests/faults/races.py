"""Two things at once, a thousand times each, a little earlier or later every time.

Afterwards no line is taken, and the call log agrees with the wire: a call was answered when the caller got a 200, and
has one line whatever became of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from random import Random

from softphone.errors import UserFacingError
from tests.faults.good_caller import GoodCaller
from tests.faults.row import Fault
from tests.faults.subject import Subject
from tests.lab.provisioning import DIRECT
from tests.lab.sip_message import asked, got
from tests.lab.waiting import until

KIND = "race"
EVERY, CHOICE = 1000, 20
CHUNK = 50
APART_SECONDS = 0.04  # between the first and the last of what happens at once
REFUSALS = (488, 491, 500, 408, 481)
ENDS_THE_CALL = (408, 481)  # RFC 3261 section 12.2.1.2
Race = Callable[["Scene"], None]


class Scene:
    """One schedule: the callers of it, and chance."""

    def __init__(self, subject: Subject, chance: Random) -> None:
        self.subject, self.chance = subject, chance
        self.callers: list[GoodCaller] = []

    def caller(self) -> GoodCaller:
        """Somebody who rings, or waits."""
        caller = self._new()
        caller.call(DIRECT)
        self.subject.wait_for(lambda _: self.call_of(caller), "the caller rings")
        return caller

    def talking(self) -> GoodCaller:
        """Somebody the agent has answered."""
        caller = self.caller()
        self.subject.ask("answer")
        until(lambda: caller.live, "the call is up")
        self.subject.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the call is active")
        return caller

    def late_caller(self) -> GoodCaller:
        """Somebody who has not called yet."""
        return self._new()

    def call_of(self, caller: GoodCaller) -> str:
        """The softphone's id of this caller's call, or an empty string."""
        calls = self.subject.app.status()["calls"]
        return next((str(call["id"]) for call in calls if call["sip_call_id"] == caller.call_id), "")

    def ask(self, verb: str, arg: str = "") -> None:
        """The agent is a moment too late: then it is refused."""
        with suppress(UserFacingError):
            self.subject.ask(verb, arg)

    def together(self, *actions: Callable[[], object]) -> None:
        """All at once, in any order, a little apart."""
        threads = [
            threading.Timer(self.chance.uniform(0.0, APART_SECONDS), action)
            for action in self.chance.sample(actions, len(actions))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def settled(self) -> None:
        """No call is under way to anything: each is ringing, waiting, active, held or gone."""
        between = {"answering", "dialing", "holding", "resuming", "ending"}
        self.subject.wait_for(
            lambda s: not between & {call["state"] for call in s["calls"]}, "nothing is stuck half way", 10.0
        )

    def _new(self) -> GoodCaller:
        number = len(self.callers)
        caller = self.subject.caller(user=f"+1555010{4400 + number}", name=f"Racer {number}")
        self.callers.append(caller)
        return caller


def answer_against_cancel(scene: Scene) -> None:
    """The agent answers while the caller gives up."""
    caller = scene.caller()
    call = scene.call_of(caller)
    scene.together(partial(scene.ask, "answer", call), caller.hang_up)


def both_hang_up(scene: Scene) -> None:
    """BYE against BYE."""
    caller = scene.talking()
    call = scene.call_of(caller)
    scene.together(partial(scene.ask, "hangup", call), caller.hang_up)


def both_offer(scene: Scene) -> None:
    """Two re-INVITEs cross: 491 for either or both."""
    caller = scene.talking()
    scene.together(partial(scene.ask, "hold"), caller.offer_again)
    scene.settled()
    assert caller.live, "the call goes on"


def hold_refused(scene: Scene) -> None:
    """The call goes on, or is over where RFC 3261 says that it is."""
    caller = scene.talking()
    caller.holds = scene.chance.choice(REFUSALS)
    scene.ask("hold")
    scene.settled()
    states = [call["state"] for call in scene.subject.app.status()["calls"]]
    assert states == ["active"] or (caller.holds in ENDS_THE_CALL and not states), f"{caller.holds}: {states}"


def hold_unanswered(scene: Scene) -> None:
    """Silence for 32 s, then the transaction has failed."""
    caller = scene.talking()
    caller.holds = 0
    scene.ask("hold")
    scene.subject.wait_for(lambda s: "holding" not in [c["state"] for c in s["calls"]], "an end of the hold", 40.0)


def bye_during_hold(scene: Scene) -> None:
    """The caller hangs up somewhere around the hold, the agent perhaps resumes."""
    caller = scene.talking()
    later = [partial(scene.ask, "resume")] if scene.chance.random() < 0.5 else []
    scene.together(partial(scene.ask, "hold"), caller.hang_up, *later)


def invite_and_bye_cross(scene: Scene) -> None:
    """The BYE is sent when the hold is seen, and before its answer."""
    caller = scene.talking()
    caller.bye_first = True
    scene.ask("hold")
    until(lambda: caller.over, "the BYE")


def invites_repeated_and_merged(scene: Scene) -> None:
    """The same INVITE again and again, some by another way (RFC 3261 section 8.2.2.2)."""
    caller = scene.late_caller()
    caller.call(DIRECT)
    branches = [scene.chance.choice(("", f"merged{number}")) for number in range(4)]
    scene.together(*(partial(caller.send_again, branch=branch) for branch in branches))
    scene.subject.wait_for(lambda _: scene.call_of(caller), "the caller rings")
    seen = [call for call in scene.subject.app.status()["calls"] if call["sip_call_id"] == caller.call_id]
    assert len(seen) == 1, "one caller, once"
    scene.together(partial(scene.ask, "answer"), caller.send_again)


def third_at_hangup_and_answer(scene: Scene) -> None:
    """Hangup & Answer for the second caller, who gives up, while a third one calls."""
    scene.talking()
    second, third = scene.caller(), scene.late_caller()
    call = scene.call_of(second)
    scene.together(partial(scene.ask, "hangup-answer", call), second.hang_up, partial(third.call, DIRECT))
    scene.settled()
    scene.subject.wait_for(lambda _: scene.call_of(third), "the third caller is there")


RACES: dict[str, Race] = {
    "answer against CANCEL": answer_against_cancel,
    "hang-ups from both sides": both_hang_up,
    "re-INVITEs cross": both_offer,
    "hold refused": hold_refused,
    "BYE during hold": bye_during_hold,
    "INVITE and BYE cross": invite_and_bye_cross,
    "INVITEs repeated and merged": invites_repeated_and_merged,
    "third INVITE at Hangup & Answer": third_at_hangup_and_answer,
}


def faults(seed: int, thorough: bool) -> Iterator[Fault]:
    """Each race a thousand times in rows of fifty; a hold without an answer takes half a minute, so a few of those."""
    for name, race in RACES.items():
        for start in range(0, EVERY if thorough else CHOICE, CHUNK):
            count = CHUNK if thorough else CHOICE
            yield Fault(
                KIND,
                f"{name}, from {start}",
                count,
                partial(_run, race=race, seed=f"{seed}/{name}/{start}", count=count),
                False,
            )
    if thorough:
        yield Fault(
            KIND, "hold without an answer", 3, partial(_run, race=hold_unanswered, seed=f"{seed}", count=3), False
        )


def _run(subject: Subject, race: Race, seed: str, count: int) -> str:
    """The first schedule after which something was wrong."""
    subject.part()
    chance = Random(seed)
    for number in range(count):
        scene = Scene(subject, chance)
        try:
            race(scene)
            _end(scene)
            _compare(scene)
        except (AssertionError, UserFacingError) as error:
            return f"schedule {number} of {seed}: {str(error).splitlines()[0]}"
        finally:
            subject.part()
    return ""


def _end(scene: Scene) -> None:
    """Everybody hangs up; then no line may be taken."""
    with ExitStack() as stack:
        for caller in scene.callers:
            stack.callback(caller.hang_up)
    scene.subject.wait_for(lambda s: not s["calls"] and not s["waiting"], "no line stays taken", 10.0)


def _compare(scene: Scene) -> None:
    """A CANCEL and a 200 that cross leave both sides with a reason for theirs: answered, or given up."""
    for caller in scene.callers:
        line = scene.subject.app.logged(caller.call_id)
        answered = caller.count(got(200)) > 0
        crossed = answered and caller.count(asked("CANCEL")) > 0 and line["outcome"] == "abandoned"
        in_log = f"in the log {line['answered']} {line['outcome']}"
        assert bool(line["answered"]) == answered or crossed, f"on the wire {answered}, {in_log}"
