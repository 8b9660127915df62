"""The held calls' rows: read into the model's values, and changed by one sentence of SQL each.

Every change says what must be true for it to happen; one that is handed in twice happens once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Update, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from softphone.errors import GoneError, TakenError
from softphone.model.colleague import Availability
from softphone.model.held_call import LOST_SECONDS, TOKEN_SECONDS, Claim, Dialog, HeldCall, HeldEnd
from softphone.storage.connection.reading import RowReader
from softphone.storage.schema import GONE_SECONDS, TeamNow, held_calls, insert, pickup_tokens, presence, writable

LOST_IN_ORBIT_SECONDS = 3600.0
"""A server's park orbit keeps the caller without the holder's help."""
KEPT_SECONDS = 86400.0
LOCKED_SECONDS = 0.5
TOO_LATE = "The caller did not arrive in time."

_DIALOG = tuple(field.name for field in fields(Dialog))
_PLAIN = tuple(
    field.name
    for field in fields(HeldCall)
    if field.name not in ("dialog", "history", "claimed_by", "claimed_station", "holder_gone")
)
_SENTENCES, _LONGEST_SENTENCE = 20, 400  # of a caller's way, the latest
_TRIES = 3  # somebody may give a claim back, or sweep it away, between two sentences
_ENDED = {
    HeldEnd.RESUMED: "{holder} has taken this caller back.",
    HeldEnd.HUNG_UP: "{holder} has hung up on this caller.",
    HeldEnd.ABANDONED: "This caller has hung up.",
    HeldEnd.LOST: "This caller was lost when the softphone that held them went away.",
}
_UNCLAIMED = {"claimed_by": None, "claimed_station": None, "claimed_at": None, "wants_bridge": False}
_NOW = TeamNow()
_live = held_calls.c.ended_at.is_(None)
_OF_THE_HOLDER = presence.c.login == held_calls.c.holder, presence.c.station == held_calls.c.station


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
    seen = select(presence.c.seen).where(*_OF_THE_HOLDER).scalar_subquery()
    return func.coalesce(seen, held_calls.c.entered_at)


def _gone() -> ColumnElement[bool]:
    left = select(presence.c.station).where(*_OF_THE_HOLDER, presence.c.availability == str(Availability.SIGNED_OUT))
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
    values = {name: writable(value) for name, value in values.items()}
    sentences = [writable(sentence, _LONGEST_SENTENCE) for sentence in held.history[-_SENTENCES:]]
    history = msgspec.json.encode(sentences).decode()
    return values | _UNCLAIMED | {"history": history, "claims": 0, "claim_gone": "", "ended_by": ""}


def held_row_of(row: Row[Any]) -> HeldRow:
    """The held call in a row, with its claim and its end."""
    held = HeldCall(
        **{name: getattr(row, name) for name in _PLAIN},
        dialog=Dialog(**{name: getattr(row, name) for name in _DIALOG}),
        history=msgspec.json.decode(row.history, type=tuple[str, ...]),
        claimed_by=row.claimed_by or "",
        claimed_station=row.claimed_station or "",
        holder_gone=bool(row.holder_gone),
    )
    claim = None
    if row.token and row.claimed_by:
        claim = Claim(row.id, row.claimed_by, row.claimed_station, row.address, row.token)
    how = HeldEnd(row.how) if row.how else None
    return HeldRow(held, row.claims, claim, row.claim_gone, how, row.ended_by, bool(row.void))


_reader = RowReader("held_calls", held_row_of)


async def read_rows(connection: AsyncConnection, ids: Collection[str], *, live: bool = False) -> list[HeldRow]:
    """These rows, and every *live* one if asked for, longest held first; without those that cannot be read."""
    wanted = held_calls.c.id.in_(list(ids))
    statement = _ROWS.where(or_(_live, wanted) if live else wanted)
    rows = await connection.execute(statement.order_by(held_calls.c.held_since, held_calls.c.id))
    return _reader.read(rows)


async def wait_briefly(connection: AsyncConnection) -> None:
    """Within this transaction, a row somebody has locked is waited for LOCKED_SECONDS at most: see BusyError."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(LOCKED_SECONDS * 1000)}")


@dataclass(frozen=True, slots=True)
class HeldChange:
    """Something this softphone says about a held call: shown at once, written when the database takes it.

    *shown* turns the row as it is into what it will be, None being no row; *what* is for the log.
    """

    what: str
    held_call: str
    write: Callable[[AsyncConnection], Awaitable[None]]
    shown: Callable[[HeldCall | None], HeldCall | None]


