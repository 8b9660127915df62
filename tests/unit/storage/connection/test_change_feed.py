from __future__ import annotations

import logging

import pytest

from softphone.storage.connection.change_feed import ChangeFeed, Topic


def fail(_key: str) -> None:
    raise ZeroDivisionError


def test_a_change_reaches_those_who_asked_for_the_topic(caplog: pytest.LogCaptureFixture) -> None:
    feed = ChangeFeed()
    told: list[tuple[str, str]] = []
    feed.on(Topic.HELD, fail)
    feed.on(Topic.HELD, lambda key: told.append(("held", key)))
    feed.on(Topic.TEAM, lambda key: told.append(("team", key)))
    with caplog.at_level(logging.ERROR):
        feed.received("held:a:b")
    feed.received("a topic of tomorrow:1")
    feed.tell_everything()
    assert told == [("held", "a:b"), ("team", ""), ("held", "")]
    assert "ZeroDivisionError" in caplog.text


def test_own_changes_are_told_here_only_where_the_database_does_not() -> None:
    feed = ChangeFeed()
    told: list[str] = []
    feed.on(Topic.CALLS, told.append)
    feed.wrote(Topic.CALLS, "1")
    feed.notified = True
    feed.wrote(Topic.CALLS, "2")
    assert told == ["1"]
