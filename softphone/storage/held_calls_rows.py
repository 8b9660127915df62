"""Between ports' held calls and rows of the tables, and the sentences of SQL that change them.

Every change says what must be true for it to happen; one that is handed in twice happens once.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Update, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.model.colleague import Availability
from softphone.model.held_call import TOKEN_SECONDS, Claim, Dialog, HeldCall, HeldEnd
from softphone.storage.dialect import insert
from softphone.storage.team_schema import TeamNow, held_calls, pickup_tokens, presence

GONE_SECONDS = 15.0
"""A softphone that has not been seen for so long is gone."""
LOST_SECONDS = 90.0
"""After so long its held calls are lost."""
LOST_IN_ORBIT_SECONDS = 3600.0
"""A server's park orbit keeps the caller without the holder's help."""
KEPT_SECONDS = 86400.0
TOO_LATE = "The caller did not arrive in time."

_DIALOG = tuple(field.name for field in fields(Dialog))
_PLAIN = tuple(
    field.name
    for field in fields(HeldCall)
    if field.name not in ("dialog", "history", "claimed_by", "claimed_station", "holder_gone")
)
_UNCLAIMED = {"claimed_by": None, "claimed_station": None, "claimed_at": None, "wants_bridge": False}
_live = held_calls.c.ended_at.is_(None)


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row as read: *claims* counts the claims so far, *claim* is the present one where its token may be seen.

    *claim_gone* says why the last claim came to nothing; *how* and *by* are set once the hold has ended.
    *void* says that the present claim is older than it may get.
    """

    held: HeldCall
    claims: int
    claim: Claim | None
    claim_gone: str
    how: HeldEnd | None
    by: str
    void: bool = False


def _last_seen() -> ColumnElement[Any]:
    seen = select(presence.c.seen).where(presence.c.station == held_calls.c.station).scalar_subquery()
    return func.coalesce(seen, held_calls.c.entered_at)


def _gone() -> ColumnElement[bool]:
    left = select(presence.c.station).where(
        presence.c.station == held_calls.c.station, presence.c.availability == str(Availability.SIGNED_OUT)
    )
    return or_(_last_seen() < TeamNow(GONE_SECONDS), left.exists())


_ROWS = select(
    held_calls,
    pickup_tokens.c.token,
    pickup_tokens.c.address,
    _gone().label("holder_gone"),
    (held_calls.c.claimed_at < TeamNow(TOKEN_SECONDS)).label("void"),
).outerjoin_from(held_calls, pickup_tokens)


def held_values(held: HeldCall) -> dict[str, Any]:
    """The columns of a new row: nobody has claimed it yet."""
    values = {name: getattr(held, name) for name in _PLAIN} | {name: getattr(held.dialog, name) for name in _DIALOG}
    values = {name: _writable(value) for name, value in values.items()}
    history = json.dumps([_writable(sentence) for sentence in held.history], ensure_ascii=False)
    return values | _UNCLAIMED | {"history": history, "claims": 0, "claim_gone": "", "ended_by": ""}


def _writable(value: Any) -> Any:
    """Question marks for what no database could hold: half a surrogate, a zero byte."""
    return value.encode("utf-8", "replace").decode().replace("\0", "?") if isinstance(value, str) else value


def held_row_of(row: Row[Any]) -> HeldRow:
    """The held call in a row, with its claim and its end."""
    held = HeldCall(
        **{name: getattr(row, name) for name in _PLAIN},
        dialog=Dialog(**{name: getattr(row, name) for name in _DIALOG}),
        history=tuple(json.loads(row.history)),
        claimed_by=row.claimed_by or "",
        claimed_station=row.claimed_station or "",
        holder_gone=bool(row.holder_gone),
    )
    claim = None
    if row.token and row.claimed_by:
        claim = Claim(row.id, row.claimed_by, row.claimed_station, row.address, row.token)
    how = HeldEnd(row.how) if row.how else None
    return HeldRow(held, row.claims, claim, row.claim_gone, how, row.ended_by, bool(row.void))


