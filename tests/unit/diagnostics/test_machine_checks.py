import sys

import pytest

from softphone.diagnostics import machine_checks
from softphone.diagnostics.check import CheckStatus, ok
from softphone.diagnostics.machine_checks import check_versions, database_check, keyring_result, server_result
from softphone.errors import UserFacingError


@pytest.mark.programs
async def test_this_machine_has_what_it_needs() -> None:
    results = await check_versions()
    assert [result.name for result in results] == ["Python", "PyQt6", "Qt", "SQLAlchemy"]
    assert all(result.status is CheckStatus.OK for result in results)


@pytest.mark.programs
async def test_an_unsuitable_python_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 15, 0))
    python, *_ = await check_versions()
    assert (python.status, python.remedy) == (CheckStatus.WARNING, "Use Python 3.11 to 3.14.")


@pytest.mark.programs
async def test_a_missing_package_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "_PACKAGES", (("Something", "no-such-package"),))
    *_, missing = await check_versions()
    assert (missing.status, missing.words) == (CheckStatus.FAILED, "the package no-such-package is not installed")


def test_a_keyring_that_forgets_is_a_warning() -> None:
    assert keyring_result(lasting=True).status is CheckStatus.OK
    assert keyring_result(lasting=False).status is CheckStatus.WARNING


async def test_the_database_says_itself_how_it_is() -> None:
    async def fine() -> str:
        return "The database is up to date."

    async def newer() -> str:
        raise UserFacingError("The database was made by a newer softphone.")

    assert await database_check(fine)() == [ok("database", "The database is up to date.")]
    with pytest.raises(UserFacingError, match="newer"):
        await database_check(newer)()


def test_a_server_that_cannot_be_used_fails_the_examination() -> None:
    assert server_result(True, "PostgreSQL 15 answers.", "") == ok("database", "PostgreSQL 15 answers.")
    clock = server_result(True, "PostgreSQL 15 answers.", "Set the clock right.")
    assert (clock.status, clock.remedy) == (CheckStatus.WARNING, "Set the clock right.")
    away = server_result(False, "The database is away.", "")
    assert away.status is CheckStatus.FAILED
    assert "Calls go on" in away.remedy
