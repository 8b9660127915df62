"""A PostgreSQL cluster of one's own: made, stopped, frozen and killed at will, with TLS and logins with passwords.

One cluster serves a whole run of pytest (each worker has its own); each test gets a fresh database of it, by the
fixture ``postgres``. The cluster listens on a UNIX socket, where its superuser needs no password, and on 127.0.0.1,
where everybody needs one.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from tests.lab.ports import free_port
from tests.lab.tls import Authority
from tests.ordinary_user import NOBODY

SUPERUSER = "postgres"
OWNER = "owner"
PASSWORD = "correct horse"
NAMES = "IP:127.0.0.1,DNS:localhost"
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{directory}'
ssl = on
ssl_cert_file = '{directory}/server.crt'
ssl_key_file = '{directory}/server.key'
password_encryption = 'scram-sha-256'
max_connections = 120
shared_buffers = '32MB'
fsync = off
full_page_writes = off
logging_collector = off
"""
_ACCESS = f"""
local all {SUPERUSER} trust
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""
_numbers = itertools.count(1)


class PostgresServer:
    """The cluster. root starts it as “nobody”, because a server refuses to run with root's rights."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self._data = directory / "data"
        self._programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self._authority = directory

    @property
    def ca_file(self) -> Path:
        """The authority that signed the server's certificate."""
        return self._authority / "ca.pem"

    @property
    def log(self) -> str:
        """What the server has said."""
        return (self.directory / "log").read_text(errors="replace")

    @property
    def pid(self) -> int:
        """The first of its processes; 0 while none runs."""
        try:
            return int((self._data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return 0

    def make(self) -> None:
        """Make the cluster's files; it does not run yet."""
        self._give_away(self.directory)
        arguments = ("-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run("initdb", "-D", str(self._data), *arguments)
        self._write("postgresql.conf", _CONFIGURATION.format(port=self.port, directory=self.directory))
        self._write("pg_hba.conf", _ACCESS)
        self.certify(NAMES)

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        log = str(self.directory / "log")
        self._run("pg_ctl", "start", "-w", "-t", "60", "-s", "-D", str(self._data), "-l", log)

    def stop(self, mode: str = "fast") -> None:
        """End it: *fast* closes every connection, *immediate* is a crash, *smart* waits for the clients."""
        self._run("pg_ctl", "stop", "-w", "-s", "-m", mode, "-D", str(self._data))

    def freeze(self) -> None:
        """Every process of it stands still: connections stay up, and nobody answers any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it stood still."""
        self._signal(signal.SIGCONT)

    def put_right(self) -> None:
        """Whatever a test did to it, it runs and has its own certificate again."""
        self.thaw()
        if not self.pid:
            self.start()
        if self._authority != self.directory / NAMES.replace(":", "-"):
            self.certify(NAMES)

    def certify(self, names: str) -> None:
        """Have a certificate for these names (subjectAltName), of an authority made for it: see ``ca_file``."""
        self._authority = self.directory / names.replace(":", "-")
        if not self._authority.exists():
            self._authority.mkdir()
            Authority(self._authority, names).make()
        for made, used in (("server.pem", "server.crt"), ("server.key", "server.key")):
            target = self.directory / used
            target.unlink(missing_ok=True)
            shutil.copyfile(self._authority / made, target)
            target.chmod(0o600)
            self._give_away(target)
        if self.pid:
            self._run("pg_ctl", "reload", "-s", "-D", str(self._data))

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run it as the superuser, autocommitted; values come back as text, one row a line, “|” between columns."""
        where = ("-h", str(self.directory), "-p", str(self.port), "-U", SUPERUSER, "-d", database)
        return self._run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *where, "-c", statement).strip()

    def create_login(self, name: str, password: str = PASSWORD, options: str = "") -> None:
        """A role that may log in; one that is there gets this password and these *options*."""
        verb = "ALTER" if name in self.sql("SELECT rolname FROM pg_roles").splitlines() else "CREATE"
        self.sql(f"{verb} ROLE \"{name}\" LOGIN PASSWORD '{password}' {options}")

    def _write(self, name: str, text: str) -> None:
        (self._data / name).write_text(text)

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)

    def _run(self, program: str, *arguments: str) -> str:
        user = NOBODY if os.geteuid() == 0 else None
        command = [str(self._programs / program), *arguments]
        with tempfile.TemporaryFile("w+") as said:  # a pipe would be kept open by the server
            done = subprocess.run(
                command,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                user=user,
                group=user,
                timeout=90,
                check=False,
            )
            said.seek(0)
            text = said.read()
        assert done.returncode == 0, f"{program} {' '.join(arguments)}\n{text}"
        return text

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            first = psutil.Process(self.pid) if self.pid else None
            for process in (first, *first.children(recursive=True)) if first else ():
                process.send_signal(number)


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """One empty database; OWNER owns it and logs in with PASSWORD."""

    server: PostgresServer
    name: str

    def url(self, user: str = OWNER, host: str = "127.0.0.1", query: str = "") -> str:
        """What stands in the settings; no password is in it."""
        return f"postgresql://{quote(user)}@{host}:{self.server.port}/{self.name}{query and '?'}{query}"

    @property
    def socket_url(self) -> str:
        """The same database by the UNIX socket."""
        return f"postgresql://{OWNER}@:{self.server.port}/{self.name}?host={quote(str(self.server.directory))}"

    def sql(self, statement: str) -> str:
        """Run it in this database as the superuser; see ``PostgresServer.sql``."""
        return self.server.sql(statement, self.name)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A cluster of one's own; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        server = PostgresServer(Path(name))
        server.make()
        server.start()
        try:
            server.create_login(OWNER, options="CREATEDB")
            server.sql(
                "CREATE ROLE softphone_agent NOLOGIN; CREATE ROLE softphone_admin NOLOGIN IN ROLE softphone_agent"
            )
            yield server
        finally:
            server.thaw()
            if server.pid:
                server.stop("immediate")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The cluster of this run; tests that stop or freeze it take ``postgres``, which puts it right again."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[PostgresDatabase]:
    """A fresh database."""
    name = f"team{next(_numbers)}"
    postgres_server.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
    try:
        yield PostgresDatabase(postgres_server, name)
    finally:
        postgres_server.put_right()
        postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")
