from __future__ import annotations

from pathlib import Path

import pytest

from softphone.model.profile import Route, TrackingNumber, UserProfile
from softphone.storage.team.directory_cache import DirectoryCache
from softphone.storage.team.records import Record, TeamSnapshot


async def test_the_team_as_last_known_comes_back(tmp_path: Path) -> None:
    user, number = UserProfile("agent1", "Zoë"), TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1"))
    snapshot = TeamSnapshot(7, {"agent1": Record(user, 3)}, {number.number: Record(number, 7)})
    cache = DirectoryCache(tmp_path / "team.json", "here")
    assert cache.read() == TeamSnapshot()
    cache.keep(TeamSnapshot())
    cache.keep(snapshot)
    await cache.close()
    assert DirectoryCache(tmp_path / "team.json", "here").read() == snapshot
    assert DirectoryCache(tmp_path / "team.json", "elsewhere").read() == TeamSnapshot()


@pytest.mark.parametrize("content", ["", "{", '{"database": "here"}'])
def test_a_damaged_file_is_no_team(tmp_path: Path, content: str) -> None:
    (tmp_path / "team.json").write_text(content)
    assert DirectoryCache(tmp_path / "team.json", "here").read() == TeamSnapshot()
