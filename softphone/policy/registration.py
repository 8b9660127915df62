"""When to register again, and what a failure means in words.

PJSIP itself tries again after network failures and refreshes what is registered, but never after a
refused password; a registrar that was set right meanwhile would stay unnoticed.
"""

from __future__ import annotations

from softphone.model.ua_events import RegistrationChanged

REFUSED_RETRY_SECONDS = 60.0
"""Slow: a wrong password tried often locks accounts."""

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


def retry_seconds(event: RegistrationChanged) -> float | None:
    """When to send the next REGISTER ourselves; None where the user agent does it."""
    return REFUSED_RETRY_SECONDS if event.code in (401, 403, 404, 407) else None
