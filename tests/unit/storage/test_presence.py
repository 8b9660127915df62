from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from softphone.model.colleague import Availability
from softphone.storage import presence
from softphone.storage.connection.change_feed import ChangeFeed, Topic
from softphone.storage.presence import DatabasePresence
from tests.lab.postgres import PostgresDatabase
from tests.unit.storage.desks import Desk, Office, office_in_a_file, office_on_a_server, until


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.programs)])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    if request.param == "file":
        async with office_in_a_file(tmp_path / "team.sqlite3") as office:
            yield office
    else:
        postgres: PostgresDatabase = request.getfixturevalue("postgres")
        async with office_on_a_server(postgres) as office:
            yield office


def seen_by(desk: Desk) -> list[tuple[str, str, Availability]]:
    return [(one.login, one.station, one.availability) for one in desk.presence.colleagues]


async def test_colleagues_see_what_is_announced_and_not_themselves(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.presence.announce(Availability.FREE)
    await until(lambda: seen_by(two) == [("agent1", "agent1-1", Availability.FREE)])
    one.presence.announce(Availability.ON_A_CALL)
    await until(lambda: seen_by(two) == [("agent1", "agent1-1", Availability.ON_A_CALL)])
    two.presence.announce(Availability.WRAP_UP)
    await until(lambda: seen_by(one) == [("agent2", "agent2-1", Availability.WRAP_UP)])
    assert one.presence.colleagues[0].host == "desk-agent2-1"


async def test_nobody_is_there_before_anything_is_announced(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    two.presence.announce(Availability.FREE)
    await until(lambda: one.presence.colleagues)
    assert seen_by(two) == []


async def test_renewing_does_not_change_since_when(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.presence.announce(Availability.FREE)
    await until(lambda: two.presence.colleagues)
    (before,) = two.presence.colleagues
    await office.sql("UPDATE presence SET seen = ago(10)")
    ((aged,),) = await office.sql("SELECT seen FROM presence")
    for _ in range(200):
        ((renewed,),) = await office.sql("SELECT seen FROM presence")
        if renewed != aged:
            break
    assert renewed != aged
    await two.presence.catch_up()
    assert two.presence.colleagues == (before,)
    assert timedelta() <= two.held_calls.now() - before.since < timedelta(seconds=30)


async def test_a_softphone_not_seen_for_fifteen_seconds_is_not_there(office: Office) -> None:
    two = await office.desk("agent2")
    row = "INSERT INTO presence VALUES ('crashed', 'agent1', 'desk', 'free', ago(60), {})"
    await office.sql(row.format("ago(14)").replace("ago(60)", "'2026-01-01 00:00:00.000000'"))
    await until(lambda: seen_by(two) == [("agent1", "crashed", Availability.FREE)])
    await office.sql("UPDATE presence SET seen = ago(16) WHERE station = 'crashed'")
    await until(lambda: seen_by(two) == [])


async def test_news_that_come_fast_are_read_together(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is read at once, all others when the time to be quiet is over; here that is an hour."""
    monkeypatch.setattr(presence, "QUIET_SECONDS", 3600.0)
    two, feed = await office.desk("agent2"), ChangeFeed()
    assert two.database
    watcher = DatabasePresence(two.database, feed, lambda: "agent3", "agent3-1", heartbeat_seconds=3600.0)
    read, reads = watcher._beat, 0

    async def counted() -> None:
        nonlocal reads
        reads += 1
        await read()

    monkeypatch.setattr(watcher, "_beat", counted)
    watcher.start()
    await until(lambda: reads == 1)
    for _ in range(10):
        feed.tell(Topic.PRESENCE, "agent1-1")
        await watcher.catch_up()  # stands in line behind whatever the news have led to
    await watcher.close()
    assert reads == 1 + 1 + 10


async def test_closing_is_told_at_once(office: Office) -> None:
    one, two = await office.desk("agent1"), await office.desk("agent2")
    one.presence.announce(Availability.FREE)
    await until(lambda: two.presence.colleagues)
    one.holds("h1")
    await until(lambda: two.seen)
    await one.presence.close()
    await until(lambda: not two.presence.colleagues)
    await until(lambda: two.seen["h1"].holder_gone)


async def test_another_softphone_of_the_same_login_is_a_colleague(office: Office) -> None:
    one, other = await office.desk("agent1", "desk-a"), await office.desk("agent1", "desk-b")
    one.presence.announce(Availability.FREE)
    other.presence.announce(Availability.AWAY)
    await until(lambda: seen_by(one) == [("agent1", "desk-b", Availability.AWAY)])
    await until(lambda: seen_by(other) == [("agent1", "desk-a", Availability.FREE)])
    assert one.presence.colleagues[0].host == "desk-desk-b"
