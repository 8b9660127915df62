"""When to register again, and what a failure means in words.

A REGISTER every few seconds is also how we find out whether calls can still reach us: it is answered by what would
have to bring them, it puts a forgotten binding right by itself, and every registrar knows it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from softphone.model.ua_events import RegistrationChanged

CHECK_SECONDS = 10.0
REFUSED_RETRY_SECONDS = 60.0
"""Slow: a wrong password tried often locks accounts."""
DOUBTED_RETRY_SECONDS = 12.0
DOUBTED_RETRIES = 3
"""A password that was accepted before is tried so often again: a server in trouble refuses everybody for a while."""
LONGEST_WAIT_SECONDS = 600
"""No server can send us away for longer."""

_FAILURE_PAUSES = (1.0, 2.0, 5.0, 10.0)
_REFUSALS = (401, 403, 404, 407)
_WORDS = {
    401: "the registrar refused the user name or the password",
    403: "the registrar does not allow this account to register",
    404: "the registrar does not know this address",
    407: "the registrar refused the user name or the password",
    408: "the registrar does not answer",
    423: "the registrar wants longer registrations",
    480: "the registrar is not available",
    503: "the registrar is not available",
}


def is_registered(event: RegistrationChanged) -> bool:
    """Whether calls can reach the agent now."""
    return event.code == 200 and event.expires_seconds > 0


def failure_in_words(event: RegistrationChanged) -> str:
    """What to tell the agent. Code 0 comes with the network's own reason."""
    if event.code == 0:
        return _network_failure(event.reason)
    if event.code == 200:
        return "not registered any more"
    return f"{_WORDS.get(event.code, event.reason or 'the registrar refused')} ({event.code})"


def _network_failure(reason: str) -> str:
    if not reason:
        return "the registrar does not answer"
    return reason if "registrar" in reason else f"the registrar cannot be reached: {reason}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a registrar has taken an account: *accepted* ever, *refusals* since then, *failures* of any kind in a row."""

    accepted: bool = False
    refusals: int = 0
    failures: int = 0

    def after(self, event: RegistrationChanged) -> Standing:
        """The same with one more answer."""
        if is_registered(event):
            return Standing(accepted=True)
        refused = event.code in _REFUSALS
        return replace(self, refusals=self.refusals + refused, failures=self.failures + 1)


def spread(account: str) -> float:
    """From 0 to 1, its own for each account: the phones of a team do not all come back in the same moment."""
    return zlib.crc32(account.encode(errors="replace")) / 0xFFFFFFFF


def next_register(event: RegistrationChanged, standing: Standing, spread: float) -> float:
    """Seconds until the next REGISTER; *standing* is that after *event*."""
    if is_registered(event):
        return min(CHECK_SECONDS, event.expires_seconds / 2)
    if event.code in _REFUSALS:
        doubted = standing.accepted and standing.refusals <= DOUBTED_RETRIES
        return DOUBTED_RETRY_SECONDS if doubted else REFUSED_RETRY_SECONDS
    if event.retry_after_seconds:
        return min(event.retry_after_seconds, LONGEST_WAIT_SECONDS) + spread
    return _FAILURE_PAUSES[min(standing.failures, len(_FAILURE_PAUSES)) - 1] * (1 + spread / 5)
