"""An office of three agents for tests: real softphones, one PostgreSQL, one Kamailio, as docs/team.md sets them up."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from softphone.demo.team.page import AGENTS, page_folder
from softphone.demo.team.phone import Phone
from softphone.demo.team.programs import find, run
from softphone.demo.team.stage import Office, open_office
from softphone.demo.team.voices import VOICES, listen
from softphone.errors import NotRunningError, UserFacingError
from tests.lab.baresip import Baresip
from tests.lab.linphone import Linphone
from tests.lab.modern_baresip import ModernBaresip
from tests.lab.ports import free_port
from tests.lab.scripted_customer import ScriptedCustomer
from tests.lab.signal import Recording, level
from tests.lab.sip_message import listing
from tests.lab.sipp import Party, Script
from tests.lab.waiting import until

DIRECT, QUEUE = "+15551230001", "+15551230010"
HEARD = -45.0
RECENT_SECONDS = 0.5
Customer = Baresip | ModernBaresip | Linphone | Party | ScriptedCustomer
KINDS = ("baresip 1.0", "baresip 4.10", "linphone", "sipp")
CUSTOMER_HZ = 760
Held = dict[str, Any]


class Team:
    """The office, the people who call it in one test, and what may be done to its database and its phones."""

    def __init__(self, office: Office, events: list[tuple[str, Mapping[str, object]]], stack: ExitStack) -> None:
        self.office, self.events, self._stack = office, events, stack
        self.one, self.two, self.three = office.phones[:3]
        self._customers = ExitStack()

    # --- customers ---

    def customer(self, kind: str) -> Customer:
        """Somebody with a telephone of this kind, who has not called yet, or with SIPp calls at once."""
        made: dict[str, Callable[[], Customer]] = {
            "baresip 1.0": lambda: Baresip(hz=CUSTOMER_HZ),
            "baresip 4.10": lambda: ModernBaresip(hz=CUSTOMER_HZ),
            "linphone": lambda: Linphone(hz=CUSTOMER_HZ),
            "sipp": lambda: Party(
                Script(dialled=DIRECT, hz=CUSTOMER_HZ, user="+15550102299"), self.office.server.address
            ),
        }
        customer = made[kind]()
        self._customers.enter_context(customer)
        if not isinstance(customer, Party):
            customer.dial(self.office.number(DIRECT))
        return customer

    def scripted(self, **habits: Any) -> ScriptedCustomer:
        """Somebody whose telephone does what the test wants; has called agent1's direct line."""
        customer = self._customers.enter_context(ScriptedCustomer(self.office.server.address, hz=CUSTOMER_HZ))
        for name, value in habits.items():
            setattr(customer.habits, name, value)
        customer.dial(DIRECT)
        return customer

    def dismiss(self) -> None:
        """Nobody is on the line any more, nobody rings, nobody is held."""
        self._customers.close()
        self._customers = ExitStack()
        for phone in self.office.phones:
            wait_for(phone, lambda s: not s["calls"] and not s["prompt"]["visible"], "nobody is left on the line")
            wait_for(phone, lambda s: not s["held_calls"], "nobody is left on hold")

    def put_right(self) -> None:
        """After a test: everybody is at their softphone, the database runs, nobody is on the line."""
        for phone in self.office.phones:
            if not phone.runs:
                self.start_again(phone)
        self.database_is_back()
        self.dismiss()

    # --- agents ---

    def answered(self, phone: Phone) -> None:
        """The caller who rings here is answered."""
        wait_for(phone, lambda s: s["prompt"]["visible"], "a caller rings")
        phone.ask("answer")
        wait_for(phone, lambda s: "active" in states(s), "the caller is answered")

    def held_for_anyone(self, phone: Phone | None = None) -> Held:
        """The caller on the line here is put on hold for anyone; what the other agents see of it."""
        phone = phone or self.one
        before = {held["id"] for held in phone.status["held_calls"]}
        phone.ask("hold-for-anyone")
        return self.sees_held(self.two if phone is self.one else self.one, lambda held: held["id"] not in before)

    def sees_held(self, phone: Phone, which: Callable[[Held], object] = bool) -> Held:
        """A held caller in this agent's list."""
        status = wait_for(phone, lambda s: any(map(which, s["held_calls"])), "a held caller in the list")
        return next(filter(which, status["held_calls"]))

    def name_of(self, phone: Phone) -> str:
        """What colleagues call this agent."""
        names = {"agent1": "Agent One", "agent2": "Agent Two", "agent3": "Agent Three", "agent4": "Agent Four"}
        return names[phone.login]

    def nobody_rings(self) -> None:
        """At no agent."""
        for phone in self.office.phones:
            assert not phone.status["prompt"]["visible"], (phone.login, phone.status)

    def log_of(self, phone: Phone, held: str) -> list[dict[str, Any]]:
        """The lines of the call log about the way of this held caller, oldest first, as this agent sees them."""
        lines = [line for line in log(phone) if line["held_call"] == held]
        return sorted(lines, key=lambda line: str(line["arrived"]))

    # --- the database ---

    @property
    def database_processes(self) -> list[psutil.Process]:
        """All of PostgreSQL's, the first first."""
        with suppress(FileNotFoundError, psutil.NoSuchProcess):
            first = psutil.Process(int((self.office.cluster.data / "postmaster.pid").read_text().split()[0]))
            return [first, *first.children(recursive=True)]
        return []

    def freeze_database(self) -> None:
        """It stands still: connections stay up, and nobody answers any more."""
        for process in self.database_processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)

    def thaw_database(self) -> None:
        for process in self.database_processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)

    def kill_database(self) -> None:
        """A crash: every connection is gone."""
        self._pg_ctl("-m", "immediate", "stop")

    def start_database(self) -> None:
        log = str(self.office.cluster.folder / "postgresql.log")
        self._pg_ctl("-l", log, "start")

    def database_is_back(self) -> None:
        """It runs, and every softphone has noticed."""
        self.thaw_database()
        if not self.database_processes:
            self.start_database()
        for phone in self.office.phones:
            wait_for(phone, lambda s: s["team"]["online"] and not s["team"]["waiting"], "the database is back", 60)

    def sql(self, statement: str) -> str:
        """Asked as the superuser."""
        return self.office.cluster.sql(statement, "softphone")

    def _pg_ctl(self, *arguments: str) -> None:
        cluster = self.office.cluster
        run([find("pg_ctl"), "-w", "-s", "-D", str(cluster.data), *arguments], user=cluster.user, cwd=cluster.folder)

    # --- the phones' processes ---

    def kill(self, phone: Phone) -> None:
        """The app dies on the spot, and its engine with it only if that cannot live alone."""
        os.kill(phone.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            until(lambda: not psutil.pid_exists(phone.pid) or psutil.Process(phone.pid).status() == "zombie", "its end")

    def start_again(self, phone: Phone) -> None:
        """After it was killed."""
        phone.start(self._stack)
        phone.wait_until_ready()


def states(status: Mapping[str, Any]) -> list[str]:
    """Of the calls, in order of the alphabet."""
    return sorted(call["state"] for call in status["calls"])


def wait_for(phone: Phone, condition: Callable[[dict[str, Any]], object], what: str, timeout: float = 20.0) -> Any:
    """The first status of this phone for which this is true."""
    last: dict[str, Any] = {}

    def fitting() -> dict[str, Any] | None:
        with suppress(NotRunningError):
            last.clear()
            last.update(phone.status)
            return last if condition(last) else None
        return None

    return until(fitting, lambda: f"{what} at {phone.login}: {last}", timeout)


def log(phone: Phone) -> list[dict[str, Any]]:
    """What ``softphone ctl log --json`` prints."""
    lines = phone.ask("log", "200")
    return lines if isinstance(lines, list) else lines["log"]


def ear(customer: Customer) -> Recording:
    """What a customer has heard in the last moments."""
    match customer:
        case Party():
            return customer.sound.recording(time.monotonic() - RECENT_SECONDS)
        case ScriptedCustomer():
            return customer.talk.sound.recording(time.monotonic() - RECENT_SECONDS)
        case Baresip():
            files = sorted(customer.directory.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime)
            return _end_of(files[-1] if files else customer.directory / "none", 8000)
        case ModernBaresip():
            return _end_of(customer.recording, 8000)
        case _:
            return _end_of(customer.recording, customer.recording_rate)


def _end_of(file: Path, rate: int) -> Recording:
    heard = listen(file, rate)
    return Recording(heard.samples[-round(RECENT_SECONDS * rate) :], rate)


def hears_customer(phone: Phone) -> None:
    """This agent hears the customer now."""
    until(lambda: level(_end_of(phone.heard, 16000), CUSTOMER_HZ) > HEARD, f"{phone.login} hears the customer")


def hears_agent(customer: Customer, phone: Phone) -> None:
    """The customer hears this agent now, by the tone that is theirs alone."""
    hz = VOICES[phone.login]
    until(
        lambda: level(ear(customer), hz) > HEARD,
        lambda: f"the customer hears {phone.login}: {level(ear(customer), hz)}",
    )


def wire_of(customer: Customer) -> str:
    """For people, when something went wrong."""
    return listing(customer.wire) if isinstance(customer, Party | ScriptedCustomer) else ""


class Press:
    """``ctl pickup`` under way in a thread of its own: the new call's id, or the words of a refusal."""

    def __init__(
        self, phone: Phone, verb: str = "pickup", held: str = "", start: threading.Barrier | None = None
    ) -> None:
        self.phone, self.call, self.refusal = phone, "", ""
        self._verb, self._held, self._start = verb, held, start
        self._thread = threading.Thread(target=self._run, name=f"{phone.login}-{verb}", daemon=True)
        self._thread.start()

    def done(self, timeout: float = 40.0) -> Press:
        """Wait for it."""
        self._thread.join(timeout)
        assert not self._thread.is_alive(), f"{self.phone.login}'s {self._verb} comes to no end"
        return self

    def _run(self) -> None:
        if self._start is not None:
            self._start.wait()
        try:
            self.call = self.phone.ask(self._verb, self._held)["call"]
        except UserFacingError as error:
            self.refusal = str(error)


@contextmanager
def open_team() -> Iterator[Team]:
    """Everything runs; afterwards nothing is left of it."""
    events: list[tuple[str, Mapping[str, object]]] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="team-", ignore_cleanup_errors=True)))
        folder.chmod(0o711)  # the database's own user has to pass through
        page, agents = with_fourth_agent(folder), (*AGENTS, "agent4")
        hear = lambda login, event: events.append((login, event))  # noqa: E731
        office = stack.enter_context(open_office(folder, page, hear, lambda _: None, iter(free_port, None), agents))
        yield Team(office, events, stack)


def with_fourth_agent(folder: Path) -> Path:
    """The page's files with one agent more: so that three can press Pick up while another one holds."""
    page = folder / "docs" / "team"
    shutil.copytree(page_folder(), page)
    shutil.copyfile(page_folder().with_suffix(".md"), page.with_suffix(".md"))
    (page / "agent4.toml").write_text(
        (page / "agent3.toml").read_text().replace("agent3", "agent4").replace("-3", "-4")
    )
    for name in ("kamailio.cfg", "logins.sql"):
        lines = (page / name).read_text().splitlines()
        third = next(line for line in lines if "agent3" in line and "change-me" in line)
        lines.insert(lines.index(third), third.replace("agent3", "agent4").replace("-3", "-4"))
        (page / name).write_text("\n".join(lines) + "\n")
    users = (page / "team.toml").read_text()
    (page / "team.toml").write_text(
        f'[[users]]\nlogin = "agent4"\nname = "Agent Four"\nsip_uri = "sip:agent4@pbx.example.com"\n{users}'
    )
    return page
