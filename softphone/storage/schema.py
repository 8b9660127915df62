"""The tables as they are today. What changes here needs a new step in ``migrations`` (a test compares the two).

A direct line and a no-answer route to an agent are foreign keys, so that neither can lead to nobody.
The call log refers to logins and numbers as plain text: it outlives both. The version of a record is
the count of all changes at its last save: no later record of the same name can have it again.

Held calls, pickup tokens and presence are what the team does at this moment. Every time in them is the database's
own: no client's clock counts. Holds are marked when they end, never deleted; the live ones have an index of their
own. A claim's token has a table of its own, so that a database with roles can show it to the claimer and the holder
alone.

A team's server checks what anybody writes there: how long a text is, that a time can be read by everybody. It does not
check the words of a vocabulary, such as a call's outcome: a later version may have new ones, and whoever reads a row
they do not understand passes over it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal,
    literal_column,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from softphone.model.profile import RING_SECONDS_MAX, RING_SECONDS_MIN, NoAnswer, Role, RouteKind

Values = dict[str, Any]
"""A row's values by the names of its columns."""

LONGEST_TEXT = 4096
"""Characters in a text of a call; what is longer came from the network, and is cut."""
LONGEST_NAME = 255
LONGEST_HISTORY = 49152
_EARLIEST, _LATEST = "'2000-01-01 00:00:00+00'::timestamptz", "'2100-01-01 00:00:00+00'::timestamptz"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets time zones, so they are taken off and put on here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuses naive times: nobody could say what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always aware, whatever the database gives."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if dialect.name == "sqlite" else moment.astimezone(UTC)


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


def writable(value: Any, longest: int = LONGEST_TEXT) -> Any:
    """A text cut to *longest* characters, with question marks for what no database could hold; all else as it is.

    Half a surrogate is no UTF-8, and PostgreSQL takes no NUL.
    """
    if not isinstance(value, str):
        return value
    return value[:longest].encode("utf-8", "replace").decode().replace("\0", "?")


def storable(values: Values, dialect: str) -> Values:
    """The same as a database of this *dialect* can keep it; SQLite has the character 0, PostgreSQL has not."""
    return {name: writable(value) for name, value in values.items()} if dialect == "postgresql" else values


def values_of(row: Row[Any], columns: Iterable[str]) -> Values:
    """These columns of a row."""
    return {name: row._mapping[name] for name in columns}


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that can say what to do about a conflict; both dialects spell it alike, SQLAlchemy keeps them apart."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _one_of(column: str, kinds: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(str(kind)) for kind in kinds)})"


def _sizes(longest: int, *columns: str, name: str = "sizes") -> CheckConstraint:
    within = " AND ".join(f"char_length({column}) <= {longest}" for column in columns)
    return CheckConstraint(within, name=name).ddl_if(dialect="postgresql")


def _times(*columns: str) -> CheckConstraint:
    """Moments every program can read; PostgreSQL itself knows of infinity, and of years before Christ."""
    within = " AND ".join(f"{column} BETWEEN {_EARLIEST} AND {_LATEST}" for column in columns)
    return CheckConstraint(within, name="times").ddl_if(dialect="postgresql")


_NO_ANSWER = (
    f"(no_answer = '{NoAnswer.HANG_UP}' AND no_answer_agent IS NULL AND no_answer_uri IS NULL)"
    f" OR (no_answer = '{NoAnswer.AGENT}' AND no_answer_agent <> login AND no_answer_uri IS NULL)"
    f" OR (no_answer = '{NoAnswer.VOICEMAIL}' AND no_answer_uri <> '' AND no_answer_agent IS NULL)"
)
_ROUTE = (
    f"(route_kind = '{RouteKind.AGENT}' AND route_agent IS NOT NULL AND route_target IS NULL)"
    f" OR ({_one_of('route_kind', (RouteKind.QUEUE, RouteKind.OTHER))} AND route_target <> '' AND route_agent IS NULL)"
)

