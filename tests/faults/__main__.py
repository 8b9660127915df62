"""Runs the fault list: ``python -m tests.faults``, which is ``make faults``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pjsua2

from tests.faults.kinds import KINDS
from tests.faults.row import Row
from tests.faults.subject import subject
from tests.faults.table import save, table
from tests.lab.own_library import own_library

OUT = Path("out/faults")
OWN, WHEEL = "our own PJSIP", "wheel on PyPI"


def main() -> int:
    """Inflict everything, say what was found; 1 when the app, or with our own PJSIP anything at all, was lost."""
    options = _options()
    results: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory(prefix="faults-") as directory:
        for name, library in _libraries(Path(directory), options.library):
            results[name] = _run(name, library, options)
            save(results, OUT)
    print(f"\n{table(results)}\n\nEvery row is in {OUT}/faults.json.")  # noqa: T201
    return int(any(_fails(name, row) for name, rows in results.items() for row in rows))


def _run(name: str, library: str, options: argparse.Namespace) -> list[Row]:
    rows = []
    with subject(library) as agent:
        for kind in _chosen(options.only):
            for fault in KINDS[kind](options.seed, not options.short):
                rows.append(agent.row(fault))
                print(f"{name} · {rows[-1]}", flush=True)  # noqa: T201
    return rows


def _fails(library: str, row: Row) -> bool:
    """The wheel's assertions are known; what the app must bear is the same with both."""
    return not row.verdict.app or (library == OWN and not row.survived)


def _libraries(directory: Path, wanted: str) -> Iterator[tuple[str, str]]:
    """The environment's and, where that is the wheel, our own. *wanted* leaves one of them out."""
    environment = OWN if hasattr(pjsua2, "SOURCE_SHA256") else WHEEL
    if wanted in ("", "own") and environment is WHEEL:
        yield OWN, str(own_library(directory))
    if wanted in ("", "own" if environment is OWN else "wheel"):
        yield environment, ""


def _chosen(only: Iterable[str]) -> list[str]:
    return [name for name in KINDS if not only or name in only]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=(), metavar="KIND", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--library", choices=("own", "wheel"), default="", help="with one build of PJSIP only")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn by chance")
    parser.add_argument("--short", action="store_true", help="the choice that make test has")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
