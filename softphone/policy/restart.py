"""How long to wait before a user agent that ended is started again: soon at first, ever later when it keeps ending."""

from __future__ import annotations

from dataclasses import dataclass

DELAYS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
HEALTHY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """What is remembered between two starts: *failures* in a row, and since when it runs (None: not ready)."""

    failures: int = 0
    ready_since: float | None = None


OFTEN = 3
OFTEN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Deaths:
    """When it died of late. Three times within a minute is no accident any more: people are told."""

    at: tuple[float, ...] = ()

    def another(self, now: float) -> Deaths:
        """It has died at *now*."""
        return Deaths((*(death for death in self.at if death > now - OFTEN_SECONDS), now))

    @property
    def often(self) -> bool:
        """Whether that was the third within a minute, or one more."""
        return len(self.at) >= OFTEN


def ready(state: Backoff, now: float) -> Backoff:
    """It has come up at *now*."""
    return Backoff(state.failures, now)


def ended(state: Backoff, now: float) -> tuple[Backoff, float]:
    """It has ended at *now*: the state for the next start, and the seconds until it.

    Having run well for HEALTHY_SECONDS forgives all failures before.
    """
    healthy = state.ready_since is not None and now - state.ready_since >= HEALTHY_SECONDS
    failures = 0 if healthy else state.failures
    return Backoff(failures + 1), DELAYS[min(failures, len(DELAYS) - 1)]
