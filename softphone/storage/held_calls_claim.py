"""One try to claim a held caller, within a transaction.

The token is chosen before the first try. When the connection breaks during the commit, nobody knows whether the
claim is there; the next try looks for the token first, so that a claim is never made twice and never forgotten.
The row is locked before that look: a commit still on its way is waited for.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import GoneError, TakenError
from softphone.model.held_call import Claim, HeldEnd
from softphone.storage import held_calls_rows as rows
from softphone.storage.team_schema import held_calls

_ENDED = {
    HeldEnd.RESUMED: "{holder} has taken this caller back.",
    HeldEnd.PICKED_UP: "{by} talks to this caller already.",
    HeldEnd.HUNG_UP: "{holder} has hung up on this caller.",
    HeldEnd.ABANDONED: "This caller has hung up.",
    HeldEnd.LOST: "This caller was lost with the softphone that held them.",
}


async def take(connection: AsyncConnection, wanted: Claim) -> rows.HeldRow:
    """The row with this claim on it. Raises TakenError or GoneError."""
    await connection.execute(select(held_calls.c.id).where(held_calls.c.id == wanted.held_call).with_for_update())
    row = await _read(connection, wanted.held_call)
    if row.held.claimed_by:
        if row.claim is None or row.claim.token != wanted.token:
            raise TakenError(row.held.claimed_by)
        return row
    if not await rows.claim(connection, wanted, row.held.holder):
        raise TakenError((await _read(connection, wanted.held_call)).held.claimed_by)
    return await _read(connection, wanted.held_call)


async def _read(connection: AsyncConnection, held_call: str) -> rows.HeldRow:
    found = await rows.read_rows(connection, [held_call])
    if not found:
        raise GoneError("This caller is not held any more.")
    if (how := found[0].how) is not None:
        words = _ENDED[how].format(holder=found[0].held.holder, by=found[0].by or "Somebody")
        raise GoneError(words)
    return found[0]
