from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import keyring.backends.null
import pytest

from softphone.bootstrap import open_core
from softphone.errors import UserFacingError
from softphone.model.profile import UserProfile
from softphone.storage.storage import UNNAMED_EDITOR

pytestmark = pytest.mark.programs

SILENT_ENGINE = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def editors(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT changed_by FROM users ORDER BY login")]


async def test_changes_are_signed_by_whoever_uses_this_softphone_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyring.get_keyring", keyring.backends.null.Keyring)
    core = await open_core(tmp_path, argv=SILENT_ENGINE)
    try:
        await core.team.put_user(UserProfile("agent1"))
        settings = core.settings_store.load()
        core.settings_store.save(replace(settings, agent=replace(settings.agent, login="agent1")))
        await core.team.put_user(UserProfile("agent2"))
    finally:
        await core.close()
    assert editors(core.data.database_file) == [UNNAMED_EDITOR, "agent1"]


async def test_a_damaged_database_is_told_without_waiting_for_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()

    class Locked(keyring.backends.null.Keyring):
        priority = 5

        def get_password(self, *_about: object) -> None:
            answer.wait(20)

    monkeypatch.setattr("keyring.get_keyring", Locked)
    (tmp_path / "softphone.sqlite3").write_bytes(b"no database" * 1000)
    try:
        with pytest.raises(UserFacingError, match="damaged"):
            await open_core(tmp_path, argv=SILENT_ENGINE)
        assert not answer.is_set()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
    finally:
        answer.set()
