from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softphone.config.number_plan import PhoneNumberPlan, is_region

AMERICAN = PhoneNumberPlan("US")
GERMAN = PhoneNumberPlan("de")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("+15551230001", "+15551230001"),  # possible, though never in service
        ("(555) 123-0001", "+15551230001"),
        ("555.123.0001", "+15551230001"),
        ("1 555 123 0001", "+15551230001"),
        (" 5551230001 ", "+15551230001"),
        ("tel:+1-555-123-0001", "+15551230001"),
        ("TEL:5551230001;phone-context=+1", "+15551230001"),
        ("+15551230001;npdi", "+15551230001"),
        ("+44 20 7946 0000", "+442079460000"),
        ("011 44 20 7946 0000", "+442079460000"),
        ("", ""),
        ("agent1", ""),
        ("x5551230001", ""),
        ("1-800-FLOWERS", ""),
        ("123-0001", ""),  # no area code: nobody can tell which
        ("911", ""),
        ("100", ""),
        ("+155512300011234567", ""),
        ("+999 123456789", ""),
        ("sip:+15551230001@example.com", ""),
        ("5551230001\r\nX: y", ""),
    ],
)
def test_to_e164(text: str, e164: str) -> None:
    assert AMERICAN.to_e164(text) == e164


@pytest.mark.parametrize(
    ("plan", "text", "shown"),
    [
        (AMERICAN, "+15551230001", "(555) 123-0001"),
        (AMERICAN, "+442079460000", "+44 20 7946 0000"),
        (GERMAN, "+4930123456", "030 123456"),
        (GERMAN, "030/123456", "030 123456"),
        (GERMAN, "+15551230001", "+1 555-123-0001"),
        (AMERICAN, "agent1", "agent1"),
        (AMERICAN, "100", "100"),
        (AMERICAN, "anonymous", "anonymous"),
    ],
)
def test_for_people(plan: PhoneNumberPlan, text: str, shown: str) -> None:
    assert plan.for_people(text) == shown


def test_two_regions_read_the_same_digits_differently() -> None:
    assert GERMAN.to_e164("030 123456") == "+4930123456"
    assert AMERICAN.to_e164("030 123456") == ""


def test_without_a_known_region_only_international_numbers_are_numbers() -> None:
    nowhere = PhoneNumberPlan("XX")
    assert nowhere.to_e164("+4930123456") == "+4930123456"
    assert nowhere.to_e164("030 123456") == ""
    assert nowhere.for_people("+4930123456") == "+49 30 123456"
    assert (is_region("XX"), is_region("us")) == (False, True)


@given(st.text(alphabet=st.characters() | st.sampled_from("0123456789+-() ;tel:"), max_size=30))
@settings(deadline=None)
def test_whatever_comes_from_the_network_is_a_number_or_stays_as_it_is(text: str) -> None:
    e164 = AMERICAN.to_e164(text)
    if e164:
        assert AMERICAN.to_e164(e164) == e164
        assert AMERICAN.to_e164(AMERICAN.for_people(text)) == e164
    else:
        assert AMERICAN.for_people(text) == text
