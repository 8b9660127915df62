"""What the softphone stands on: versions, data directory, keyring, database."""

from __future__ import annotations

import platform
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib import metadata

from softphone.diagnostics.check import CheckResult, failed, ok, warning

PYTHON = ((3, 11), (3, 15))
_PACKAGES = (("PyQt6", "PyQt6"), ("Qt", "PyQt6-Qt6"), ("SQLAlchemy", "SQLAlchemy"))


async def check_versions() -> Sequence[CheckResult]:
    """Python and the packages that matter most."""
    return [_python(sys.version_info[:2]), *(_package(label, name) for label, name in _PACKAGES)]


def _python(version: tuple[int, ...]) -> CheckResult:
    words = f"{platform.python_version()} on {platform.platform()}"
    if PYTHON[0] <= version < PYTHON[1]:
        return ok("Python", words)
    return warning("Python", words, "Use Python 3.11 to 3.14.")


def _package(label: str, name: str) -> CheckResult:
    try:
        return ok(label, metadata.version(name))
    except metadata.PackageNotFoundError:
        return failed(label, f"the package {name} is not installed", "Install the softphone again.")


def keyring_result(lasting: bool) -> CheckResult:
    """Whether passwords last."""
    if lasting:
        return ok("keyring", "passwords are kept")
    remedy = "Install and unlock a keyring (Secret Service, KWallet, macOS Keychain, Windows Credential Locker)."
    return warning("keyring", "there is none: passwords are forgotten at the end of the session", remedy)


def database_check(upgrade: Callable[[], Awaitable[str]]) -> Callable[[], Awaitable[Sequence[CheckResult]]]:
    """A check that opens the database for writing, as the app does when it starts; *upgrade* tells what it found."""

    async def check() -> Sequence[CheckResult]:
        return [ok("database", await upgrade())]

    return check


def server_result(usable: bool, words: str, to_see_to: str) -> CheckResult:
    """What a look at the team's server has found. Without it calls go on, but nothing is shared."""
    if not usable:
        return failed("database", words, to_see_to or "Calls go on; see that this is put right, or ask an admin.")
    return warning("database", words, to_see_to) if to_see_to else ok("database", words)
