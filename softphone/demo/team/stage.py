"""Everything the team's demo needs, alive: database, proxy, three softphones, customers, voicemail box."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from softphone.demo.team.cluster import Cluster, running_cluster
from softphone.demo.team.customers import BaresipCustomer, SippParty
from softphone.demo.team.page import AGENTS, on_this_machine, page_folder, provisioning
from softphone.demo.team.phone import Listener, Phone
from softphone.demo.team.programs import LOOPBACK, free_ports, need
from softphone.demo.team.sip_server import SipServer, running_sip_server
from softphone.demo.team.voices import write_voice

PROGRAMS = ("initdb", "pg_ctl", "psql", "kamailio", "openssl", "baresip", "sipp")
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
class Stage:
    """The office, and who calls it."""

    office: Office
    alice: BaresipCustomer
    bob: BaresipCustomer
    carol: SippParty
    dave: SippParty
    box: SippParty


@contextmanager
def open_office(folder: Path, tell: Listener, say: Callable[[str], None], ports: Iterator[int]) -> Iterator[Office]:
    """Set it up as docs/team.md does; afterwards nothing of it is left but files in *folder*."""
    page = page_folder()
    with ExitStack() as stack:
        server = stack.enter_context(running_sip_server(folder / "kamailio", page, ports))
        cluster = stack.enter_context(running_cluster(folder / "postgresql", page, next(ports)))
        say(f"Kamailio listens on port {server.port}, PostgreSQL on {cluster.port}.")
        _prepare_database(folder, page, cluster, server)
        say("The database has its tables, its roles and the team.")
        phones = tuple(Phone(login, folder / login, write_voice(login, folder), tell) for login in AGENTS)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda phone: _provision(phone, page, cluster, server), phones))
        for phone in phones:
            phone.start(stack)
        for phone in phones:
            phone.wait_until_ready()
        say("Three softphones are registered and share the database.")
        yield Office(folder, ports, cluster, server, phones)


@contextmanager
def open_stage(folder: Path, tell: Listener, say: Callable[[str], None]) -> Iterator[Stage]:
    """Bring everybody up."""
    need(*PROGRAMS)
    ports = chain(free_ports())
    with open_office(folder, tell, say, ports) as office, ExitStack() as stack:
        alice = BaresipCustomer("Alice", "+15550102233", folder, ports)
        bob = BaresipCustomer("Bob", "+15558675309", folder, ports)
        box = SippParty("voicemail", "voicemail", folder, office.server.voicemail_port, next(ports))
        for customer in (alice, bob):
            customer.start(stack)
        box.start(stack, "voicemail")
        carol = SippParty("caller", "Carol", folder, next(ports), next(ports))
        dave = SippParty("caller", "Dave", folder, next(ports), next(ports))
        yield Stage(office, alice, bob, carol, dave, box)


def _prepare_database(folder: Path, page: Path, cluster: Cluster, server: SipServer) -> None:
    """The administrator's part of docs/team.md."""
    cluster.sql((page / "database.sql").read_text(encoding="utf-8"))
    admin = Phone("admin", folder / "admin", folder, lambda *_: None)
    _import(admin, provisioning(page, "database.toml", cluster, server))
    admin.command("db", "upgrade")
    admin.command("db", "grant-roles")
    _import(admin, provisioning(page, "team.toml", cluster, server))
    cluster.sql((page / "logins.sql").read_text(encoding="utf-8"))


def _provision(phone: Phone, page: Path, cluster: Cluster, server: SipServer) -> None:
    _import(phone, provisioning(page, f"{phone.login}.toml", cluster, server) + on_this_machine())


def _import(phone: Phone, text: str) -> None:
    """The file holds passwords and is gone when it has been read."""
    file = phone.folder / "provisioning.toml"
    file.touch(0o600)
    file.write_text(text, encoding="utf-8")
    try:
        phone.command("settings", "import", str(file))
    finally:
        file.unlink()
