"""The registrar is gone, silent, forgetful or in trouble while a registered agent is in a call: who notices, and when?

    python -m tests.faults.outages        # a part of make faults; names of outages run those only

Told: from the beginning until the window says that the phone is not registered. Back: from the server's return until a
new caller rings. The call in progress must go on: afterwards it is held, resumed and ended by the customer.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from tests.faults.good_caller import GoodCaller
from tests.lab.app import App
from tests.lab.desk import Desk, open_desk
from tests.lab.kamailio import PASSWORD, Kamailio, serving, stoppable_kamailio
from tests.lab.moody_registrar import REFUSING, WELL, Mood, MoodyRegistrar, busy
from tests.lab.ports import free_port
from tests.lab.provisioning import DIRECT, Provisioning
from tests.lab.silent_relay import SilentRelay
from tests.lab.sip_message import got
from tests.lab.waiting import until

HEAD = ("outage", "told", "in words", "back", "call in progress", "lost")
MOST = 60.0
_PROBE_SECONDS = 1.0


@dataclass
class Site:
    """A registered agent in a call, and the server."""

    server: Kamailio
    processes: ExitStack
    relay: SilentRelay
    desk: Desk
    people: ExitStack


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; *told* is None where the window had nothing to say."""

    name: str
    told: float | None
    words: str
    back: float
    call: str
    lost: str = "nothing"

    def __str__(self) -> str:
        told = "–" if self.told is None else f"{self.told:.1f} s"
        return f"| {self.name} | {told} | {self.words or '–'} | {self.back:.1f} s | {self.call} | {self.lost} |"


@dataclass
class Window:
    """What the window says of the registration, from the moment the context is entered."""

    app: App
    said: list[tuple[float, str, str]] = field(default_factory=list)

    def __enter__(self) -> Window:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="window", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            with suppress(Exception):  # a softphone that is stopped says nothing
                status = self.app.status()
                now = (status["registration"], status["registration_text"])
                if not self.said or self.said[-1][1:] != now:
                    self.said.append((time.monotonic(), *now))

    def told(self, since: float) -> tuple[float | None, str]:
        """Seconds until it said something was wrong, and what; None when it never did."""
        return next(((at - since, words) for at, state, words in self.said if state == "failed"), (None, ""))


@contextmanager
def site(transport: str, user: str = "agent1") -> Iterator[Site]:
    """Over UDP straight to the server, over TCP through a relay that can fall silent."""
    with ExitStack() as stack:
        server, processes = stack.enter_context(stoppable_kamailio())
        relay = stack.enter_context(SilentRelay(server.address))
        way = f"sip:127.0.0.1:{relay.port}" if transport == "tcp" else server.registrar(transport)
        account = Provisioning(
            free_port(),
            account=f"sip:{user}@127.0.0.1:{relay.port if transport == 'tcp' else server.port}",
            registrar=way,
            transport=transport,
            password=PASSWORD,
            ca_file=str(server.ca),
        )
        desk = stack.enter_context(open_desk(account, proxy=server.address))
        yield Site(server, processes, relay, stack.enter_context(desk), stack.enter_context(ExitStack()))


def measure(name: str, transport: str, outage: Callable[[Site], float]) -> Row:
    """*outage* returns when the server was back."""
    with site(transport) as here, Window(here.desk.app) as window:
        first = here.people.enter_context(GoodCaller(here.server.address, name="First Caller"))
        first.call(DIRECT)
        here.desk.app.wait_for(lambda s: s["prompt"]["visible"], "the first caller rings")
        here.desk.app.ctl("answer")
        until(lambda: first.live, "the call is up")
        began = time.monotonic()
        back = outage(here)
        reachable = rings(here.server) - back
        told, words = window.told(began)
        return Row(name, told, words, max(0.0, reachable), goes_on(here.desk, first))


def rings(server: Kamailio) -> float:
    """When a caller was told that it rings."""
    give_up = time.monotonic() + MOST
    while time.monotonic() < give_up:
        with GoodCaller(server.address, "+15550102233", "Next Caller") as caller:
            caller.call(DIRECT)
            with suppress(AssertionError):
                until(lambda: caller.over or caller.count(got(180)), "an answer", _PROBE_SECONDS)
            heard = time.monotonic() if caller.count(got(180)) else 0.0
            caller.hang_up()
            if heard:
                return heard
    raise AssertionError("nobody got through")


