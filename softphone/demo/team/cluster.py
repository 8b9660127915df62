"""A PostgreSQL cluster of the demo's own, configured as docs/team has it, on the loopback address."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from softphone.demo.team.certificates import make_certificates
from softphone.demo.team.programs import LOOPBACK, find, run, service_user

SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster in *folder*. A server refuses to run as root, so *user* is somebody else then."""

    folder: Path
    port: int
    user: str | None

    @property
    def ca(self) -> Path:
        """What a client must trust."""
        return self.folder / "ca.pem"

    @property
    def data(self) -> Path:
        """Where it keeps its files."""
        return self.folder / "data"

    def sql(self, statements: str, database: str = SUPERUSER) -> str:
        """Have psql run these as the superuser, by the UNIX socket; values come back a row a line."""
        where = ("-h", str(self.folder), "-p", str(self.port), "-U", SUPERUSER, "-d", database)
        argv = [find("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *where, "-f", "-"]
        return run(argv, user=self.user, cwd=self.folder, input=statements).strip()


@contextmanager
def running_cluster(folder: Path, page: Path, port: int) -> Iterator[Cluster]:
    """Make it out of *page*, the folder docs/team, start it, and stop it at the end."""
    folder.mkdir(parents=True)
    cluster = Cluster(folder, port, service_user(SUPERUSER))
    make_certificates(folder)
    (folder / "server.key").chmod(0o600)
    _give_away(cluster)
    _make(cluster, page)
    pg_ctl = (find("pg_ctl"), "-w", "-s", "-D", str(cluster.data))
    run([*pg_ctl, "-l", str(folder / "postgresql.log"), "start"], user=cluster.user, cwd=folder)
    try:
        yield cluster
    finally:
        run([*pg_ctl, "-m", "immediate", "stop"], user=cluster.user, cwd=folder)


def _make(cluster: Cluster, page: Path) -> None:
    arguments = ("-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run([find("initdb"), "-D", str(cluster.data), *arguments], user=cluster.user, cwd=cluster.folder)
    here = f"port = {cluster.port}\nunix_socket_directories = '{cluster.folder}'\nfsync = off\n"
    _append(cluster, "postgresql.conf", _on_loopback(cluster, page / "postgresql.conf") + here)
    (cluster.data / "pg_hba.conf").unlink()
    _append(cluster, "pg_hba.conf", _on_loopback(cluster, page / "pg_hba.conf"))


def _on_loopback(cluster: Cluster, file: Path) -> str:
    """Everybody of this machine may be the superuser here: the socket is in a folder only they can enter."""
    words = {"192.0.2.0/24": f"{LOOPBACK}/32", "192.0.2.10": LOOPBACK, " peer": " trust"}
    text = file.read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    return text.replace("/etc/postgresql/tls", str(cluster.folder))


def _append(cluster: Cluster, name: str, text: str) -> None:
    file = cluster.data / name
    with file.open("a", encoding="utf-8") as writing:
        writing.write(text)
    _own(cluster, file)


def _give_away(cluster: Cluster) -> None:
    """The server's user must get into the folder, and own what is in it."""
    for path in (cluster.folder, *cluster.folder.iterdir()):
        _own(cluster, path)


def _own(cluster: Cluster, path: Path) -> None:
    if cluster.user is not None:
        entry = pwd.getpwnam(cluster.user)
        os.chown(path, entry.pw_uid, entry.pw_gid)
