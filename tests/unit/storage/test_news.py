from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from softphone.errors import UserFacingError
from softphone.model.profile import Route, TrackingNumber, UserProfile
from softphone.storage.chores import Chore, Echo
from softphone.storage.directory_cache import DirectoryCache
from softphone.storage.news import News, Topic
from softphone.storage.team_rows import Picture, Record


def test_news_reach_those_who_asked_for_the_topic(caplog: pytest.LogCaptureFixture) -> None:
    news, told = News(), []
    news.on(Topic.HELD, lambda _key: 1 // 0)
    news.on(Topic.HELD, lambda key: told.append(("held", key)))
    news.on(Topic.TEAM, lambda key: told.append(("team", key)))
    with caplog.at_level(logging.ERROR):
        news.received("held:a:b")
    news.received("a topic of tomorrow:1")
    news.tell_everything()
    assert told == [("held", "a:b"), ("team", ""), ("held", "")]
    assert "ZeroDivisionError" in caplog.text


def test_own_changes_are_told_here_only_where_the_database_does_not() -> None:
    news, told = News(), []
    news.on(Topic.CALLS, told.append)
    news.wrote(Topic.CALLS, "1")
    news.notified = True
    news.wrote(Topic.CALLS, "2")
    assert told == ["1"]


async def test_a_chore_is_never_done_twice_at_a_time_and_once_more_when_asked_meanwhile() -> None:
    running, most, done = 0, 0, 0

    async def work() -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        done += 1
        if done == 1:
            raise UserFacingError("not this time")

    chore = Chore(work, "work")
    chore.ask()
    await asyncio.sleep(0)
    for _ in range(5):
        chore.ask()
    await chore.finish()
    assert (most, done) == (1, 2)


async def test_the_first_is_passed_on_at_once_and_the_rest_together() -> None:
    told = 0
    again = asyncio.Event()

    def tell() -> None:
        nonlocal told
        told += 1
        if told == 2:
            again.set()

    echo = Echo(tell, 0.02)
    for _ in range(5):
        echo.ask()
    assert told == 1
    await asyncio.wait_for(again.wait(), 5)
    echo.close()
    assert told == 2


async def test_the_team_as_last_known_comes_back(tmp_path: Path) -> None:
    user, number = UserProfile("agent1", "Zoë"), TrackingNumber("+15551230001", "Spring", Route.parse("agent:agent1"))
    picture = Picture(7, {"agent1": Record(user, 3)}, {number.number: Record(number, 7)})
    cache = DirectoryCache(tmp_path / "team.json", "here")
    assert cache.read() == Picture()
    cache.keep(Picture())
    cache.keep(picture)
    await cache.close()
    assert DirectoryCache(tmp_path / "team.json", "here").read() == picture
    assert DirectoryCache(tmp_path / "team.json", "elsewhere").read() == Picture()


@pytest.mark.parametrize("content", ["", "{", '{"database": "here"}'])
def test_a_damaged_file_is_no_team(tmp_path: Path, content: str) -> None:
    (tmp_path / "team.json").write_text(content)
    assert DirectoryCache(tmp_path / "team.json", "here").read() == Picture()
