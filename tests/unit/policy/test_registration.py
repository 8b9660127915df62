"""What an agent is told when registration fails, and when it is tried again."""

from __future__ import annotations

import pytest

from softphone.model.ua_events import RegistrationChanged
from softphone.policy.registration import Standing, failure_in_words, is_registered, next_register, spread

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


REFUSALS = (401, 403, 404, 407)  # final whatever is sent again
ACCEPTED = RegistrationChanged(200, "OK", 120)


def waits(*events: RegistrationChanged, spread: float = 0.0) -> list[float]:
    """How long it waits after each of these answers."""
    standing, found = Standing(), []
    for event in events:
        standing = standing.after(event)
        found.append(next_register(event, standing, spread))
    return found


def failed(code: int, retry_after: int = 0) -> RegistrationChanged:
    return RegistrationChanged(code, "", 0, retry_after)


def test_a_registration_is_checked_every_ten_seconds_and_in_time_when_it_lasts_less_than_twenty() -> None:
    assert waits(ACCEPTED, RegistrationChanged(200, "OK", 3600), RegistrationChanged(200, "OK", 12)) == [10, 10, 6]


@pytest.mark.parametrize("code", REFUSALS)
def test_a_password_that_was_never_accepted_is_tried_once_a_minute(code: int) -> None:
    assert waits(failed(code), failed(code)) == [60, 60]


@pytest.mark.parametrize("code", REFUSALS)
def test_a_password_that_was_accepted_is_tried_three_times_more_than_once_a_minute(code: int) -> None:
    assert waits(ACCEPTED, *[failed(code)] * 5) == [10, 12, 12, 12, 60, 60]


def test_refusals_count_until_the_password_is_accepted_again_whatever_comes_between() -> None:
    mixed = [ACCEPTED, *[failed(401), failed(0)] * 4]
    assert waits(*mixed)[1::2] == [12, 12, 12, 60]
    assert waits(*mixed, ACCEPTED, failed(401))[-1] == 12


def test_other_failures_are_tried_again_soon_and_then_more_slowly() -> None:
    for code in {0, 200, *range(300, 700)} - set(REFUSALS):
        assert waits(*[failed(code)] * 6) == [1, 2, 5, 10, 10, 10]
    assert waits(failed(500), failed(500), ACCEPTED, failed(500))[-1] == 1


@pytest.mark.parametrize(("asked", "waited"), [(1, 1), (30, 30), (600, 600), (86400, 600)])
def test_a_registrar_that_says_when_is_asked_then_and_no_later_than_in_ten_minutes(asked: int, waited: int) -> None:
    assert waits(failed(503, asked)) == [waited]


def test_a_registrar_cannot_have_a_refused_password_tried_every_second() -> None:
    assert waits(failed(401, 1)) == [60]


def test_the_phones_of_a_team_come_back_one_after_the_other() -> None:
    found = sorted(spread(f"sip:agent{number}@example.com") for number in range(100))
    assert 0 <= found[0] < 0.1
    assert 0.9 < found[-1] <= 1
    assert waits(failed(503, 5), failed(0), spread=0.5) == [5.5, 2.2]
