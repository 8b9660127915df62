"""An old call log on either database: each entry keeps everything it had and gets the id of its rule."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from softphone.storage import DatabaseAddress, open_database
from softphone.storage.call_log.call_log import DatabaseCallLog
from softphone.storage.migrations.revisions import REVISIONS
from softphone.storage.migrations.upgrade import Migrated, migrate, migrate_server, upgrade
from tests.lab.postgres import PostgresDatabase

BEFORE = [step for step in REVISIONS if step.revision < "0005"]
SENTENCES = {
    "The agent was free.": "free",
    "The agent was on a call and the user queue is bypassed while no agent is available.": "busy-bypass",
    "The agent was on a call, the number is their direct line and call waiting is on.": "busy-call-waiting",
    "The agent was on a call and call waiting is off: the caller waits until the agent is free.": "busy-queue",
    "The agent was on a call and the dialled number is not their direct line.": "busy-not-direct",
    "The agent was not available and the user queue is bypassed while no agent is available.": "away-bypass",
    "The agent was not available: the caller waits until they are.": "away-queue",
    "The agent was not available and the dialled number is not their direct line.": "away-not-direct",
}
TOLD = {
    **SENTENCES,
    **{f"{sentence} Nobody answered within 20 seconds; 100 % of them.": rule for sentence, rule in SENTENCES.items()},
    "": "",
    "The agent was free": "",
    "The agent was on a call": "",
    "It is said that: The agent was free.": "",
    "The number was dialled.": "",
}
PUT = (
    "INSERT INTO calls (entry_key, call, sip_call_id, direction, agent, remote_name, remote_uri, tracking_number,"
    " label, direct, arrived, ended, waited_seconds, outcome, explanation, held_for_anyone) VALUES"
    " ('key-{0}', 'in-{0}', '', 'incoming', 'agent1', 'Zoë', 'sip:z@example.com', '', 'Spring', true,"
    " '2026-03-02 09:00:00.123456', '2026-03-02 09:01:00.000000', 4.5, 'answered', '{1}', false)"
)
OLD_CALLS = [PUT.format(number, told) for number, told in enumerate(TOLD)]
OF_OLD = "SELECT entry_key, agent, arrived, ended, explanation, outcome, label FROM calls ORDER BY id"
DIGEST = (
    "SELECT count(*), md5(string_agg(concat_ws('|', entry_key, agent, arrived, ended, explanation, outcome, label),"
    " ';' ORDER BY id)) FROM calls"
)


def in_file(path: Path, *statements: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = [connection.execute(statement).fetchall() for statement in statements]
        connection.commit()
    return rows[-1]


def step_that_fails() -> ModuleType:
    def upgrade() -> None:
        raise RuntimeError("given up")

    module = ModuleType("failing", "A step that comes to nothing.")
    vars(module).update(revision="failing", down_revision=REVISIONS[-1].revision, upgrade=upgrade)
    return module


async def test_a_file_goes_forth_and_its_copy_leads_back(path: Path) -> None:
    migrate(path, 0.1, BEFORE)
    in_file(path, *OLD_CALLS)
    before = in_file(path, OF_OLD)
    done = migrate(path, 0.1)
    assert (done.before, done.after) == ("0004", REVISIONS[-1].revision)
    assert in_file(path, OF_OLD) == before
    assert in_file(path, "SELECT rule FROM calls ORDER BY id") == [(rule,) for rule in TOLD.values()]
    assert done.backup is not None
    assert migrate(done.backup, 0.1, BEFORE) == Migrated("0004", "0004")
    assert in_file(done.backup, OF_OLD) == before
    done.backup.replace(path)
    assert migrate(path, 0.1).after == REVISIONS[-1].revision
    assert in_file(path, "SELECT count(*) FROM calls WHERE rule <> ''") == [(2 * len(SENTENCES),)]


async def test_a_server_goes_forth_all_or_nothing(empty_server: DatabaseAddress, postgres: PostgresDatabase) -> None:
    await migrate_server(empty_server, BEFORE)
    for statement in OLD_CALLS:
        postgres.sql(statement)
    before = postgres.sql(DIGEST)
    assert before.startswith(f"{len(TOLD)}|")
    with pytest.raises(RuntimeError, match="given up"):
        await migrate_server(empty_server, [*REVISIONS, step_that_fails()])
    assert postgres.sql("SELECT version_num FROM alembic_version") == "0004"
    assert postgres.sql("SELECT count(*) FROM information_schema.columns WHERE column_name = 'rule'") == "0"
    await upgrade(empty_server)
    assert postgres.sql(DIGEST) == before
    assert postgres.sql("SELECT string_agg(rule, ',' ORDER BY id) FROM calls").split(",") == list(TOLD.values())


async def test_the_log_shows_the_rule_of_an_old_entry(path: Path, tmp_path: Path) -> None:
    migrate(path, 0.1, BEFORE)
    in_file(path, *OLD_CALLS)
    database = await open_database(path)
    log = await DatabaseCallLog.open(database, tmp_path / "outbox")
    try:
        shown = await log.recent(100)
    finally:
        await log.close()
        await database.dispose()
    assert {record.explanation: record.rule for record in shown} == TOLD
