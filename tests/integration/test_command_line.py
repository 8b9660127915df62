"""The app as a program beside the other commands: one of it, provisioned while it runs, ended by ``ctl``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from softphone.config.paths import DataDirectory
from softphone.errors import NotRunningError
from tests.lab.waiting import until
from ui.app.control_client import ControlClient

PORT = 25340
PROVISIONING = f"""
[account]
sip_uri = "sip:agent1@127.0.0.1:{PORT}"
[network]
bind = "127.0.0.1"
port = {PORT}
[agent]
login = "agent1"
[[users]]
login = "agent1"
name = "Agent One"
call_waiting = true
"""


class Program:
    """``softphone --data-dir …`` with whatever follows."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._argv = [sys.executable, "-m", "softphone", "--data-dir", str(data_dir)]
        self._environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._argv, *command], capture_output=True, text=True, timeout=60, env=self._environment
        )

    def open(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self._argv, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self._environment
        )

    def status(self) -> dict[str, Any]:
        """Asked without a process each time, for waiting."""
        try:
            with ControlClient(DataDirectory(self.data_dir).control_socket) as client:
                return cast("dict[str, Any]", client.request("status"))
        except NotRunningError:
            return {}

    def ready(self) -> dict[str, Any]:
        until(lambda: self.status().get("engine", {}).get("pid"), lambda: "the app is ready", 30)
        return self.status()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "data")


@pytest.fixture
def app(program: Program, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    file = tmp_path / "first.toml"
    file.write_text(PROVISIONING)
    assert program.run("settings", "import", str(file)).returncode == 0
    process = program.open()
    try:
        program.ready()
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_it_runs_once_and_ends_when_told(app: subprocess.Popen[str], program: Program) -> None:
    status = program.ready()
    assert status["engine"]["addresses"][0] == f"udp:127.0.0.1:{PORT}"
    assert program.run().returncode == 0
    assert program.ready()["engine"]["pid"] == status["engine"]["pid"]
    assert program.run("ctl", "quit").returncode == 0
    assert app.wait(30) == 0
    assert program.run("ctl", "status").returncode == 3
    assert (program.data_dir / "logs" / "softphone.log").exists()


def test_an_address_is_dialled_in_the_running_app_where_a_setting_says_so(
    app: subprocess.Popen[str], program: Program, tmp_path: Path
) -> None:
    assert program.run(f"sip:somebody@127.0.0.1:{PORT + 2}").returncode == 0
    assert program.status()["calls"] == [], "it is in the field, and nobody is called"
    file = tmp_path / "links.toml"
    file.write_text("[calls]\ndial_links = true\n")
    assert program.run("settings", "import", str(file)).returncode == 0
    assert program.run(f"sip:somebody@127.0.0.1:{PORT + 2}").returncode == 0
    (call,) = json.loads(program.run("ctl", "status", "--json").stdout)["calls"]
    assert (call["direction"], call["remote"]) == ("outgoing", f"sip:somebody@127.0.0.1:{PORT + 2}")
    assert program.run("tel:+15550100").returncode == 0, "who clicked a link looks at the window, which tells why"
    assert len(program.status()["calls"]) == 1


def test_provisioning_reaches_the_running_app_at_once(
    app: subprocess.Popen[str], program: Program, tmp_path: Path
) -> None:
    file, exported = tmp_path / "second.toml", tmp_path / "exported.toml"
    file.write_text('[account]\nsip_uri = "sip:agent2@127.0.0.1"\n[[users]]\nlogin = "agent2"\n')
    done = program.run("settings", "import", str(file))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "The settings are saved.")
    assert program.status()["account"] == "sip:agent2@127.0.0.1"
    assert program.run("settings", "export", str(exported)).returncode == 0
    assert 'login = "agent1"' in exported.read_text() and 'login = "agent2"' in exported.read_text()
    file.write_text('[account]\nsip_uri = "nonsense"\n')
    refused = program.run("settings", "import", str(file))
    assert refused.returncode == 1
    assert "line 2: account.sip_uri" in refused.stderr
    assert program.status()["account"] == "sip:agent2@127.0.0.1"


def test_events_end_with_the_app(app: subprocess.Popen[str], program: Program) -> None:
    events = program.open("ctl", "events")
    assert events.stdout is not None
    wanted = {"available": "wrap-up", "wrap-up": "available"}
    now = "available"
    os.set_blocking(events.stdout.fileno(), False)

    def told() -> str:
        nonlocal now
        now = wanted[now]
        assert program.run("ctl", "agent-status", now).returncode == 0
        return events.stdout.readline() if events.stdout else ""

    first = json.loads(until(told, lambda: "an event is printed", 30))
    assert "event" in first and "at" in first
    assert program.run("ctl", "quit").returncode == 0
    assert events.wait(30) == 0
    events.communicate()
