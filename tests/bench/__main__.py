"""Runs the benchmark: ``python -m tests.bench``, or ``python -m tests.bench --beside CHECKOUT``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pjsua2

from tests.bench import idle as idle_cpu
from tests.bench import start as starts
from tests.bench.caller import Caller
from tests.bench.phones import Baresip, Phone, Program, bare_phone, softphone, softphone_of, softphone_on_own_library
from tests.bench.problem import BenchError
from tests.bench.report import Report
from tests.bench.rounds import Rounds

OUT = Path("out/bench")


def main() -> int:
    """Measure, print, write; 1 when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", help="call the softphone of this checkout, too")
    try:
        report = measure(parser.parse_args().beside)
    except BenchError as problem:
        print(f"bench: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    report.save(OUT)
    print(f"{report.text()}\n\nEvery single time is in {OUT}/bench.json, the picture in {OUT}/bench.png.")  # noqa: T201
    return 0


def measure(beside: Path | None) -> Report:
    """Call everybody; nothing of them is left afterwards. *beside* is another checkout, such as one of last month."""
    began = time.monotonic()
    with ExitStack() as stack:
        baresip = stack.enter_context(closing(Baresip()))
        bare = stack.enter_context(closing(bare_phone()))
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        ours = stack.enter_context(closing(softphone(directory)))
        others: list[Phone] = [bare, baresip]
        if beside:
            others.insert(0, stack.enter_context(closing(softphone_of(beside, directory / "beside"))))
        elif not hasattr(pjsua2, "SOURCE_SHA256"):  # the environment is on the wheel
            own = softphone_on_own_library(directory / "own")
            others.insert(0, stack.enter_context(closing(own)))
        idle = stack.enter_context(closing(Program("an idle Qt process", "idle_window")))
        idling = idle_cpu.measure([phone for phone in (ours, *others) if isinstance(phone, Program)])
        rounds = Rounds(stack.enter_context(closing(Caller())), (ours, *others))
        for watched in (ours, idle):
            watched.act("watch")
        rounds.run()
        started = starts.measure(directory / "start")
        held = {watched.name: watched.finish() for watched in (ours, idle)}
    return Report(rounds.samples, started, held, idling, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
