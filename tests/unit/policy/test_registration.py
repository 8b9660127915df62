"""What an agent is told when registration fails, and when it is tried again."""

from __future__ import annotations

import pytest

from softphone.model.ua_events import RegistrationChanged
from softphone.policy.registration import failure_in_words, is_registered, retry_seconds

# What each answer to a REGISTER means: RFC 3261 sections 21.4 and 21.5, section 10.3 for 401, 403, 404 and 423.
MEANINGS = {
    401: ("21.4.2 Unauthorized", "the registrar refused the user name or the password"),
    403: ("21.4.4 Forbidden", "the registrar does not allow this account to register"),
    404: ("21.4.5 Not Found", "the registrar does not know this address"),
    407: ("21.4.8 Proxy Authentication Required", "the registrar refused the user name or the password"),
    408: ("21.4.9 Request Timeout", "the registrar does not answer"),
    423: ("21.4.17 Interval Too Brief", "the registrar wants longer registrations"),
    480: ("21.4.18 Temporarily Unavailable", "the registrar is not available"),
    503: ("21.5.4 Service Unavailable", "the registrar is not available"),
}


def test_every_answer_is_told_in_words_or_in_the_registrars_own() -> None:
    for code in range(300, 700):
        _, words = MEANINGS.get(code, ("", "Own words"))
        assert failure_in_words(RegistrationChanged(code, "Own words", 0)) == f"{words} ({code})"


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (0, "", "the registrar does not answer"),
        (0, "Connection refused", "the registrar cannot be reached: Connection refused"),
        (0, "the registrar's certificate is not trusted", "the registrar's certificate is not trusted"),
        (200, "OK", "not registered any more"),
        (401, "Unauthorized", "the registrar refused the user name or the password (401)"),
        (599, "Odd", "Odd (599)"),
        (599, "", "the registrar refused (599)"),
    ],
)
def test_a_failure_is_told_in_words(code: int, reason: str, words: str) -> None:
    assert failure_in_words(RegistrationChanged(code, reason, 0)) == words


@pytest.mark.parametrize(("code", "expires", "registered"), [(200, 120, True), (200, 0, False), (401, 120, False)])
def test_registered_is_a_200_that_lasts(code: int, expires: int, registered: bool) -> None:
    assert is_registered(RegistrationChanged(code, "", expires)) is registered


REFUSALS = (401, 403, 404, 407)  # final whatever is sent again; PJSIP tries again by itself after everything else


def test_only_refusals_the_user_agent_gives_up_on_are_tried_again_and_slowly() -> None:
    for code in (0, 200, *range(300, 700)):
        assert retry_seconds(RegistrationChanged(code, "", 0)) == (60.0 if code in REFUSALS else None)
