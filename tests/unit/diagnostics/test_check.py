import asyncio
from collections.abc import Sequence

import pytest

from softphone.diagnostics.check import CheckResult, CheckStatus, failed, ok, run_checks, warning
from softphone.errors import UserFacingError


async def fine() -> Sequence[CheckResult]:
    return [ok("first", "works"), warning("second", "works badly", "Do something.")]


async def refused() -> Sequence[CheckResult]:
    raise UserFacingError("The file cannot be read.")


async def broken() -> Sequence[CheckResult]:
    raise ValueError("a bug with a secret in it")


async def hanging() -> Sequence[CheckResult]:
    await asyncio.Event().wait()
    return []


async def test_results_come_in_order() -> None:
    results = await run_checks([("refused", refused), ("fine", fine)])
    assert results == [
        failed("refused", "The file cannot be read.", ""),
        ok("first", "works"),
        warning("second", "works badly", "Do something."),
    ]


async def test_a_bug_in_a_check_is_a_result_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    (result,) = await run_checks([("broken", broken)])
    assert result == failed("broken", "cannot be examined (ValueError)", "Report this as a bug.")
    assert "the check of broken failed" in caplog.text


async def test_a_check_that_hangs_is_given_up() -> None:
    hung, *others = await run_checks([("hanging", hanging), ("fine", fine)], seconds=0.05)
    assert (hung.status, hung.words) == (CheckStatus.FAILED, "no answer within 0.05 seconds")
    assert len(others) == 2
