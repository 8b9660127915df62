"""``softphone db`` on a team's server: the settings say which, the keyring has its owner's password."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.cli import db_command
from softphone.cli.db_command import grant_roles, upgrade_database
from softphone.errors import UserFacingError
from tests.lab.postgres import PASSWORD, PostgresDatabase


class Keyring:
    def password(self, account: str) -> str:
        assert PASSWORD not in account
        return PASSWORD


@pytest.fixture
def data_dir(tmp_path: Path, postgres: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(db_command, "open_secret_store", Keyring)
    url = postgres.url(query="sslmode=disable")
    (tmp_path / "settings.toml").write_text(f'[database]\nurl = "{url}"\n')
    return tmp_path


def test_roles_are_granted_after_the_upgrade(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserFacingError, match="an admin has to run softphone db upgrade"):
        grant_roles(data_dir)
    assert upgrade_database(data_dir) == 0
    assert "was created with schema" in capsys.readouterr().out
    assert grant_roles(data_dir) == 0
    first = capsys.readouterr().out
    assert "Rights were given in 8 tables, row by row in 4 of them." in first
    assert grant_roles(data_dir) == 0
    again = capsys.readouterr().out
    assert again.splitlines()[:2] == ["The role softphone_agent was there.", "The role softphone_admin was there."]
    assert again.splitlines()[2:] == first.splitlines()[2:]
