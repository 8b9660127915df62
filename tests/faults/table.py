"""The table at the end: a line for each kind of fault, for each build of PJSIP."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.row import Row

HEAD = ("fault", "library", "tried", "engine", "app", "call in progress", "lost", "next call")


def table(results: Mapping[str, Sequence[Row]]) -> str:
    """*results* by library, as Markdown."""
    kinds = dict.fromkeys(row.fault.kind for rows in results.values() for row in rows)
    lines = [HEAD, tuple("---" for _ in HEAD)]
    for kind in kinds:
        for library, rows in results.items():
            of_kind = [row for row in rows if row.fault.kind == kind]
            if of_kind:
                lines.append((kind, library, *_cells(of_kind)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def save(results: Mapping[str, Sequence[Row]], directory: Path) -> None:
    """Every row as JSON, and the table."""
    directory.mkdir(parents=True, exist_ok=True)
    every = {library: [_plain(row) for row in rows] for library, rows in results.items()}
    (directory / "faults.json").write_text(json.dumps(every, indent=1))
    (directory / "faults.md").write_text(table(results) + "\n")


def _cells(rows: Sequence[Row]) -> tuple[str, ...]:
    found = [row.verdict for row in rows]
    calls = [verdict.call for verdict in found if verdict.call is not None]
    later = [verdict.next_call for verdict in found if verdict.next_call is not None]
    lost = dict.fromkeys(word for verdict in found for word in verdict.lost)
    return (
        f"{sum(row.fault.tried for row in rows):,} in {len(rows)}",
        _lost(sum(not verdict.engine for verdict in found)),
        _lost(sum(not verdict.app for verdict in found)),
        _lost(calls.count(False)) if calls else "–",
        "; ".join(lost) or "nothing",
        f"{max(later):.2f} s" if len(later) == len(found) else f"never {len(found) - len(later)} times",
    )


def _lost(times: int) -> str:
    return f"lost {times} times" if times > 1 else "lost once" if times else "survived"


def _plain(row: Row) -> dict[str, object]:
    found = row.verdict
    return {
        "kind": row.fault.kind,
        "fault": row.fault.name,
        "tried": row.fault.tried,
        "engine": found.engine,
        "app": found.app,
        "call": found.call,
        "lost": found.lost,
        "next_call_seconds": found.next_call,
    }
