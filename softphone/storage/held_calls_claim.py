"""One try to claim a held caller, within a transaction.

The token is chosen before the first try. When the connection breaks during the commit, nobody knows whether the
claim is there; the next try finds its own token on the row, so that a claim is never made twice and never forgotten.
The UPDATE waits for a commit that is still on its way, because that one has the row's lock.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import GoneError, TakenError
from softphone.model.held_call import Claim, HeldEnd
from softphone.storage import held_calls_rows as rows

_TRIES = 3  # somebody may give a claim back, or sweep it away, between two sentences
_ENDED = {
    HeldEnd.RESUMED: "{holder} has taken this caller back.",
    HeldEnd.HUNG_UP: "{holder} has hung up on this caller.",
    HeldEnd.ABANDONED: "This caller has hung up.",
    HeldEnd.LOST: "This caller was lost with the softphone that held them.",
}


async def take(connection: AsyncConnection, wanted: Claim, *, sweeping: bool) -> rows.HeldRow:
    """The row with this claim on it; a claim that is void makes way if *sweeping*. Raises TakenError or GoneError."""
    for _ in range(_TRIES):
        if await rows.claim(connection, wanted):
            return await _read(connection, wanted.held_call)
        row = await _read(connection, wanted.held_call)
        if row.claim and row.claim.token == wanted.token:
            return row
        if row.held.claimed_by and not (row.void and sweeping):
            break
        if row.void:
            await rows.sweep(connection, claims=True, lost=False)
    raise TakenError(row.held.claimed_by or "Somebody")


async def _read(connection: AsyncConnection, held_call: str) -> rows.HeldRow:
    found = await rows.read_rows(connection, [held_call])
    if not found:
        raise GoneError("This caller is not held any more.")
    if found[0].how is HeldEnd.PICKED_UP:
        raise TakenError(found[0].by or "Somebody")
    if (how := found[0].how) is not None:
        words = _ENDED[how].format(holder=found[0].held.holder, by=found[0].by or "Somebody")
        raise GoneError(words)
    return found[0]
