"""What an agent is told when registration fails, and when it is tried again."""

from __future__ import annotations

import pytest

from softphone.model.ua_events import RegistrationChanged
from softphone.policy.registration import failure_in_words, is_registered, retry_seconds


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


@pytest.mark.parametrize(
    ("code", "again"), [(401, True), (403, True), (404, True), (407, True), (0, False), (503, False)]
)
def test_only_refusals_the_user_agent_gives_up_on_are_tried_again_slowly(code: int, again: bool) -> None:
    assert (retry_seconds(RegistrationChanged(code, "", 0)) is not None) is again
