"""The rows themselves: what is written comes back, and each change of one happens once."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from softphone.errors import GoneError, TakenError
from softphone.model.held_call import Claim, HeldCall, HeldEnd
from softphone.storage import Database
from softphone.storage.held_calls.rows import (
    HeldChange,
    ask_for_bridge,
    end,
    put,
    read_rows,
    set_note,
    sweep,
    take,
    withdraw,
)
from tests.unit.storage.desks import held_by
from tests.unit.storage.samples import MORNING

HELD = held_by("agent1", "one", "h1", MORNING, note="wants a refund", orbit="sip:orbit@192.0.2.1", direct=False)
CLAIM = Claim("h1", "agent2", "two", "sip:agent2@192.0.2.8", "token-1")


async def write(database: Database, *changes: HeldChange) -> None:
    for change in changes:
        async with database.transaction() as connection:
            await change.write(connection)


async def seen(database: Database, held_call: str = "h1") -> HeldCall:
    async with database.transaction() as connection:
        (row,) = await read_rows(connection, [held_call])
        return row.held


async def claim(database: Database, wanted: Claim, *, sweeping: bool = False) -> int:
    async with database.transaction() as connection:
        return (await take(connection, wanted, may_sweep=lambda: sweeping)).claims


async def test_every_field_comes_back_as_it_went(any_database: Database) -> None:
    await write(any_database, put(HELD), put(replace(HELD, note="too late")))
    assert await seen(any_database) == HELD
    assert {field.name for field in fields(HELD) if getattr(HELD, field.name) in ("", False, ())} <= {
        "claimed_by",
        "claimed_station",
        "direct",
        "holder_gone",
        "wants_bridge",
    }


@pytest.mark.parametrize(
    "change",
    [set_note("h1", "half \ud800 and \0"), ask_for_bridge("h1"), withdraw("h1", "No.", claims=1)],
    ids=lambda change: change.what,
)
async def test_what_is_shown_at_once_is_what_is_read_later(any_database: Database, change: HeldChange) -> None:
    await write(any_database, put(HELD))
    await claim(any_database, CLAIM)
    before = await seen(any_database)
    await write(any_database, change)
    assert await seen(any_database) == change.shown(before)


async def test_one_wins_and_its_own_second_try_finds_its_claim(any_database: Database) -> None:
    await write(any_database, put(HELD))
    assert await claim(any_database, CLAIM) == 1
    assert await claim(any_database, CLAIM) == 1
    with pytest.raises(TakenError, match="agent2 was faster"):
        await claim(any_database, replace(CLAIM, by="agent3", token="token-2"))


async def test_a_claim_is_withdrawn_by_its_number_or_its_token_and_no_other(any_database: Database) -> None:
    await write(any_database, put(HELD))
    await claim(any_database, CLAIM)
    await write(any_database, withdraw("h1", "No.", claims=2), withdraw("h1", "No.", token="another"))
    assert (await seen(any_database)).claimed_by == "agent2"
    await write(any_database, withdraw("h1", "No.", token="token-1"))
    assert (await seen(any_database)).claimed_by == ""
    assert await claim(any_database, replace(CLAIM, token="token-2")) == 2


@pytest.mark.parametrize(
    ("how", "by", "error", "words"),
    [
        (HeldEnd.RESUMED, "", GoneError, "agent1 has taken this caller back."),
        (HeldEnd.HUNG_UP, "", GoneError, "agent1 has hung up on this caller."),
        (HeldEnd.ABANDONED, "", GoneError, "This caller has hung up."),
        (HeldEnd.LOST, "", GoneError, "This caller was lost when the softphone that held them went away."),
        (HeldEnd.PICKED_UP, "agent3", TakenError, "agent3 was faster."),
    ],
)
async def test_whoever_comes_after_the_end_is_told_how_it_was(
    database: Database, how: HeldEnd, by: str, error: type[Exception], words: str
) -> None:
    await write(database, put(HELD), end("h1", how, by), end("h1", HeldEnd.LOST, "somebody later"))
    with pytest.raises(error, match=f"^{words}$"):
        await claim(database, CLAIM)


async def test_a_row_that_was_never_there(database: Database) -> None:
    with pytest.raises(GoneError, match="is not held any more"):
        await claim(database, CLAIM)


async def test_a_claim_too_old_makes_way_only_where_sweeping_is_allowed(any_database: Database) -> None:
    await write(any_database, put(HELD))
    await claim(any_database, CLAIM)
    async with any_database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE held_calls SET claimed_at = '2026-01-01 00:00:00.000000'")
    other = replace(CLAIM, by="agent3", token="token-2")
    with pytest.raises(TakenError):
        await claim(any_database, other)
    assert await claim(any_database, other, sweeping=True) == 2


async def test_a_sweep_touches_only_what_it_may(any_database: Database) -> None:
    await write(any_database, put(HELD), put(replace(HELD, id="h2", orbit="")))
    async with any_database.transaction() as connection:
        await connection.exec_driver_sql("UPDATE held_calls SET entered_at = '2026-01-01 00:00:00.000000'")
        await sweep(connection, claims=True, lost=False)
        assert len(await read_rows(connection, [], live=True)) == 2
        await sweep(connection, claims=False, lost=True)
        assert await read_rows(connection, [], live=True) == []
        assert {row.how for row in await read_rows(connection, ["h1", "h2"])} == {HeldEnd.LOST}
