"""Callers come and go while the database is stopped; what is to be in the log afterwards."""

from __future__ import annotations

import time

from tests.lab.team import Team, wait_for
from tests.lab.waiting import until


def calls_during_outage(team: Team, seconds: float) -> list[str]:
    """One call after the other for so long without a database. Asserts the log; the SIP Call-IDs, in order."""
    made = [one_call(team)]
    team.kill_database()
    wait_for(team.one, lambda s: not s["team"]["online"], "the line at the bottom of the window")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        made.append(one_call(team))
    wait_for(team.one, lambda s: s["team"]["waiting"] >= len(made) - 1, "every entry waits for the database")
    team.database_is_back()
    made.append(one_call(team))
    until(lambda: logged(team, made) == made, lambda: f"{logged(team, made)}, made were {made}")
    return made


def one_call(team: Team) -> str:
    """A caller comes, is answered, and hangs up; the SIP Call-ID."""
    customer = team.scripted()
    team.answered(team.one)
    call_id = customer.legs[0].call_id
    customer.hang_up()
    wait_for(team.one, lambda s: not s["calls"], "the end of the call")
    return call_id


def logged(team: Team, made: list[str]) -> list[str]:
    """Those of the log of agent1, in the order they were written there; one that was written twice is here twice."""
    rows = team.sql("SELECT sip_call_id FROM calls WHERE agent = 'agent1' ORDER BY ctid").splitlines()
    return [row for row in rows if row in made]
