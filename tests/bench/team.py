"""A team on one PostgreSQL, measured: ``python -m tests.bench.team [growth] [load] [outage]``; all three as a rule."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from tests.bench.figures import Summary
from tests.bench.problem import BenchError
from tests.bench.team_crew import CrewElsewhere
from tests.bench.team_database import make_durable, prepare
from tests.bench.team_growth import BARE, SIZES, measure
from tests.bench.team_load import work
from tests.bench.team_outage import Outage
from tests.bench.team_plan import Plan
from tests.bench.team_plot import draw
from tests.bench.team_yardstick import beside
from tests.lab.postgres import OWNER, PostgresDatabase, PostgresServer, running_postgres

OUT = Path("out/bench")
CREWS = 4
SEEN = {
    "presence": "availability, until a colleague shows it",
    "held": "held for anyone, until a colleague shows it",
    "claim": "Pick up pressed, until the holder knows",
    "end": "picked up, until a colleague shows it",
    "log": "entry of a held call, until a colleague's window has it",
}


async def growth(server: PostgresServer, options: argparse.Namespace) -> dict[str, Any]:
    """The cost of a call by the length of the log."""
    databases = {}
    for size in SIZES:
        databases[size] = await _database(server, f"log{size}", Plan())
    measured = await measure(databases, options.rounds)
    draw(measured, _machine(), OUT / "team-load.png")
    _say("", "What one call costs, milliseconds (median, p95), by the lines in the log before")
    for what in next(iter(measured.values())):
        summaries = [Summary.of(times[what]) for times in measured.values()]
        cells = "".join(f"{s.median * 1000:9.2f}{s.p95 * 1000:8.2f}" for s in summaries)
        ratio = summaries[-1].median / summaries[0].median
        _say(f"  {what:26}{cells}   {max(measured):,} : {min(measured)} = {ratio:.2f}")
    return {str(size): {what: _figures(times[what]) for what in times} for size, times in measured.items()}


async def load(server: PostgresServer, options: argparse.Namespace) -> dict[str, Any]:
    """Twenty softphones, ten calls a second."""
    plan = Plan(calls=options.calls)
    database = await _database(server, "busy", plan)
    began = time.monotonic()
    async with beside(database) as bare:
        journal, counts = await work(database, plan, [CrewElsewhere() for _ in range(CREWS)])
    _say("", f"{plan.agents} softphones, {plan.a_second:g} calls a second, {time.monotonic() - began:.0f} s")
    _say(f"  {counts.text()}", f"  problems: {journal.problems or 'none'}")
    figures = {"add → in the database": journal.commits, BARE: bare}
    figures |= {words: journal.seen_after(what) for what, words in SEEN.items()}
    for words, seconds in figures.items():
        _line(words, seconds)
    ratio = Summary.of(journal.commits).median / Summary.of(bare).median
    _say(f"  the commit takes {ratio:.1f} times as long as the bare INSERT (median)")
    _say(f"  the softphones computed {journal.cpu_seconds / plan.calls * 1000:.0f} ms for each call, all together")
    return {words: _figures(seconds) for words, seconds in figures.items()} | {"faults": counts.faults}


async def outage(server: PostgresServer, options: argparse.Namespace) -> dict[str, Any]:
    """The server is away for two minutes."""
    plan = Plan(calls=options.away + 90, a_second=1.0)
    database = await _database(server, "away", plan)
    away = Outage(server, begins=45, seconds=options.away)
    journal, counts = await work(database, plan, [CrewElsewhere() for _ in range(CREWS)], away.happen)
    waited = away.waited(journal)
    _say("", f"The server is away for {away.up - away.down:.0f} s, one call a second")
    _say(f"  {counts.text()}", f"  problems: {journal.problems or 'none'}")
    _say(f"  {len(waited)} entries waited; the last was there {max(waited):.1f} s after the server")
    return {"waited": len(waited), "last_after_seconds": max(waited), "faults": counts.faults}


PARTS: dict[str, Callable[[PostgresServer, argparse.Namespace], Coroutine[Any, Any, dict[str, Any]]]] = {
    "growth": growth,
    "load": load,
    "outage": outage,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 when something was lost, or could not be measured."""
    options = _options(arguments)
    OUT.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {"machine": _machine()}
    try:
        with running_postgres() as server:
            make_durable(server)
            for name in options.parts or PARTS:
                results[name] = asyncio.run(PARTS[name](server, options))
    except BenchError as problem:
        print(f"bench: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    (OUT / "team.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    _say("", f"The same figures are in {OUT}/team.json.")
    return 1 if any(results[name].get("faults") for name in results if name in PARTS) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.team", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], metavar="PART", help="what to measure; everything as a rule"
    )
    parser.add_argument("--calls", type=int, default=10_000, help="calls of the load")
    parser.add_argument("--rounds", type=int, default=300, help="times everything is done in each log")
    parser.add_argument("--away", type=int, default=120, help="seconds the server is away")
    return parser.parse_args(arguments)


async def _database(server: PostgresServer, name: str, plan: Plan) -> PostgresDatabase:
    server.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
    database = PostgresDatabase(server, name)
    await prepare(database, plan.logins)
    return database


def _figures(seconds: Sequence[float]) -> dict[str, float]:
    """In milliseconds."""
    ordered, summary = sorted(seconds), Summary.of(seconds)
    p99 = ordered[math.ceil(0.99 * len(ordered)) - 1]
    figures = {"p50": summary.median, "p95": summary.p95, "p99": p99, "max": summary.max}
    return {"count": summary.count} | {name: round(value * 1000, 2) for name, value in figures.items()}


def _line(words: str, seconds: Sequence[float]) -> None:
    figures = _figures(seconds)
    cells = "".join(f"{name} {figures[name]:8.1f}  " for name in ("p50", "p95", "p99", "max"))
    _say(f"  {words:58}{figures['count']:8}  {cells}ms")


def _machine() -> str:
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{system}, Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
