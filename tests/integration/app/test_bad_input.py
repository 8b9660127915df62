"""What can be wrong around a softphone: each is told in plain words, and nothing is lost."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.lab.app import OFFSCREEN, SOFTPHONE, App
from tests.lab.desk import Desk
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from tests.lab.ports import free_port
from tests.lab.provisioning import Provisioning
from tests.lab.raw_sip import RawCaller
from tests.lab.sip_message import asked, got
from tests.lab.sipp import Party, Script

FIVE_MISTAKES = """\
[account]
sip_uri = "agent1 at example"
transport = "pigeon"
[network]
port = 70000
[[users]]
login = "agent1"
[users.queue]
ring_seconds = 1
[[tracking_numbers]]
number = "not a number"
label = "Spring campaign"
route = "agent:agent1"
"""


@pytest.fixture(scope="module")
def kamailio() -> Iterator[Kamailio]:
    with running_kamailio() as server:
        yield server


def start(data: Path) -> subprocess.CompletedProcess[str]:
    """Start the app where it cannot run; it must end by itself."""
    environment = {"PATH": "/usr/bin:/bin", **OFFSCREEN}
    command = [SOFTPHONE, "--data-dir", str(data)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)


def assert_calls_work(app: App) -> None:
    """A peer-to-peer call, whatever the registrar says."""
    with Party(Script(), ("127.0.0.1", app.provisioning.port)) as customer:
        customer.wait_for(got(180))
        app.ctl("answer")
        customer.wait_for(asked("ACK"))
    app.wait_until_free()


def test_a_wrong_password_is_told_and_the_right_one_then_works(desk: Desk, kamailio: Kamailio) -> None:
    desk.provision(registrar=kamailio.registrar("udp"), password="swordfish-7")
    status = desk.app.wait_for(lambda s: s["registration"] == "failed", "the failure is shown")
    assert "password" in status["registration_text"].lower()
    assert_calls_work(desk.app)
    assert "swordfish-7" not in desk.app.log + desk.app.output
    desk.provision(registrar=kamailio.registrar("udp"), password=PASSWORD)
    desk.app.wait_for(lambda s: s["registration"] == "registered", "the right password works")


def test_an_unreachable_registrar_is_told_and_calls_still_work(desk: Desk) -> None:
    desk.provision(registrar="sip:127.0.0.1:9", transport="tcp", password="x", accept_from_anywhere=True)
    status = desk.app.wait_for(lambda s: s["registration"] == "failed", "the failure is shown", 40)
    assert "registrar" in status["registration_text"]
    assert_calls_work(desk.app)


def test_a_certificate_nobody_vouches_for_is_refused(kamailio: Kamailio) -> None:
    account = Provisioning(free_port(), registrar=kamailio.registrar("tls"), transport="tls", password=PASSWORD)
    with App(account) as app:
        status = app.wait_for(lambda s: s["registration"] == "failed", "the failure is shown", 40)
        assert "certificate" in status["registration_text"].lower()


def test_a_port_in_use_is_told_and_taken_when_it_is_free_again() -> None:
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", port))
        with App(Provisioning(port), ready=lambda status: status["engine"]["problem"]) as app:
            assert str(port) in app.status()["engine"]["problem"]
            other.close()
            app.wait_for(lambda s: s["engine"]["addresses"], "the port is taken", 40)
            assert_calls_work(app)


@pytest.mark.parametrize("place", ["/proc/softphone", "{file}/below"])
def test_a_data_directory_that_cannot_be_written_is_told(place: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a directory")
    data = place.format(file=file)
    done = start(Path(data))
    assert done.returncode == 1
    assert data in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_a_newer_version_is_left_alone_and_told(desk: Desk, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    file = data / "softphone.sqlite3"
    with closing(sqlite3.connect(desk.app.data / file.name)) as running, closing(sqlite3.connect(file)) as database:
        running.backup(database)
        with database:
            assert database.execute("UPDATE alembic_version SET version_num = '9999'").rowcount == 1
    before = file.read_bytes()
    done = start(data)
    assert done.returncode == 1
    assert "newer" in done.stderr
    assert file.read_bytes() == before


def test_without_any_sound_device_calls_work_and_the_agent_is_told() -> None:
    nowhere = {"PULSE_SERVER": "unix:/nonexistent", **OFFSCREEN}
    with App(Provisioning(free_port(), microphone="", headset="", ringer=""), nowhere) as app:
        assert app.wait_for(lambda s: s["sound"]["note"], "the note about sound")["sound"]["microphone"] == ""
        assert_calls_work(app)


def test_five_mistakes_in_a_provisioning_file_are_told_at_once_and_nothing_is_changed(
    desk: Desk, tmp_path: Path
) -> None:
    file, before, after = (tmp_path / name for name in ("mistakes.toml", "before.toml", "after.toml"))
    file.write_text(FIVE_MISTAKES)
    assert desk.app.run("settings", "export", str(before)).returncode == 0
    done = desk.app.run("settings", "import", str(file))
    assert done.returncode == 1
    for mistake in ("sip_uri", "transport", "port", "ring_seconds", "number"):
        assert mistake in done.stderr
    for line in (2, 3, 5, 9, 11):
        assert f"line {line}" in done.stderr
    assert desk.app.run("settings", "export", str(after)).returncode == 0
    assert before.read_text() == after.read_text()


@pytest.mark.parametrize("target", ["sip:bob@127.0.0.1:9\r\nX-Evil: 1", "sip:bob@127.0.0.1:9\nX-Evil: 1"])
def test_line_breaks_never_get_into_a_header(desk: Desk, target: str) -> None:
    desk.first_call()
    second = desk.waiting_call()
    assert desk.app.refused("decline-to", target)
    assert desk.app.refused("dial", target)
    assert desk.app.status()["prompt"]["visible"]
    desk.app.ctl("ignore")
    assert "X-Evil" not in dict(desk.refusal_of(second, 480).headers)


def test_a_folded_header_does_not_become_a_broken_one(desk: Desk) -> None:
    """RFC 3261 section 7.3.1: a header may go over several lines; ours goes out on one."""
    desk.provision(no_answer="voicemail", no_answer_target="sip:voicemail@127.0.0.1:9")
    desk.first_call()
    second = desk.raw_customer()
    second.headers += ("Diversion: <sip:a@127.0.0.1>\r\n ;reason=unknown",)
    second.invite()
    second.wait_for(got(180))
    desk.app.wait_for(lambda s: s["prompt"]["visible"], "it is offered like any other")
    desk.app.ctl("ignore")
    moved = second.wait_for(got(302))
    second.ack()
    ours, theirs = moved.values("Diversion")
    assert "reason=deflection" in ours
    assert theirs.replace(" ", "") == "<sip:a@127.0.0.1>;reason=unknown"


@pytest.mark.parametrize(
    "header", ["X-Odd: a\rb\x07c", "X-Odd: a\r\n\r\nX-Evil: 1", "X Odd\x00: 1", "Diversion: <<<>;;;"]
)
def test_a_header_broken_on_the_way_does_no_harm(desk: Desk, header: str) -> None:
    engine = desk.app.engine_pid
    broken = desk.raw_customer()
    broken.headers += (header,)
    broken.invite()
    healthy = desk.customer(user="+15550102233")
    healthy.wait_for(got(180))
    assert desk.app.engine_pid == engine
    broken.cancel()


def test_a_name_in_latin_1_rings_and_is_shown(desk: Desk) -> None:
    with RawCaller(("127.0.0.1", desk.app.provisioning.port), name="Andr\udce9") as caller:
        caller.invite()
        caller.wait_for(got(180))
        (call,) = desk.app.status()["calls"]
        assert call["remote_name"] == "André"
        caller.cancel()
        caller.wait_for(got(487))
        caller.ack()
    desk.app.wait_until_free()