def put(held: HeldCall) -> HeldChange:
    """A caller of ours is held for anyone now; entered once."""

    async def write(connection: AsyncConnection) -> None:
        values = held_values(held) | {"entered_at": _NOW}
        once = insert(connection, held_calls).values(values).on_conflict_do_nothing(index_elements=["id"])
        await connection.execute(once)

    return HeldChange("the entry", held.id, write, lambda row: row or held)


def set_note(held_call: str, note: str) -> HeldChange:
    """What colleagues should know of the caller."""
    return _setting(held_call, "the note", note=note)


def ask_for_bridge(held_call: str) -> HeldChange:
    """The claimer is to call the holder."""
    return _setting(held_call, "the wish for a bridge", wants_bridge=True)


def _setting(held_call: str, what: str, **values: Any) -> HeldChange:
    written = {name: writable(value) for name, value in values.items()}

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(_of(held_call).values(written))

    return HeldChange(what, held_call, write, lambda row: row and replace(row, **written))


def withdraw(held_call: str, why: str, *, claims: int = 0, token: str = "") -> HeldChange:
    """The claim that is the *claims*-th one, or has this *token*, comes to nothing: never one somebody made since."""
    wanted = held_calls.c.claims == claims
    if token:
        owned = select(pickup_tokens.c.token).where(
            pickup_tokens.c.held_call == held_call, pickup_tokens.c.token == token
        )
        wanted = owned.exists()
    given_back = _of(held_call).where(held_calls.c.claimed_by.is_not(None), wanted)

    async def write(connection: AsyncConnection) -> None:
        done = await connection.execute(given_back.values(_UNCLAIMED | {"claim_gone": writable(why)}))
        if done.rowcount:
            await _forget_token(connection, held_call)

    def shown(row: HeldCall | None) -> HeldCall | None:
        if row is None or token:  # nobody knows yet whether a claim with this token is there
            return row
        return replace(row, claimed_by="", claimed_station="", wants_bridge=False)

    return HeldChange("the end of a claim", held_call, write, shown)


def end(held_call: str, how: HeldEnd, by: str) -> HeldChange:
    """The hold is over; whoever is first says how. Its token is worth nothing any more."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(_of(held_call).values(ended_at=_NOW, how=str(how), ended_by=by))
        await _forget_token(connection, held_call)

    return HeldChange("the end", held_call, write, lambda _row: None)


async def take(connection: AsyncConnection, wanted: Claim, *, may_sweep: Callable[[], bool]) -> HeldRow:
    """One try to claim a held caller: the row with this claim on it. Raises TakenError or GoneError.

    The token is chosen before the first try. When the connection breaks during the commit, nobody knows whether the
    claim is there; the next try finds its own token on the row, so that a claim is never made twice and never
    forgotten. The UPDATE waits for a commit that is still on its way, because that one has the row's lock.
    A claim that is void makes way where *may_sweep* says so.
    """
    for _ in range(_TRIES):
        if await _claim(connection, wanted):
            return await _read_live(connection, wanted.held_call)
        row = await _read_live(connection, wanted.held_call)
        if row.claim and row.claim.token == wanted.token:
            return row
        if row.held.claimed_by and not (row.void and may_sweep()):
            break
        if row.void:
            await sweep(connection, claims=True, lost=False)
    raise TakenError(row.held.claimed_by or "Somebody")


async def _read_live(connection: AsyncConnection, held_call: str) -> HeldRow:
    found = await read_rows(connection, [held_call])
    if not found:
        raise GoneError("This caller is not held any more.")
    row = found[0]
    if row.how is HeldEnd.PICKED_UP:
        raise TakenError(row.by or "Somebody")
    if row.how is not None:
        raise GoneError(_ENDED[row.how].format(holder=row.held.holder))
    return row


async def _claim(connection: AsyncConnection, wanted: Claim) -> bool:
    """Enter the claim and its token; False when the row is claimed or has ended."""
    values = {
        "claimed_by": wanted.by,
        "claimed_station": wanted.station,
        "claimed_at": _NOW,
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
        await connection.execute(forsaken.values(ended_at=_NOW, how=str(HeldEnd.LOST)))
    claimed = select(held_calls.c.id).where(_live, held_calls.c.claimed_by.is_not(None))
    await connection.execute(delete(pickup_tokens).where(pickup_tokens.c.held_call.not_in(claimed)))
    await connection.execute(delete(presence).where(presence.c.seen < TeamNow(KEPT_SECONDS)))


async def _forget_token(connection: AsyncConnection, held_call: str) -> None:
    """A server does so itself, by a trigger: nobody needs the right to."""
    if connection.dialect.name != "postgresql":
        await connection.execute(delete(pickup_tokens).where(pickup_tokens.c.held_call == held_call))


def _of(held_call: str) -> Update:
    return update(held_calls).where(held_calls.c.id == held_call, _live)
