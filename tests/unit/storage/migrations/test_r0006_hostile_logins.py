"""What somebody has written that nobody could read, when the schema begins to check: no line of the log goes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from softphone.storage import DatabaseAddress, upgrade
from softphone.storage.migrations.revisions import REVISIONS
from softphone.storage.migrations.upgrade import migrate, migrate_server
from tests.lab.postgres import PostgresDatabase

BEFORE = REVISIONS[:5]
CALL = (
    "INSERT INTO calls (entry_key, call, sip_call_id, direction, agent, remote_name, remote_uri, tracking_number,"
    " label, direct, arrived, answered, ended, waited_seconds, outcome, explanation, held_for_anyone) VALUES"
    " ('{key}', '{key}', '', 'incoming', '{agent}', '{name}', '', '', '', true, '{at}', NULL, '{at}', {waited},"
    " 'answered', '', false)"
)
HELD = (
    "INSERT INTO held_calls VALUES ('{id}', 'agent1', '{id}-1', 'in-1', '{name}', '', '', '', true, '{at}', '{at}',"
    " '{at}', '', '', '', '', true, '', '', '{history}', '', {claim}, 1, 'agent2', '', false, NULL, NULL, '')"
)
PRESENCE = "INSERT INTO presence VALUES ('{station}', 'agent1', 'desk', '{availability}', now(), '{seen}')"
TOKEN = "INSERT INTO pickup_tokens VALUES ('{0}', 't', '', '', '')"
USER = "INSERT INTO users VALUES ('agent1', '', '', 'agent', true, true, 300, 'hang_up', NULL, NULL, 1, '', 'infinity')"
GIVEN_BACK = (
    "UPDATE held_calls SET claimed_by = NULL, claimed_station = NULL, claimed_at = NULL WHERE id = 'given-back'"
)
GOOD: dict[str, object] = {"agent": "agent1", "name": "Zoë", "at": "2026-03-02 09:00:00+00", "waited": 4.5}
HELD_GOOD = GOOD | {"history": "[]", "claim": "'agent2', 'agent2-1', now()"}


def call(key: str, **values: object) -> str:
    return CALL.format(**(GOOD | {"key": key} | values))


def held(row: str, **values: object) -> str:
    return HELD.format(**(HELD_GOOD | {"id": row} | values))


async def test_no_line_of_the_log_goes_and_what_is_bad_in_it_is_mended(
    empty_server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    await migrate_server(empty_server, BEFORE)
    long = "x" * 5000
    for statement in (
        call("good"),
        call("infinite", at="infinity"),
        call("caesar", at="0044-03-15 00:00:00+00 BC"),
        call("long", name=long),
        call("nan", waited="'NaN'"),
        call("before", waited=-1),
        call(f"{long}1"),
        call(f"{long}2"),
    ):
        postgres.sql(statement)
    await upgrade(empty_server)
    assert postgres.sql("SELECT count(*), count(DISTINCT entry_key) FROM calls") == "8|8"
    assert postgres.sql("SELECT waited_seconds, arrived = ended FROM calls WHERE entry_key = 'good'") == "4.5|t"
    assert postgres.sql("SELECT extract(year FROM arrived AT TIME ZONE 'UTC') FROM calls WHERE call = 'infinite'") == (
        "2100"
    )
    assert postgres.sql("SELECT extract(year FROM arrived AT TIME ZONE 'UTC') FROM calls WHERE call = 'caesar'") == (
        "2000"
    )
    assert postgres.sql("SELECT length(remote_name) FROM calls WHERE call = 'long'") == "4096"
    assert postgres.sql("SELECT waited_seconds FROM calls WHERE call IN ('nan', 'before')") == "0\n0"
    postgres.sql(call("next"))
    assert postgres.sql("SELECT max(id), pg_typeof(max(id)) FROM calls") == "9|bigint"


async def test_held_calls_and_presence_nobody_can_read_go_and_the_others_stay(
    empty_server: DatabaseAddress, postgres: PostgresDatabase
) -> None:
    await migrate_server(empty_server, BEFORE)
    for statement in (
        held("good"),
        held("unclaimed", claim="NULL, NULL, NULL"),
        held("infinite", at="infinity"),
        held("long", name="x" * 5000),
        held("deep", history="[" * 50000),
        *map(TOKEN.format, ("good", "infinite")),
        PRESENCE.format(station="good", availability="free", seen="2026-03-02"),
        PRESENCE.format(station="later", availability="a word of a later version", seen="2026-03-02"),
        PRESENCE.format(station="infinite", availability="free", seen="infinity"),
        PRESENCE.format(station="long", availability="x" * 300, seen="2026-03-02"),
        USER,
    ):
        postgres.sql(statement)
    await upgrade(empty_server)
    assert postgres.sql("SELECT id FROM held_calls ORDER BY id") == "good\nunclaimed"
    assert postgres.sql("SELECT held_call FROM pickup_tokens") == "good"
    assert postgres.sql("SELECT station FROM presence ORDER BY station") == "good\nlater"
    assert postgres.sql("SELECT login, changed_at IS NULL FROM users") == "agent1|t"


async def test_a_token_goes_with_its_claim(empty_server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    await upgrade(empty_server)
    for name in ("given-back", "ended", "noted"):
        postgres.sql(f"{held(name)}; {TOKEN.format(name)}")
    postgres.sql(GIVEN_BACK)
    postgres.sql("UPDATE held_calls SET ended_at = now(), how = 'picked-up' WHERE id = 'ended'")
    postgres.sql("UPDATE held_calls SET note = 'x' WHERE id = 'noted'")
    assert postgres.sql("SELECT held_call FROM pickup_tokens") == "noted"


def test_a_file_keeps_its_log_and_the_indexes_that_make_it_quick(path: Path) -> None:
    migrate(path, 0.1, BEFORE)
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'calls' AND sql <> '' ORDER BY 1"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(call("one"))
        connection.commit()
        before = connection.execute(indexes).fetchall()
    migrate(path, 0.1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(indexes).fetchall() == before
        connection.execute(
            call("one", agent="agent2")
            .replace(", explanation", ", rule, explanation")
            .replace("'answered', ''", "'answered', 'free', ''")
        )
        assert connection.execute("SELECT agent, times FROM calls ORDER BY id").fetchall() == [
            ("agent1", 1),
            ("agent2", 1),
        ]
