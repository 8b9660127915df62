"""One thing looked at, and what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from softphone.errors import UserFacingError

_logger = logging.getLogger(__name__)
CHECK_SECONDS = 60.0


class CheckStatus(StrEnum):
    """How it is with one thing; only FAILED makes the whole examination fail."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """*words* say how it is, *remedy* what to do about it; empty when nothing needs to be done."""

    name: str
    status: CheckStatus
    words: str
    remedy: str = ""


Check = Callable[[], Awaitable[Sequence[CheckResult]]]


def ok(name: str, words: str) -> CheckResult:
    """It works."""
    return CheckResult(name, CheckStatus.OK, words)


def warning(name: str, words: str, remedy: str) -> CheckResult:
    """It works, but not as it should."""
    return CheckResult(name, CheckStatus.WARNING, words, remedy)


def failed(name: str, words: str, remedy: str) -> CheckResult:
    """It does not work."""
    return CheckResult(name, CheckStatus.FAILED, words, remedy)


async def run_checks(checks: Iterable[tuple[str, Check]], seconds: float = CHECK_SECONDS) -> list[CheckResult]:
    """Run one after the other; a check that raises or hangs is a result like any other."""
    results: list[CheckResult] = []
    for name, check in checks:
        results += await _guarded(name, check, seconds)
    return results


async def _guarded(name: str, check: Check, seconds: float) -> Sequence[CheckResult]:
    try:
        return await asyncio.wait_for(check(), seconds)
    except TimeoutError:
        return [
            failed(name, f"no answer within {seconds:g} seconds", "Try again; if it stays so, restart the machine.")
        ]
    except UserFacingError as error:
        return [failed(name, str(error), "")]
    except Exception as error:
        _logger.exception("the check of %s failed", name)
        return [failed(name, f"cannot be examined ({type(error).__name__})", "Report this as a bug.")]
