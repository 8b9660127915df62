"""Puts the results of an examination into words, JSON and an exit status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from softphone.diagnostics.check import CheckResult, CheckStatus
from softphone.diagnostics.redaction import redact
from softphone.model.printable import printable_json

_MARKS = {CheckStatus.OK: "ok     ", CheckStatus.WARNING: "warning", CheckStatus.FAILED: "FAILED "}


def exit_status(results: Sequence[CheckResult]) -> int:
    """1 when something does not work; warnings are no failure."""
    return 1 if any(result.status is CheckStatus.FAILED for result in results) else 0


def as_text(results: Sequence[CheckResult]) -> str:
    """A line for each result, and one more for what to do."""
    width = max((len(result.name) for result in results), default=0)
    lines = []
    for result in results:
        lines.append(f"{_MARKS[result.status]}  {result.name:<{width}}  {result.words}")
        if result.remedy:
            lines.append(f"{'':{width + 11}}{result.remedy}")
    return redact("\n".join(lines))


def as_json(results: Sequence[CheckResult]) -> str:
    """One object: the overall status and the results."""
    worst = max((result.status for result in results), key=list(CheckStatus).index, default=CheckStatus.OK)
    checks = [{key: redact(value) for key, value in asdict(result).items()} for result in results]
    return printable_json({"status": worst, "checks": checks}, indent=2)
