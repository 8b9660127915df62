"""Entries on their way to the database, where the disk has no room for what is put aside."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from softphone.storage import Database
from softphone.storage.call_log.delivery import Delivery
from softphone.storage.call_log.outbox import Outbox
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.connection.state import ConnectionState
from tests.lab.disks import small_disk
from tests.unit.storage.samples import entries_in, held_by_another, logged_calls, record, refuse


def delivery(database: Database, outbox: Path, state: ConnectionState, feed: ChangeFeed) -> Delivery:
    return Delivery(database, Outbox(outbox), state, feed, (60.0,))


async def test_what_waits_is_counted_and_what_arrives_is_told(database: Database, path: Path, tmp_path: Path) -> None:
    state, feed = ConnectionState(shared=False), ChangeFeed()
    written: list[str] = []
    feed.on(Topic.CALLS, written.append)
    way = delivery(database, tmp_path / "outbox", state, feed)
    way.add(record(1))
    way.add(record(2))
    assert way.waiting == [record(2), record(1)]
    with held_by_another(path):
        assert not await way.flush()
        assert state.health.waiting == 2
    assert await way.flush()
    assert (state.health.waiting, way.waiting, len(written)) == (0, [], 2)
    assert logged_calls(path) == ["in-1", "in-2"]


@pytest.mark.programs
async def test_a_refused_entry_that_cannot_be_put_aside_waits_until_it_can(
    database: Database, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await refuse(database, "another")
    refused = replace(record(1), call="another")
    with small_disk("1M") as disk, caplog.at_level(logging.WARNING):
        outbox = disk.path / "outbox"
        way = delivery(database, outbox, ConnectionState(shared=False), ChangeFeed())
        way.start()
        disk.fill()
        for entry in (record(1), refused, record(2)):
            way.add(entry)
        assert not await way.flush()
        assert logged_calls(path) == ["in-1"]
        assert way.waiting == [record(2), refused]
        assert "No space left on device" in caplog.text
        disk.empty()
        assert not await way.flush()  # it is not in the database, though it is safe
        assert logged_calls(path) == ["in-1", "in-2"]
        assert [entry.record for entry in entries_in(outbox.with_name("outbox.refused"))] == [refused]
        await way.close()


async def test_what_an_earlier_run_has_left_is_delivered(database: Database, path: Path, tmp_path: Path) -> None:
    state, feed = ConnectionState(shared=False), ChangeFeed()
    with held_by_another(path):
        first = delivery(database, tmp_path / "outbox", state, feed)
        first.start()
        first.add(record(1))
        await first.close()
    second = delivery(database, tmp_path / "outbox", state, feed)
    assert second.waiting == [record(1)]
    second.start()
    await second.close()
    assert logged_calls(path) == ["in-1"]
