"""``softphone db move``: passwords, refusals, and what is used afterwards. The move itself has tests of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from softphone.cli import move_command
from softphone.cli.dispatch import DONE, REFUSED, run
from softphone.config.paths import DataDirectory
from softphone.config.secrets import MemorySecretStore
from softphone.config.settings_store import TomlSettingsStore
from softphone.model.settings import AgentSettings, DatabaseSettings, Settings
from softphone.storage.migrations.upgrade import open_database
from tests.lab.postgres import OWNER, PASSWORD, PostgresDatabase
from tests.unit.cli.conftest import ScriptedApp
from tests.unit.storage.moving.busy_month import a_team, fill

CALLS = 30


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    """A data directory with a team and calls, used by the database's owner."""
    data = DataDirectory(tmp_path / "d")
    data.ensure()
    TomlSettingsStore(data.settings_file).save(Settings(agent=AgentSettings(OWNER)))

    async def make() -> None:
        database = await open_database(data.database_file)
        await fill(database, a_team(5, 6), CALLS)
        await database.dispose()

    asyncio.run(make())
    return data


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemorySecretStore:
    keyring = MemorySecretStore()
    monkeypatch.setattr(move_command, "open_secret_store", lambda: keyring)
    return keyring


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A terminal where somebody types the password whenever it is asked for."""
    asked: list[str] = []

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.setattr("getpass.getpass", getpass)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    return asked


def url_of(postgres: PostgresDatabase) -> str:
    """Nobody is named in it: the agent's login logs in."""
    return f"postgresql://127.0.0.1:{postgres.server.port}/{postgres.name}"


def move(data: DataDirectory, *arguments: str) -> int:
    return run(["--data-dir", str(data.path), "db", "move", *arguments])


def test_a_password_is_asked_for_once_and_kept_where_passwords_live(
    data: DataDirectory, keyring: MemorySecretStore, questions: list[str], postgres: PostgresDatabase, capsys
) -> None:
    assert move(data, "--to", url_of(postgres)) == DONE
    account = f"postgresql://{OWNER}@127.0.0.1:{postgres.server.port}/{postgres.name}?sslmode=disable"
    assert questions == [f"Password for {account}: "]
    assert keyring.password(account) == PASSWORD
    assert TomlSettingsStore(data.settings_file).load().database == DatabaseSettings(url_of(postgres))
    assert PASSWORD not in data.settings_file.read_text()
    out, err = capsys.readouterr()
    assert f"calls: {CALLS} copied, 0 there already, {CALLS} compared" in out
    assert f"call log: {CALLS} of {CALLS}" in err
    assert PASSWORD not in out + err


def test_the_owner_makes_the_move_and_an_agent_uses_the_database(
    data: DataDirectory, keyring: MemorySecretStore, questions: list[str], postgres: PostgresDatabase
) -> None:
    store = TomlSettingsStore(data.settings_file)
    store.save(Settings(agent=AgentSettings("agent1")))
    assert move(data, "--to", url_of(postgres), "--login", OWNER) == DONE
    assert (len(questions), OWNER in questions[0]) == (1, True)
    assert store.load().database == DatabaseSettings(url_of(postgres))
    account = f"postgresql://{OWNER}@127.0.0.1:{postgres.server.port}/{postgres.name}?sslmode=disable"
    assert keyring.password(account) == "", "the owner's login is not for daily work"


def test_the_password_of_the_keyring_is_not_asked_for(
    data: DataDirectory, keyring: MemorySecretStore, questions: list[str], postgres: PostgresDatabase
) -> None:
    account = f"postgresql://{OWNER}@127.0.0.1:{postgres.server.port}/{postgres.name}?sslmode=disable"
    keyring.set_password(account, PASSWORD)
    assert move(data, "--to", url_of(postgres)) == DONE
    assert questions == []


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("sqlite", "already"),
        ("postgresql://u:secret@h/db", "must not hold a password"),
        ("mysql://h/db", "is not a database this softphone knows"),
        ("postgresql://127.0.0.1:1/db", "cannot be reached"),
    ],
)
def test_what_cannot_be_moved_to_is_refused_and_nothing_is_changed(
    data: DataDirectory, keyring: MemorySecretStore, capsys, to: str, words: str
) -> None:
    assert move(data, "--to", to) == REFUSED
    complaint = capsys.readouterr().err
    assert words in complaint
    assert "secret" not in complaint
    assert TomlSettingsStore(data.settings_file).load().database == DatabaseSettings()


def test_nothing_is_moved_while_the_softphone_runs(data: DataDirectory, keyring: MemorySecretStore, capsys) -> None:
    app = ScriptedApp(data.control_socket)
    try:
        assert move(data, "--to", "postgresql://127.0.0.1:1/db") == REFUSED
    finally:
        app.close()
    assert "The softphone is running" in capsys.readouterr().err
