"""What can be typed into the dial field."""

import pytest

from softphone.errors import RefusedError
from softphone.model.profile import Team, UserProfile
from softphone.model.settings import AccountSettings
from softphone.session.dial_plan import target_of
from tests.fakes.ports import PlainNumbers

TEAM = Team([UserProfile("agent2", "Agent Two", "sip:agent2@example.com"), UserProfile("agent3", "No Address")])
ACCOUNT = AccountSettings("sip:agent1@example.com", "sip:registrar.example.com")


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("sip:bob@example.net", "sip:bob@example.net"),
        ("  bob@example.net:5070 ", "sip:bob@example.net:5070"),
        ("+1 (555) 123-0001", "sip:+15551230001@example.com"),
        ("tel:+15551230001;ext=5", "sip:+15551230001@example.com"),
        ("100", "sip:100@example.com"),
        ("agent2", "sip:agent2@example.com"),
        ("AGENT TWO", "sip:agent2@example.com"),
    ],
)
def test_numbers_names_and_addresses(typed: str, target: str) -> None:
    assert target_of(typed, TEAM, ACCOUNT, PlainNumbers()) == target


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type a number"),
        ("sip:", "not a SIP address"),
        ("sip:a b@c", "not a SIP address"),
        ("sip:a@b\r\nX: y", "line break"),
        ("who is this", "Nobody here is called"),
        ("agent3", "has no SIP address"),
    ],
)
def test_anything_else_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        target_of(typed, TEAM, ACCOUNT, PlainNumbers())


def test_a_number_needs_a_registrar() -> None:
    with pytest.raises(RefusedError, match="need a registrar"):
        target_of("+15551230001", TEAM, AccountSettings("sip:agent1@example.com"), PlainNumbers())
