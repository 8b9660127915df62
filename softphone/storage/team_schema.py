"""Tables of what the team does at this moment: callers held for anyone, claims on them, who is there.

Every time in them is the database's own: no client's clock counts. Holds are marked when they end, never
deleted; the live ones have an index of their own. A claim's token has a table of its own, so that a database
with roles can show it to the claimer and the holder alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    literal,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from softphone.storage.schema import UtcDateTime, metadata


class TeamNow(FunctionElement[Any]):
    """The database's time when the transaction began, some seconds ago if need be."""

    name = "team_now"
    type = UtcDateTime()
    inherit_cache = True

    def __init__(self, ago: float = 0.0) -> None:
        super().__init__(literal(float(ago), Float))


@compiles(TeamNow, "postgresql")
def _on_server(element: TeamNow, compiler: Any, **options: Any) -> str:
    return f"(now() - make_interval(secs => {compiler.process(element.clauses, **options)}))"


@compiles(TeamNow, "sqlite")
def _in_file(element: TeamNow, compiler: Any, **options: Any) -> str:
    ago = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', (-{ago}) || ' seconds')"  # six digits, as SQLAlchemy writes them


_LIVE = text("ended_at IS NULL")

held_calls = Table(
    "held_calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("remote_name", Text, nullable=False),
    Column("remote_uri", Text, nullable=False),
    Column("tracking_number", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("arrived", UtcDateTime, nullable=False),
    Column("held_since", UtcDateTime, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("sip_call_id", Text, nullable=False),
    Column("local_tag", Text, nullable=False),
    Column("remote_tag", Text, nullable=False),
    Column("remote_target", Text, nullable=False),
    Column("replaces", Boolean, nullable=False),
    Column("holder_address", Text, nullable=False),
    Column("orbit", Text, nullable=False),
    Column("history", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_station", Text),
    Column("claimed_at", UtcDateTime),
    Column("claims", Integer, nullable=False),
    Column("last_claimed_by", Text),
    Column("claim_gone", Text, nullable=False),
    Column("wants_bridge", Boolean, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("how", Text),
    Column("ended_by", Text, nullable=False),
    CheckConstraint("(ended_at IS NULL) = (how IS NULL)", name="end"),
    CheckConstraint(
        "(claimed_by IS NULL) = (claimed_at IS NULL) AND (claimed_by IS NULL) = (claimed_station IS NULL)", name="claim"
    ),
    Index("ix_held_calls_live", "held_since", "id", postgresql_where=_LIVE, sqlite_where=_LIVE),
)

pickup_tokens = Table(
    "pickup_tokens",
    metadata,
    Column("held_call", Text, ForeignKey("held_calls.id", ondelete="CASCADE"), primary_key=True),
    Column("token", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("claimer", Text, nullable=False),
    Column("holder", Text, nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("station", Text, primary_key=True),
    Column("login", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("availability", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
)
