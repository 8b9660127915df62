from __future__ import annotations

from sqlalchemy import delete, update

from softphone.model.database_move import Tally
from softphone.storage import Database
from softphone.storage.moving.call_copy import CallCopy
from softphone.storage.moving.move import Move
from softphone.storage.schema import calls
from tests.unit.storage.moving.busy_month import a_call
from tests.unit.storage.moving.conftest import CALLS


async def test_calls_lost_or_altered_at_the_destination_are_found(filled: Database, there: Database) -> None:
    await Move(filled, there).run()
    async with there.transaction() as connection:
        await connection.execute(update(calls).where(calls.c.call == "call-3").values(waited_seconds=9.0))
    report = await Move(filled, there).run()
    assert (report.calls.differing, report.calls.missing, report.complete) == (1, 0, False)
    assert report.calls.named == (f"{a_call(3).arrived:%Y-%m-%d %H:%M:%S} agent3 sip:+15550000003@example.com",)


async def test_a_call_that_goes_missing_behind_the_copy_is_found(filled: Database, there: Database) -> None:
    assert (await Move(filled, there).run()).complete
    async with there.transaction() as connection:
        await connection.execute(delete(calls).where(calls.c.call == "call-5"))
    tally = await CallCopy(filled, there).compared(Tally(copied=CALLS), lambda _: None)
    assert (tally.missing, tally.differing, tally.compared, len(tally.named)) == (1, 0, CALLS, 1)
