"""Accounts are checked before PJSIP sees them, and described to it in full."""

from dataclasses import replace

import pytest

from softphone.engine.problems import CannotDoError
from softphone.engine.sip.account_config import check_account, with_transport
from softphone.model.sip import SipUri
from softphone.model.ua_commands import Account

GOOD = Account("sip:agent1@example.com", "sip:example.com", "tls", "agent1", "pass word;", "mandatory", 60)


@pytest.mark.parametrize("account", [GOOD, Account("sip:agent1@127.0.0.1:5060")])
def test_a_good_account_passes_and_not_with_an_unknown_transport(account: Account) -> None:
    check_account(account)
    with pytest.raises(CannotDoError, match="transport"):
        check_account(replace(account, transport="sctp"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sip_uri": ""}, "not a SIP address"),
        ({"sip_uri": "tel:+15550100"}, "SIP address"),
        ({"registrar": "example.com"}, "not a SIP address"),
        ({"registrar": "tel:+15550100"}, "registrar"),
        ({"transport": "sctp"}, "transport"),
        ({"srtp": "yes"}, "srtp"),
        ({"expires_seconds": 29}, "registration lasts"),
        ({"expires_seconds": 86401}, "registration lasts"),
        ({"username": "a\r\nb"}, "control character"),
        ({"password": "a\0b"}, "control character"),
        ({"realms": ("*",)}, "realm"),
        ({"realms": ("",)}, "realm"),
        ({"realms": ("a\nb",)}, "realm"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, object], words: str) -> None:
    with pytest.raises(CannotDoError, match=words):
        check_account(replace(GOOD, **changes))  # type: ignore[arg-type]


def test_the_complaint_never_shows_the_password() -> None:
    with pytest.raises(CannotDoError) as refusal:
        check_account(replace(GOOD, password="hush\n"))
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    ("uri", "transport", "expected"),
    [
        ("sip:example.com", "udp", "sip:example.com"),
        ("sip:example.com:5061", "tls", "sip:example.com:5061;transport=tls"),
        ("sip:example.com;transport=udp", "tcp", "sip:example.com;transport=tcp"),
        ("sips:example.com;x=1", "tls", "sip:example.com;x=1;transport=tls"),
    ],
)
def test_the_transport_of_the_account_wins(uri: str, transport: str, expected: str) -> None:
    assert with_transport(SipUri.parse(uri), transport) == expected
