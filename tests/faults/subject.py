"""An agent in the middle of a call: the softphone as its user has it, and a customer with a good telephone.

``examine`` proves that it all still works by using it: a new caller rings, *Hold & Answer* takes them while the first
caller takes part in the hold, both hear the agent, the first call is resumed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psutil

from softphone.errors import UserFacingError
from tests.faults.good_caller import GoodCaller
from tests.faults.row import Fault, Row, Verdict
from tests.faults.stranger import Stranger
from tests.lab.app import OFFSCREEN, App
from tests.lab.ports import free_port
from tests.lab.provisioning import DIRECT, Provisioning
from tests.lab.waiting import PATIENCE, until
from ui.app.control_client import ControlClient

PROOF_SECONDS = 15.0
_REDIAL_SECONDS = 0.1
_A_MISTAKE = "Traceback (most recent call last)"


class Subject:
    """The agent. A softphone that is gone is replaced, and so is a call."""

    def __init__(self, provisioning: Provisioning, environment: dict[str, str]) -> None:
        self._provisioning, self._environment = provisioning, environment
        self._stack = ExitStack()
        self._people = ExitStack()
        self.customer: GoodCaller | None = None
        self._mistakes = 0

    def __enter__(self) -> Subject:
        self._open()
        return self

    def __exit__(self, *exception: object) -> None:
        self._people.close()
        self._stack.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where the softphone listens."""
        return "127.0.0.1", self._provisioning.port

    @property
    def customer_in_call(self) -> GoodCaller:
        """The customer the agent talks to."""
        assert self.customer is not None
        return self.customer

    # --- what the agent does ---

    def ask(self, verb: str, arg: str = "") -> Any:
        """``ctl`` without a process of its own for each word. Raises UserFacingError when it is refused."""
        with ControlClient(str(self.app.data / "control.sock")) as client:
            return client.request(verb, arg)

    def caller(self, **script: Any) -> GoodCaller:
        """Somebody who is there for as long as the call."""
        return self._people.enter_context(GoodCaller(self.address, **script))

    def talk(self) -> None:
        """Be in a call, and in no other."""
        if self.customer is not None and not self.customer.live:
            self.part()
        if self.customer is None:
            self.turn_everybody_away()
            self.customer = self.caller(name="First Caller")
            self.customer.call(DIRECT)
            self.wait_for(lambda s: s["prompt"]["visible"], "the first caller rings")
            self.ask("answer")
            until(lambda: self.customer_in_call.live, "the first call is up")
            self.wait_for(lambda s: self._states(s) == ["active"], "the first call is active")

    def part(self) -> None:
        """No call is left."""
        self._people.close()
        self._people = ExitStack()
        self.customer = None
        self.turn_everybody_away()

    def turn_everybody_away(self, keep: str = "") -> None:
        """Every call but that with the SIP Call-ID *keep* is over. Raises AssertionError when one stays."""

        def gone() -> bool:
            others = [call for call in self.app.status()["calls"] if call["sip_call_id"] != keep]
            for call in others:
                with suppress(UserFacingError):
                    self.ask("ignore" if call["state"] in ("ringing", "waiting") else "hangup", call["id"])
            return not others

        until(gone, lambda: f"no line stays taken: {self.app.status()['calls']}", PROOF_SECONDS)

    def wait_for(self, condition: Callable[[dict[str, Any]], object], what: str, timeout: float = PATIENCE) -> None:
        """Wait for a status of the softphone."""
        self.app.wait_for(condition, what, timeout)

    # --- what becomes of them ---

    def row(self, fault: Fault) -> Row:
        """Inflict *fault* and look what is left."""
        if fault.on_call:
            self.talk()
        engine = self.engine_pid
        try:
            lost = fault.inflict(self)
        except (AssertionError, UserFacingError, OSError) as error:
            lost = str(error).splitlines()[0]
        verdict = self.examine(engine, fault.on_call)
        if lost:
            verdict.lost.insert(0, lost)
        return Row(fault, verdict)

    @property
    def engine_pid(self) -> int:
        return self.app.engine_pid

    def alive(self, engine: int) -> bool:
        """Whether this engine still runs."""
        try:
            return bool(psutil.Process(engine).status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def examine(self, engine: int, on_call: bool = True) -> Verdict:
        """Use everything once. *engine* is the process it had before."""
        began = time.monotonic()
        with Stranger(self.address) as stranger:  # what was sent has been read, or its reader is dead and followed
            stranger.ping(PROOF_SECONDS)
        verdict = Verdict(engine=self.alive(engine), call=None)
        if not self._app_answers():
            self._start_anew()
            return Verdict(verdict.engine, False, False if on_call else None, None, ["the window"])
        if not verdict.engine:
            self.wait_for(lambda s: s["engine"]["pid"] not in (0, engine), "an engine is back", 40)
        self._take_part(verdict, on_call, began)
        if mistakes := self._new_mistakes():
            verdict.lost.append(f"{mistakes} exceptions in the log")
        return verdict

    def _take_part(self, verdict: Verdict, on_call: bool, began: float) -> None:
        customer = self.customer
        if on_call:
            verdict.call = verdict.engine and customer is not None and bool(customer.live)
        with self._noting(verdict, "a line"):
            self.turn_everybody_away(customer.call_id if verdict.call and customer else "")
        with self._noting(verdict, "the next call"):
            verdict.next_call = self._next_call(bool(verdict.call)) - began
        if verdict.call:
            verdict.call = False
            with self._noting(verdict, "the call"):
                self._go_on()
                verdict.call = True
        if on_call and not verdict.call:
            self.part()

    def _next_call(self, hold: bool) -> float:
        """When somebody new was answered: whoever is told that the agent is busy calls again. They hear the agent."""
        give_up = time.monotonic() + PROOF_SECONDS
        while True:
            with GoodCaller(self.address, user="+15550102233", name="Next Caller") as caller:
                caller.call(DIRECT)
                until(lambda: caller.over or self.app.status()["waiting"], "the next caller rings", PROOF_SECONDS)
                if not caller.over:
                    return self._serve(caller, hold)
            assert time.monotonic() < give_up, "every caller is refused"
            time.sleep(_REDIAL_SECONDS)

    def _serve(self, caller: GoodCaller, hold: bool) -> float:
        self.ask("hold-answer" if hold else "answer")
        until(lambda: caller.live, "the next caller is answered", PROOF_SECONDS)
        answered = time.monotonic()
        until(lambda: len(caller.talk.sound.packets) > 5, "sound for the next caller", PROOF_SECONDS)
        caller.hang_up()
        self.wait_for(lambda s: caller.call_id not in str(s["calls"]), "the next caller is gone", PROOF_SECONDS)
        return answered

    def _go_on(self) -> None:
        """The caller takes part in a hold, if not in the one before, and hears the agent again."""
        if self._states(self.app.status()) == ["active"]:
            self.ask("hold")
            self.wait_for(lambda s: self._states(s) == ["held"], "the call is held", PROOF_SECONDS)
        self.ask("resume")
        self.wait_for(lambda s: self._states(s) == ["active"], "the call is resumed", PROOF_SECONDS)
        heard = len(self.customer_in_call.talk.sound.packets)
        until(lambda: len(self.customer_in_call.talk.sound.packets) > heard + 5, "sound in the call", PROOF_SECONDS)

    @contextmanager
    def _noting(self, verdict: Verdict, what: str) -> Iterator[None]:
        try:
            yield
        except (AssertionError, UserFacingError, OSError, IndexError) as error:
            verdict.lost.append(f"{what} ({str(error).splitlines()[0]})")

    # --- the program ---

    def _open(self) -> None:
        self.app = self._stack.enter_context(App(self._provisioning, self._environment))
        self._mistakes = 0
        self._new_mistakes()

    def _start_anew(self) -> None:
        self._people.close()
        self._people, self.customer = ExitStack(), None
        with suppress(AssertionError):
            self._stack.close()
        self._stack = ExitStack()
        self._open()

    def _app_answers(self) -> bool:
        try:
            self.app.status()
        except (OSError, UserFacingError):
            return False
        return self.app.process is not None and self.app.process.poll() is None

    def _new_mistakes(self) -> int:
        """Tracebacks in the log since the last look."""
        before, self._mistakes = self._mistakes, self.app.log.count(_A_MISTAKE)
        return self._mistakes - before

    @staticmethod
    def _states(status: dict[str, Any]) -> list[str]:
        return [call["state"] for call in status["calls"]]


@contextmanager
def subject(library: str = "", **provisioning: Any) -> Iterator[Subject]:
    """An agent on *library*, a folder with another pjsua2 than the environment's, or on that."""
    environment = OFFSCREEN | ({"PYTHONPATH": library} if library else {})
    with Subject(Provisioning(free_port(), **provisioning), environment) as made:
        yield made
