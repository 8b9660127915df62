"""The driver of PostgreSQL on the event loop the app runs on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from softphone.model.profile import Team, UserProfile
from softphone.storage import DatabaseAddress, Storage, StorageFiles, upgrade
from tests.lab.postgres import PASSWORD, PostgresDatabase
from ui.app.event_loop import AppEventLoop

AGENT = UserProfile("agent1", "Agent One")


@pytest.mark.parametrize("query", ["sslmode=verify-full", "sslmode=disable"])
def test_query_news_and_loss(run, postgres: PostgresDatabase, tmp_path: Path, query: str) -> None:
    address = DatabaseAddress.parse(
        postgres.url(query=query), tmp_path / "unused", ca_file=str(postgres.server.ca_file)
    ).with_password(PASSWORD)
    run(_two_softphones(address, postgres, tmp_path))


async def _two_softphones(address: DatabaseAddress, postgres: PostgresDatabase, directory: Path) -> None:
    assert isinstance(asyncio.get_running_loop(), AppEventLoop)
    await upgrade(address)
    one, two = [
        await Storage.open(address, StorageFiles(directory / f"{n}.out", directory / f"{n}.team"), lambda: "agent1")
        for n in range(2)
    ]
    try:
        assert one.connection_state.health.online
        heard: asyncio.Future[Team] = asyncio.get_running_loop().create_future()
        two.team.on_change(heard.set_result)
        await one.team.put_user(AGENT)
        assert (await asyncio.wait_for(heard, 5)).users == (AGENT,)
        lost = asyncio.Event()
        two.connection_state.on_change(lambda health: None if health.online else lost.set())
        await asyncio.to_thread(postgres.server.stop)
        await asyncio.wait_for(lost.wait(), 5)
    finally:
        await one.close()
        await two.close()
