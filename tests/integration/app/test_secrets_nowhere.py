"""Marker secrets: a real login, a crash of the engine, hostile packets, every command; then everything is searched."""

from __future__ import annotations

import os
import re
import signal
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from softphone.engine.log_flood import LINES
from tests.integration.engine_sipp import EngineParty, EngineScript
from tests.lab.app import SOFTPHONE, App
from tests.lab.ports import free_port
from tests.lab.provisioning import AGENT, Provisioning
from tests.lab.sipp import Party
from tests.lab.waiting import until

pytestmark = pytest.mark.programs

PASSWORD = "marker-Zq7xP-sesame"
FOREIGN = "marker-foreign-digest-00112233445566778899"
OPEN_UMASK = ("sh", "-c", f'umask 0; exec {SOFTPHONE} "$@"', "sh")
_RESPONSE = re.compile(r'response="([^"]+)"')


class Traced(Provisioning):
    """With a SIP trace."""

    def text(self) -> str:
        return super().text() + "\n[diagnostics]\nsip_trace = true\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Party]:
    party = EngineParty(EngineScript(file="engine_registrar", password=PASSWORD, calls=99))
    with party:
        yield party


@pytest.fixture(scope="module")
def app(server: Party) -> Iterator[App]:
    account = f"sip:{AGENT}@127.0.0.1:{server.port}"
    registrar = f"sip:127.0.0.1:{server.port}"
    with App(Traced(free_port(), account=account, registrar=registrar, password=PASSWORD), command=OPEN_UMASK) as app:
        app.wait_for(lambda status: status["registration"] == "registered", "it is registered")
        hostile(app.status())
        until(lambda: "syntax" in app.log, lambda: f"the packets are in the log\n{app.log}")
        app.wait_for(lambda status: status["registration"] == "registered", "it goes on", 5)
        pid = app.engine_pid
        os.kill(pid, signal.SIGABRT)
        app.wait_for(
            lambda status: status["engine"]["pid"] not in (0, pid) and status["registration"] == "registered",
            "the engine is back",
            60,
        )
        yield app


def hostile(status: dict[str, dict[str, list[str]]]) -> None:
    """What PJSIP cannot read, with credentials in it, as a broken telephone of this office may send it."""
    address = next(each for each in status["engine"]["addresses"] if each.startswith("udp:"))
    host, _, port = address.removeprefix("udp:").rpartition(":")
    packet = f'REGISTER sip:x SIP/2.0\r\nFrom: <<<\r\nAuthorization: Digest response="{FOREIGN}"\r\n\r\n'
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(500):
            sender.sendto(packet.encode(), (host, int(port)))


def secrets(server: Party) -> set[str]:
    """The password, and every digest it has been turned into."""
    sent = "\n".join(seen.message.header("Authorization") for seen in server.wire if not seen.sent)
    found = set(_RESPONSE.findall(sent))
    assert found, "it has logged in"
    return {PASSWORD, FOREIGN, *found}


def test_no_file_of_the_app_has_a_secret(app: App, server: Party) -> None:
    wanted, looked = secrets(server), []
    for file in app.directory.rglob("*"):
        if file.is_file():
            text = file.read_bytes().decode("utf-8", errors="replace")
            looked.append(file.name)
            assert not [secret for secret in wanted if secret in text], file
    assert {"softphone.log", "sip.log", "settings.toml", "softphone.sqlite3"} <= set(looked)
    trace = (app.data / "logs" / "sip.log").read_text()
    assert "Authorization: ***" in trace


def test_malformed_packets_are_named_a_few_times_each_on_one_line(app: App) -> None:
    lines = [line for line in (app.data / "logs" / "softphone.log").read_text().splitlines() if "syntax" in line]
    assert 1 <= len(lines) <= 2 * LINES, "of two engines"
    assert all("Dropping" in line and len(line) < 1200 for line in lines), lines


def test_no_command_tells_one_and_the_bundle_has_none(app: App, server: Party, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.zip"
    told = app.run("doctor", "--json", "--bundle", str(bundle))
    assert bundle.exists(), told.stderr
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        packed = "\n".join(archive.read(name).decode() for name in names)
    assert {"doctor.txt", "versions.txt", "status.json", "flight-recorder.txt", "settings.toml"} <= set(names)
    assert {"logs/softphone.log", "logs/sip.log"} <= set(names)
    words = [packed, told.stdout, told.stderr, app.output]
    words += [app.ctl(*verb) for verb in (("status",), ("status", "--json"), ("team",), ("log",))]
    assert not [secret for secret in secrets(server) for text in words if secret in text]


def test_no_process_shows_one_to_other_users(app: App, server: Party) -> None:
    family = [psutil.Process(app.process.pid), *psutil.Process(app.process.pid).children(recursive=True)]
    assert len(family) >= 2
    for process in family:
        shown = "\0".join([*process.cmdline(), *process.environ().values()])
        assert not [secret for secret in secrets(server) if secret in shown]


def test_every_file_is_its_users_alone_whatever_the_umask(app: App) -> None:
    files = [app.data, *app.data.rglob("*")]
    assert len(files) > 5
    assert not [file for file in files if file.lstat().st_mode & 0o077]