users = Table(
    "users",
    metadata,
    Column("login", Text, CheckConstraint("login <> ''", name="login"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("sip_uri", Text, nullable=False),
    Column("role", Text, CheckConstraint(_one_of("role", tuple(Role)), name="role"), nullable=False),
    Column("call_waiting", Boolean, nullable=False),
    Column("bypass_if_no_agents", Boolean, nullable=False),
    Column("ring_seconds", Integer, nullable=False),
    Column("no_answer", Text, nullable=False),
    Column(
        "no_answer_agent",
        Text,
        ForeignKey("users.login", onupdate="CASCADE", deferrable=True, initially="DEFERRED"),
        index=True,
    ),
    Column("no_answer_uri", Text),
    Column("version", Integer, nullable=False),
    Column("changed_by", Text),
    Column("changed_at", UtcDateTime),
    CheckConstraint(f"ring_seconds BETWEEN {RING_SECONDS_MIN} AND {RING_SECONDS_MAX}", name="ring_seconds"),
    CheckConstraint(_NO_ANSWER, name="no_answer"),
    _times("changed_at"),
)

tracking_numbers = Table(
    "tracking_numbers",
    metadata,
    Column("number", Text, CheckConstraint("number LIKE '+%'", name="number"), primary_key=True),
    Column("label", Text, nullable=False),
    Column("route_kind", Text, nullable=False),
    Column("route_agent", Text, ForeignKey("users.login", onupdate="CASCADE"), index=True),
    Column("route_target", Text),
    Column("version", Integer, nullable=False),
    Column("changed_by", Text),
    Column("changed_at", UtcDateTime),
    CheckConstraint(_ROUTE, name="route"),
    _times("changed_at"),
)

team_changes = Table(
    "team_changes",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="id"), primary_key=True),
    Column("count", Integer, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(always=True), primary_key=True),
    Column("entry_key", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("sip_call_id", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("remote_name", Text, nullable=False),
    Column("remote_uri", Text, nullable=False),
    Column("tracking_number", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("direct", Boolean, nullable=False),
    Column("arrived", UtcDateTime, nullable=False, index=True),
    Column("answered", UtcDateTime),
    Column("ended", UtcDateTime, nullable=False),
    Column("waited_seconds", Float, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("held_for_anyone", Boolean, nullable=False),
    Column("held_call", Text, nullable=False, server_default=""),
    Column("continued_by", Text, nullable=False, server_default=""),
    Column("continues", Text, nullable=False, server_default=""),
    Column("rule", Text, nullable=False, server_default=""),
    Column("times", Integer, nullable=False, server_default="1"),
    UniqueConstraint("agent", "entry_key"),  # so that nobody's entry stands in the way of another's
    _sizes(
        LONGEST_TEXT,
        *("entry_key", "call", "sip_call_id", "direction", "agent", "remote_name", "remote_uri", "tracking_number"),
        *("label", "outcome", "explanation", "held_call", "continued_by", "continues", "rule"),
    ),
    _times("arrived", "answered", "ended"),
    CheckConstraint("waited_seconds >= 0 AND waited_seconds < 1000000000 AND times > 0", name="counts").ddl_if(
        dialect="postgresql"
    ),
    Index(None, "agent", "arrived"),
    Index(None, "tracking_number", "arrived"),
)

# These rows only, so that what an agent may see is found at once, however long the log.
_HELD, _CONTINUED = calls.c.held_for_anyone, calls.c.continued_by != literal_column("''")
Index("ix_calls_held_arrived", calls.c.arrived, postgresql_where=_HELD, sqlite_where=_HELD)
Index(
    "ix_calls_continued_by_arrived",
    calls.c.continued_by,
    calls.c.arrived,
    postgresql_where=_CONTINUED,
    sqlite_where=_CONTINUED,
)

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
    _sizes(
        LONGEST_TEXT,
        *("id", "holder", "station", "call", "remote_name", "remote_uri", "tracking_number", "label", "sip_call_id"),
        *("local_tag", "remote_tag", "remote_target", "holder_address", "orbit", "note", "claimed_by"),
        *("claimed_station", "last_claimed_by", "claim_gone", "how", "ended_by"),
    ),
    _sizes(LONGEST_HISTORY, "history", name="history"),
    _times("arrived", "held_since", "entered_at", "claimed_at", "ended_at"),
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
    _sizes(LONGEST_TEXT, "token", "address", "claimer", "holder"),
)

presence = Table(
    "presence",
    metadata,
    Column("station", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("availability", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("login", "station"),  # so that nobody can take another's station
    _sizes(LONGEST_NAME, "login", "station", "host", "availability"),
    _times("since", "seen"),
)

GONE_SECONDS = 15.0
"""A softphone whose row has not been renewed for so long is gone."""
