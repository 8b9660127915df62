"""``softphone doctor`` on a real machine: a healthy one, and one thing after the other broken."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio

PORT = 25320
Results = dict[str, dict[str, Any]]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    provision(tmp_path / "data", f'[account]\nsip_uri = "sip:agent1@127.0.0.1"\n{listening(PORT)}')
    return tmp_path / "data"


@pytest.fixture
def kamailio() -> Iterator[Kamailio]:
    with running_kamailio() as server:
        yield server


def listening(port: int) -> str:
    return f'[network]\nbind = "127.0.0.1"\nport = {port}\n'


def softphone(data_dir: Path, *command: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "softphone", "--data-dir", str(data_dir), *command]
    return subprocess.run(argv, capture_output=True, text=True, timeout=90)


def provision(data_dir: Path, text: str) -> None:
    file = data_dir.with_suffix(".toml")
    file.write_text(text)
    done = softphone(data_dir, "settings", "import", str(file))
    assert done.returncode == 0, done.stderr


def examined(data_dir: Path) -> tuple[int, Results]:
    done = softphone(data_dir, "doctor", "--json")
    report = json.loads(done.stdout)
    assert done.stderr == ""
    return done.returncode, {check["name"]: check for check in report["checks"]}


def test_a_healthy_machine(data_dir: Path) -> None:
    status, results = examined(data_dir)
    assert status == 0
    assert "failed" not in {check["status"] for check in results.values()}
    assert {"Python", "Qt", "keyring", "database", "engine", "SIP library", "TLS", "devices", "registration"} <= set(
        results
    )
    assert "PJSIP" in results["engine"]["words"]


def test_in_words_for_people(data_dir: Path) -> None:
    done = softphone(data_dir, "doctor")
    assert done.returncode == 0
    assert [line.split()[:2] for line in done.stdout.splitlines() if "engine" in line] == [["ok", "engine"]]


def test_a_port_in_use(data_dir: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", PORT))
        status, results = examined(data_dir)
    assert status == 1
    assert results["engine"]["status"] == "failed"
    assert str(PORT) in results["engine"]["words"]
    assert "network.port" in results["engine"]["remedy"]


def test_a_database_of_a_newer_version_and_settings_that_cannot_be_read(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "softphone.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
        database.commit()
    (data_dir / "settings.toml").write_text("[account\n")
    status, results = examined(data_dir)
    assert status == 1
    assert "newer softphone" in results["database"]["words"]
    assert results["settings"]["status"] == "failed"
    assert "line 1" in results["settings"]["words"]
    assert results["engine"]["status"] == "ok"


def test_a_registrar_that_wants_another_password(data_dir: Path, kamailio: Kamailio) -> None:
    account = '[account]\nsip_uri = "sip:nobodys-password@127.0.0.1"\nusername = "agent1"\n'
    provision(data_dir, f'{account}registrar = "{kamailio.registrar("udp")}"\n')
    status, results = examined(data_dir)
    assert status == 1
    assert results["registration"]["status"] == "failed"
    assert "password" in results["registration"]["remedy"]
    assert PASSWORD not in json.dumps(results)


def test_a_registrar_that_is_not_there(data_dir: Path) -> None:
    provision(data_dir, f'[account]\nregistrar = "sip:127.0.0.1:{PORT + 2}"\n')
    status, results = examined(data_dir)
    assert status == 1
    assert results["registration"]["status"] == "failed"
    assert results["registration"]["remedy"]
