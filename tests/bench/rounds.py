"""The calls: each round calls every phone once, in turn, so that the machine's moods are shared by all alike."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from tests.bench.caller import Call, Caller
from tests.bench.phones import Phone, Program
from tests.bench.problem import BenchError

CALLS = 200
PAUSE_SECONDS = 0.035  # between two INVITEs, whoever gets them: below 30 calls a second
LONGEST_SECONDS = 70.0  # of one kind of round; on a machine too slow for CALLS there are fewer, and the table says so
FREE, WAITING = "agent free", "during a call"
RINGING, PAINTED, ANSWERED = "INVITE → 180", "INVITE → prompt painted", "click on Hold & Answer → 200 OK"

Samples = dict[str, dict[str, list[float]]]


class Rounds:
    """*samples*: milliseconds by measurement and phone."""

    def __init__(self, caller: Caller, phones: Sequence[Phone]) -> None:
        self.samples: Samples = defaultdict(lambda: defaultdict(list))
        self._caller, self._phones = caller, tuple(phones)
        self._current: dict[str, Call] = {}
        self._next_call = 0.0

    def run(self) -> None:
        """All calls; afterwards every phone is free again."""
        self._all(lambda phone: self._ring(phone, FREE).cancel())
        for phone in self._phones:
            self._current[phone.name] = self._answered(phone)
        self._all(lambda phone: self._ring(phone, WAITING).cancel())
        self._all(self._hold_and_answer)
        for call in self._current.values():
            call.bye()

    def _all(self, call: Callable[[Phone], object]) -> None:
        for phone in self._turns():
            self._pause()
            try:
                call(phone)
            except BenchError as problem:
                raise BenchError(f"{phone.name}: {problem}") from None

    def _turns(self) -> Iterator[Phone]:
        """Who is called next: nobody always comes after the same other one."""
        until = time.monotonic() + LONGEST_SECONDS
        for number in range(CALLS):
            if time.monotonic() > until:
                return
            first = number % len(self._phones)
            yield from self._phones[first:] + self._phones[:first]

    def _pause(self) -> None:
        time.sleep(max(0.0, self._next_call - time.monotonic()))
        self._next_call = time.monotonic() + PAUSE_SECONDS

    def _ring(self, phone: Phone, situation: str) -> Call:
        call = self._caller.invite(phone.address)
        self._note(f"{RINGING}, {situation}", phone, call.wait(180) - call.invited_at)
        if isinstance(phone, Program) and phone.paints:
            self._note(f"{PAINTED}, {situation}", phone, phone.painted_at(call.id) - call.invited_at)
        return call

    def _answered(self, phone: Phone) -> Call:
        """A call that the phone has taken."""
        call = self._caller.invite(phone.address)
        call.wait(180)
        self._act(phone, "answer", call)
        return call

    def _hold_and_answer(self, phone: Phone) -> None:
        """The new call takes the place of the one before, which then ends."""
        call = self._caller.invite(phone.address)
        call.wait(180)
        self._note(ANSWERED, phone, self._act(phone, "hold-answer", call))
        self._current[phone.name].bye()
        self._current[phone.name] = call

    def _act(self, phone: Phone, command: str, call: Call) -> float:
        """Seconds from the command to the 200."""
        if isinstance(phone, Program) and phone.paints:
            phone.painted_at(call.id)
        phone.act(command)
        answered_at = call.wait(200)
        return answered_at - phone.acted_at()

    def _note(self, what: str, phone: Phone, seconds: float) -> None:
        self.samples[what][phone.name].append(seconds * 1000)