async def read_rows(connection: AsyncConnection, ids: Collection[str], *, live: bool = False) -> list[HeldRow]:
    """These rows, and every *live* one if asked for, longest held first."""
    wanted = held_calls.c.id.in_(list(ids))
    statement = _ROWS.where(or_(_live, wanted) if live else wanted)
    rows = await connection.execute(statement.order_by(held_calls.c.held_since, held_calls.c.id))
    return [held_row_of(row) for row in rows]


async def put(connection: AsyncConnection, held: HeldCall) -> None:
    """Enter the row, once."""
    values = held_values(held) | {"entered_at": TeamNow()}
    await connection.execute(
        insert(connection, held_calls).values(values).on_conflict_do_nothing(index_elements=["id"])
    )


async def set_values(connection: AsyncConnection, held_call: str, **values: str | bool) -> None:
    """Change columns of a row that has not ended."""
    written = {name: _writable(value) for name, value in values.items()}
    await connection.execute(_of(held_call).values(written))


async def claim(connection: AsyncConnection, wanted: Claim) -> bool:
    """Enter the claim and its token; False when the row is claimed or has ended."""
    values = {
        "claimed_by": wanted.by,
        "claimed_station": wanted.station,
        "claimed_at": TeamNow(),
        "claims": held_calls.c.claims + 1,
        "last_claimed_by": wanted.by,
        "wants_bridge": False,
    }
    claimed = _of(wanted.held_call).where(held_calls.c.claimed_by.is_(None)).values(values)
    holder = (await connection.execute(claimed.returning(held_calls.c.holder))).scalar_one_or_none()
    if holder is None:
        return False
    row = {"held_call": wanted.held_call, "token": wanted.token, "address": wanted.address}
    await connection.execute(pickup_tokens.insert().values(row | {"claimer": wanted.by, "holder": holder}))
    return True


async def withdraw(connection: AsyncConnection, held_call: str, why: str, *, claims: int = 0, token: str = "") -> None:
    """End the claim that is the *claims*-th one, or has this *token*: never one that somebody made since."""
    wanted = held_calls.c.claims == claims
    if token:
        owned = select(pickup_tokens.c.token).where(
            pickup_tokens.c.held_call == held_call, pickup_tokens.c.token == token
        )
        wanted = owned.exists()
    given_back = _of(held_call).where(held_calls.c.claimed_by.is_not(None), wanted)
    done = await connection.execute(given_back.values(_UNCLAIMED | {"claim_gone": _writable(why)}))
    if done.rowcount:
        await connection.execute(delete(pickup_tokens).where(pickup_tokens.c.held_call == held_call))


async def end(connection: AsyncConnection, held_call: str, how: HeldEnd, by: str) -> None:
    """Mark the row; whoever is first says how. Its token is worth nothing any more."""
    await connection.execute(_of(held_call).values(ended_at=TeamNow(), how=str(how), ended_by=by))
    await connection.execute(delete(pickup_tokens).where(pickup_tokens.c.held_call == held_call))


async def sweep(connection: AsyncConnection, *, claims: bool, lost: bool) -> None:
    """Take back *claims* that are too old, end holds that are *lost* with their softphone, clear up."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.softphone_sweep(claims, lost)))
        return
    too_old = update(held_calls).where(_live, held_calls.c.claimed_at < TeamNow(TOKEN_SECONDS))
    if claims:
        await connection.execute(too_old.values(_UNCLAIMED | {"claim_gone": TOO_LATE}))
    if lost:
        limit = case((held_calls.c.orbit == "", TeamNow(LOST_SECONDS)), else_=TeamNow(LOST_IN_ORBIT_SECONDS))
        forsaken = update(held_calls).where(_live, held_calls.c.claimed_by.is_(None), _last_seen() < limit)
        await connection.execute(forsaken.values(ended_at=TeamNow(), how=str(HeldEnd.LOST)))
    claimed = select(held_calls.c.id).where(_live, held_calls.c.claimed_by.is_not(None))
    await connection.execute(delete(pickup_tokens).where(pickup_tokens.c.held_call.not_in(claimed)))
    await connection.execute(delete(presence).where(presence.c.seen < TeamNow(KEPT_SECONDS)))


def _of(held_call: str) -> Update:
    return update(held_calls).where(held_calls.c.id == held_call, _live)


def unclaimed(held: HeldCall) -> HeldCall:
    """The same without its claim."""
    return replace(held, claimed_by="", claimed_station="", wants_bridge=False)
