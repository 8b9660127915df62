"""Everything the team's demo needs, alive: database, proxy, three softphones, customers, voicemail box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from softphone.demo.team.cluster import Cluster, running_cluster
from softphone.demo.team.customers import BaresipCustomer, SippParty
from softphone.demo.team.page import AGENTS, commands, on_this_machine, page_folder, provisioning
from softphone.demo.team.phone import Listener, Phone
from softphone.demo.team.programs import LOOPBACK, free_ports, need
from softphone.demo.team.sip_server import SipServer, running_sip_server
from softphone.demo.team.voices import write_voice

PROGRAMS = ("initdb", "pg_ctl", "psql", "kamailio", "openssl", "baresip", "sipp")
_AS_SUPERUSER, _AS_ADMIN, _START = "sudo -u postgres psql -f ", "softphone --data-dir admin ", "softphone"
DIRECT, QUEUE = "+15551230001", "+15551230010"


@dataclass(frozen=True, slots=True)
class Office:
    """Three agents at their softphones, with the proxy and the database they share."""

    folder: Path
    ports: Iterator[int]
    cluster: Cluster
    server: SipServer
    phones: tuple[Phone, ...]

    def number(self, number: str) -> str:
        """Where customers reach this number."""
        return f"sip:{number}@{LOOPBACK}:{self.server.port}"


@dataclass(frozen=True, slots=True)
class TeamStage:
    """The office, and who calls it."""

    office: Office
    alice: BaresipCustomer
    bob: BaresipCustomer
    carol: SippParty
    dave: SippParty
    box: SippParty


@contextmanager
def open_office(
    folder: Path,
    page: Path,
    tell: Listener,
    say: Callable[[str], None],
    ports: Iterator[int],
    agents: Sequence[str] = AGENTS,
) -> Iterator[Office]:
    """Set it up as *page*, the folder docs/team, does; afterwards nothing of it is left but files in *folder*."""
    with ExitStack() as stack:
        server = stack.enter_context(running_sip_server(folder / "kamailio", page, ports))
        cluster = stack.enter_context(running_cluster(folder / "postgresql", page, next(ports)))
        say(f"Kamailio listens on port {server.port}, PostgreSQL on {cluster.port}.")
        reader = _Reader(page, cluster, server)
        reader.administrate(folder)
        say("The database has its tables, its roles and the team.")
        phones = tuple(Phone(login, folder / login, write_voice(login, folder), tell) for login in agents)
        with ThreadPoolExecutor() as pool:
            list(pool.map(reader.set_up, phones))
        for phone in phones:
            phone.start(stack)
        for phone in phones:
            phone.wait_until_ready()
        reader.look(phones[0])
        say(f"{len(phones)} softphones are registered and share the database.")
        yield Office(folder, ports, cluster, server, phones)


@contextmanager
def open_stage(folder: Path, tell: Listener, say: Callable[[str], None]) -> Iterator[TeamStage]:
    """Bring everybody up."""
    need(*PROGRAMS)
    ports = chain(free_ports())
    with open_office(folder, page_folder(), tell, say, ports) as office, ExitStack() as stack:
        alice = BaresipCustomer("Alice", "+15550102233", folder, ports)
        bob = BaresipCustomer("Bob", "+15558675309", folder, ports)
        box = SippParty("voicemail", "voicemail", folder, office.server.voicemail_port, ports)
        for customer in (alice, bob):
            customer.start(stack)
        box.start(stack, "voicemail")
        carol = SippParty("caller", "Carol", folder, next(ports), ports)
        dave = SippParty("caller", "Dave", folder, next(ports), ports)
        yield TeamStage(office, alice, bob, carol, dave, box)


class _Reader:
    """Somebody who follows the page to the letter: types its commands, in its order, at the right machine."""

    def __init__(self, page: Path, cluster: Cluster, server: SipServer) -> None:
        self._page, self._cluster, self._server = page, cluster, server
        self.commands = tuple(commands(page))

    def administrate(self, folder: Path) -> None:
        """Sections 2 and 3, at the host."""
        admin = Phone("admin", folder / "admin", folder, lambda *_: None)
        for line in self.commands:
            if line.startswith(_AS_SUPERUSER):
                self._cluster.sql((self._page / line.removeprefix(_AS_SUPERUSER)).read_text(encoding="utf-8"))
            elif line.startswith(_AS_ADMIN):
                self._type(admin, line.removeprefix(_AS_ADMIN), "")

    def set_up(self, phone: Phone) -> None:
        """Section 4, at an agent's machine, until the softphone is started."""
        for line in self.commands[: self.commands.index(_START)]:
            if line.startswith(f"{_START} ") and not line.startswith(_AS_ADMIN):
                self._type(phone, line.replace("agent1", phone.login).removeprefix(f"{_START} "), on_this_machine())

    def look(self, phone: Phone) -> None:
        """The rest of section 4."""
        for line in self.commands[self.commands.index(_START) + 1 :]:
            if line.startswith(f"{_START} "):
                self._type(phone, line.removeprefix(f"{_START} "), "")

    def _type(self, phone: Phone, arguments: str, more: str) -> None:
        *words, last = arguments.split()
        if not last.endswith(".toml"):
            phone.command(*words, last)
            return
        file = phone.folder / "provisioning.toml"  # it holds passwords and is gone when it has been read
        file.touch(0o600)
        try:
            file.write_text(provisioning(self._page, last, self._cluster, self._server) + more, encoding="utf-8")
            phone.command(*words, str(file))
        finally:
            file.unlink()