def goes_on(desk: Desk, first: GoodCaller) -> str:
    """Held, resumed, and ended by the customer."""
    try:
        _becomes(desk, "active")
        for verb, state in (("hold", "held"), ("resume", "active")):
            desk.app.ctl(verb)
            _becomes(desk, state)
    except AssertionError:
        return f"LOST ({_states(desk) or 'it is over'})"
    first.hang_up()
    try:
        desk.app.wait_for(lambda s: not s["calls"], "the end of the call", 40)
    except AssertionError:
        desk.app.ctl("hangup")
        return "goes on; the customer's end of it is not heard"
    return "goes on"


def _becomes(desk: Desk, state: str) -> None:
    until(lambda: _states(desk) == state, f"the call is {state}", 10)


def _states(desk: Desk) -> str:
    return ", ".join(call["state"] for call in desk.app.status()["calls"])


def restart(here: Site) -> float:
    here.processes.close()
    here.processes.enter_context(serving(here.server))
    return time.monotonic()


def down(seconds: float) -> Callable[[Site], float]:
    def outage(here: Site) -> float:
        here.processes.close()
        time.sleep(seconds)
        here.processes.enter_context(serving(here.server))
        return time.monotonic()

    return outage


def silent(seconds: float) -> Callable[[Site], float]:
    def outage(here: Site) -> float:
        here.relay.fall_silent()
        time.sleep(seconds)
        here.relay.speak()
        return time.monotonic()

    return outage


def asleep(here: Site) -> float:
    """Both processes of the softphone stand still for half a minute, as those of a machine that sleeps."""
    stopped = [here.desk.app.process.pid, here.desk.app.engine_pid]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(30)
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    return time.monotonic()


def in_a_mood(name: str, mood: Mood, seconds: float) -> Row:
    """A registrar that is up and refuses; back is when it has accepted."""
    with MoodyRegistrar() as registrar:
        account = f"sip:agent1@127.0.0.1:{registrar.port}"
        with App(Provisioning(free_port(), account=account, registrar=registrar.address, password="any")) as app:
            app.wait_for(lambda s: s["registration"] == "registered", "registered")
            with Window(app) as window:
                began = time.monotonic()
                registrar.mood = mood
                time.sleep(seconds)
                registrar.mood = WELL
                back = time.monotonic()
                app.wait_for(lambda s: s["registration"] == "registered", "registered again", MOST)
                reachable = time.monotonic() - back
                told, words = window.told(began)
            tried = sum(1 for asked in registrar.tries if began <= asked.at < back)
    return Row(name, told, words, reachable, "–", f"nothing; {tried} passwords tried")


OUTAGES: dict[str, Callable[[str], Row]] = {
    "UDP: the server restarts and has forgotten everybody": lambda name: measure(name, "udp", restart),
    "UDP: the server is down for 12 s": lambda name: measure(name, "udp", down(12)),
    "UDP: the server is down for 60 s": lambda name: measure(name, "udp", down(60)),
    "TCP: the server restarts": lambda name: measure(name, "tcp", restart),
    "TLS: the server restarts": lambda name: measure(name, "tls", restart),
    "TCP: half open, the server knows nothing of the connection": lambda name: measure(name, "tcp", silent(0)),
    "TCP: silent for 20 s": lambda name: measure(name, "tcp", silent(20)),
    "TCP: silent for 60 s": lambda name: measure(name, "tcp", silent(60)),
    "UDP: the machine sleeps for 30 s": lambda name: measure(name, "udp", asleep),
    "TCP: the machine sleeps for 30 s": lambda name: measure(name, "tcp", asleep),
    "401 to everything for 35 s": lambda name: in_a_mood(name, REFUSING, 35),
    "503 with Retry-After: 10 for 20 s": lambda name: in_a_mood(name, busy(10), 20),
}


def main() -> None:
    """Print the table."""
    lines = [HEAD, tuple("---" for _ in HEAD)]
    for line in lines:
        sys.stdout.write(f"| {' | '.join(line)} |\n")
    for name, outage in OUTAGES.items():
        if len(sys.argv) < 2 or any(word in name for word in sys.argv[1:]):
            sys.stdout.write(f"{outage(name)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
