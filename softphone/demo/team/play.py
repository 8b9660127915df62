"""The story: one caller too many at agent 1, and what the team makes of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from softphone.demo.team.phone import Phone
from softphone.demo.team.programs import LOOPBACK, DidNotHappenError, until
from softphone.demo.team.stage import DIRECT, QUEUE, TeamStage
from softphone.demo.team.timeline import Timeline
from softphone.errors import UserFacingError

TALK_SECONDS = 2.5
FROZEN_SECONDS = 1.2  # long enough to draw three windows, short enough for nobody to go another way


@dataclass
class PlayResult:
    """What the story leaves for the verdict besides recordings and logs."""

    winner: str = ""
    loser: str = ""
    refusal: str = ""
    pickup_seconds: float = 0.0
    agent1_released: bool = False
    queue_taken_by: str = ""
    mailbox: str = ""
    recalled: bool = False
    logs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class Play:
    """One performance. *pictures*: stand still in the middle of the pickup and draw the windows."""

    def __init__(self, stage: TeamStage, timeline: Timeline, *, pictures: bool) -> None:
        self._stage, self._timeline, self._pictures = stage, timeline, pictures
        self._one, self._others = stage.office.phones[0], stage.office.phones[1:]
        self.outcome = PlayResult()

    def perform(self, stack: ExitStack) -> None:
        """From the first call to the last; *stack* ends the customers. Raises DidNotHappenError."""
        self._first_call()
        self._hold_and_answer()
        self._pick_up()
        self._talk("picked up")
        self._queue(stack)
        self._ignore(stack)
        self._recall()
        self._end()

    def _first_call(self) -> None:
        self._dial(self._stage.alice, DIRECT)
        self._press(self._one, "answer", lambda: self._one.states == ["active"])
        self._talk("first call")

    def _hold_and_answer(self) -> None:
        self._dial(self._stage.bob, DIRECT)
        until(lambda: self._one.status["prompt"]["kind"] == "call-waiting", "the call-waiting prompt at agent1")
        self._press(self._one, "hold-answer", lambda: sorted(self._one.states) == ["active", "held"])
        for phone in self._others:
            until(lambda phone=phone: self._offered(phone), f"the held caller in the list of {phone.login}")  # type: ignore[misc]
            self._timeline.tell(phone.login, "sees in the call log that Alice is held for anyone")

    def _offered(self, phone: Phone) -> bool:
        return any(held["pick_up"] and not held["claimed_by"] for held in phone.status["held_calls"])

    def _pick_up(self) -> None:
        """Both press at the same moment."""
        barrier, done = threading.Barrier(2), dict[str, str]()
        if self._pictures:
            self._stage.alice.freeze()

        def press(phone: Phone) -> None:
            barrier.wait()
            self._timeline.tell(phone.login, "presses Pick up")
            try:
                phone.ask("pickup")
                done[phone.login] = ""
            except UserFacingError as error:
                self._timeline.tell(phone.login, f"is told: {error}")
                done[phone.login] = str(error)

        self._timeline.mark("pick up")
        threads = [threading.Thread(target=press, args=(phone,)) for phone in self._others]
        for thread in threads:
            thread.start()
        if self._pictures:
            self._draw()
        for thread in threads:
            thread.join(40)
        self._judge_race(done)

    def _draw(self) -> None:
        """Alice's telephone stands still meanwhile: everybody sees a pickup under way."""
        started = time.monotonic()
        until(lambda: self._one.status["held_calls"][0]["claimed_by"], "the claim at agent1")
        for phone in self._stage.office.phones:
            phone.draw()
        until(lambda: time.monotonic() - started > FROZEN_SECONDS, "the end of the pause")
        self._stage.alice.thaw()

    def _judge_race(self, done: dict[str, str]) -> None:
        winners = [login for login, refusal in done.items() if not refusal]
        if len(winners) != 1 or len(done) != 2:
            raise DidNotHappenError(f"one winner of the race did not come about: {done}")
        self.outcome.winner = winners[0]
        self.outcome.loser = next(login for login in done if login != winners[0])
        self.outcome.refusal = done[self.outcome.loser]
        self.outcome.pickup_seconds = time.monotonic() - self._timeline.marks["pick up"]
        self._timeline.tell(winners[0], "talks to Alice")
        until(lambda: self._one.states == ["active"], "the end of Alice's call at agent1")
        self.outcome.agent1_released = True

    def _queue(self, stack: ExitStack) -> None:
        """Only the loser is free."""
        loser = self._phone(self.outcome.loser)
        self._timeline.tell("Carol", "calls the queue's number")
        self._stage.carol.start(stack, QUEUE, "-m", "1", f"{LOOPBACK}:{self._stage.office.server.port}")
        until(lambda: loser.status["prompt"]["visible"], f"the queue's caller at {loser.login}")
        self._press(loser, "answer", lambda: loser.states == ["active"])
        self.outcome.queue_taken_by = loser.login

    def _ignore(self, stack: ExitStack) -> None:
        self._timeline.tell("Dave", "calls agent1's direct line")
        self._stage.dave.start(stack, DIRECT, "-m", "1", f"{LOOPBACK}:{self._stage.office.server.port}")
        until(lambda: self._one.status["prompt"]["visible"], "the prompt at agent1")
        self._timeline.tell("agent1", "presses Ignore")
        self._one.ask("ignore")
        until(lambda: "INVITE" in self._stage.box.messages, "Dave's arrival at the voicemail box")
        self.outcome.mailbox = self._stage.box.messages
        self._timeline.tell("voicemail", "takes Dave's message")

    def _recall(self) -> None:
        """Nobody picks Bob up, and agent1 is reminded of him."""
        self._press(self._one, "hold-for-anyone", lambda: self._one.states == ["held"])
        until(lambda: any(call["recall"] for call in self._one.status["calls"]), "the recall at agent1")
        self._timeline.tell("agent1", "is reminded that Bob is still on hold")
        self.outcome.recalled = True
        self._press(self._one, "resume", lambda: self._one.states == ["active"])
        self._talk("second call")

    def _end(self) -> None:
        for customer in (self._stage.alice, self._stage.bob):
            customer.hang_up()
            self._timeline.tell(customer.name, "hangs up")
        for phone in self._stage.office.phones:
            until(lambda phone=phone: not phone.states, f"the end of all calls at {phone.login}")  # type: ignore[misc]
        for phone in self._stage.office.phones:
            until(lambda phone=phone: self._has_log(phone), f"the call log at {phone.login}")  # type: ignore[misc]

    def _has_log(self, phone: Phone) -> bool:
        lines = phone.ask("log", "50")
        self.outcome.logs[phone.login] = lines if isinstance(lines, list) else lines["log"]
        alice = [line for line in self.outcome.logs[phone.login] if line["remote_name"] == "Alice"]
        return len(alice) == 1 + (phone.login == self.outcome.winner)

    # -- helpers

    def _dial(self, customer: Any, number: str) -> None:
        self._timeline.tell(customer.name, "calls agent1's direct line")
        customer.dial(self._stage.office.number(number))
        until(lambda: self._one.status["prompt"]["visible"], f"{customer.name}'s call at agent1")

    def _press(self, phone: Phone, verb: str, outcome: Callable[[], bool]) -> None:
        self._timeline.tell(phone.login, f"presses {_BUTTONS[verb]}")
        phone.ask(verb)
        until(outcome, f"what {_BUTTONS[verb]} promises at {phone.login}")

    def _talk(self, moment: str) -> None:
        self._timeline.mark(moment)
        time.sleep(TALK_SECONDS)
        self._timeline.mark(f"end of {moment}")

    def _phone(self, login: str) -> Phone:
        return next(phone for phone in self._stage.office.phones if phone.login == login)


_BUTTONS = {
    "answer": "Answer",
    "hold-answer": "Hold & Answer",
    "hold-for-anyone": "Hold for anyone",
    "resume": "Resume",
}
