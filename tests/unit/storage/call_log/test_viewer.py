from __future__ import annotations

import pytest

from softphone.model.profile import Role, Team, UserProfile
from softphone.storage import Database
from softphone.storage.call_log.viewer import Viewer, newest_calls, viewer_of

ADMIN, AGENT = UserProfile("admin1", role=Role.ADMIN), UserProfile("agent1")


async def test_an_agents_view_is_a_walk_along_indexes(any_database: Database) -> None:
    """Nothing is read from the first row to the last: that would grow with the log."""
    question = newest_calls(Viewer("agent1", everything=False), 50)
    async with any_database.transaction() as connection:
        dialect = connection.dialect
        words = str(question.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        if dialect.name == "postgresql":
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = " ".join(str(row) for row in await connection.exec_driver_sql(f"{explain} {words}"))
    for index in ("ix_calls_agent_arrived", "ix_calls_held_arrived", "ix_calls_continued_by_arrived"):
        assert index in plan
    assert "SCAN calls'" not in plan
    assert "Seq Scan on calls" not in plan


@pytest.mark.parametrize(
    ("login", "team", "shared", "everything"),
    [
        ("admin1", Team([ADMIN, AGENT]), True, True),
        ("agent1", Team([ADMIN, AGENT]), True, False),
        ("stranger", Team([ADMIN, AGENT]), True, False),
        ("stranger", Team(), True, True),
        ("", Team([ADMIN]), False, True),
        ("", Team([ADMIN]), True, False),
    ],
)
def test_who_sees_everything(login: str, team: Team, shared: bool, everything: bool) -> None:
    assert viewer_of(login, team, shared=shared) == Viewer(login, everything)
