"""What is known of an engine that died, kept as a file for whoever looks into it: when, how, and its last words."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_logger = logging.getLogger(__name__)
KEPT = 10


@dataclass(frozen=True, slots=True)
class Death:
    """*code* is negative for a signal; *last_words* are the last lines of its log, with PJSIP's warnings."""

    pid: int
    code: int
    seconds_lived: float
    hung: bool
    version: str
    last_words: Sequence[str]


class CrashReports:
    """The newest KEPT in *directory*, for this user only. *redact* takes out what must not be read in a report."""

    def __init__(self, directory: Path, redact: Callable[[str], str]) -> None:
        self._directory, self._redact = directory, redact

    def write(self, death: Death) -> None:
        """Keep a report. A disk that is full costs the report and nothing else."""
        when = datetime.now(UTC)
        text = self._redact("\n".join(self._lines(death, when)) + "\n")
        try:
            self._directory.mkdir(mode=0o700, exist_ok=True)
            file = self._directory / f"engine-{when:%Y%m%dT%H%M%S}-{death.pid}.txt"
            file.touch(mode=0o600)
            file.write_text(text, encoding="utf-8", errors="replace")
            self._forget_old()
        except OSError as error:
            _logger.warning("the crash report cannot be kept: %s", error)

    def _lines(self, death: Death, when: datetime) -> list[str]:
        return [
            f"The phone engine ended at {when:%Y-%m-%d %H:%M:%S} UTC: {_how(death)}.",
            f"Process {death.pid}, {death.version or 'not ready yet'}, lived {death.seconds_lived:.1f} s.",
            "",
            "Where its threads were:",
            self._stacks(death.pid) or "(nothing was written)",
            "",
            "Its last words:",
            *(death.last_words or ("(none)",)),
        ]

    def _stacks(self, pid: int) -> str:
        file = self._directory / stacks_of(pid)
        try:
            return file.read_text(errors="replace").rstrip()
        except OSError:
            return ""
        finally:
            with suppress(OSError):
                file.unlink()

    def _forget_old(self) -> None:
        for file in sorted(self._directory.glob("engine-*.txt"))[:-KEPT]:
            file.unlink(missing_ok=True)


def stacks_of(pid: int) -> str:
    """The name of the file in which the engine of this process says, dying, where its threads are."""
    return f"stacks-{pid}"


def _how(death: Death) -> str:
    if death.hung:
        return "it did not answer any more and was ended"
    if death.code >= 0:
        return f"exit status {death.code}"
    with suppress(ValueError):
        return f"signal {-death.code} ({signal.Signals(-death.code).name})"
    return f"signal {-death.code}"
