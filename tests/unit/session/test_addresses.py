"""Where a softphone is called, and tokens in addresses."""

import pytest

from softphone.model.settings import AccountSettings, CallSettings, Settings
from softphone.model.sip import Header
from softphone.model.ua_events import IncomingCall
from softphone.session.addresses import own_address, token_in, with_token, without_token

BOUND = ("udp:127.0.0.1:25080", "tcp:127.0.0.1:25080")


@pytest.mark.parametrize(
    ("settings", "bound", "address"),
    [
        (Settings(account=AccountSettings("sip:a@example.com", "sip:example.com")), BOUND, "sip:a@example.com"),
        (Settings(account=AccountSettings("sip:a@localhost")), BOUND, "sip:a@127.0.0.1:25080"),
        (Settings(account=AccountSettings("sip:a@192.0.2.7")), ("udp:0.0.0.0:5060",), "sip:a@192.0.2.7"),
        (Settings(account=AccountSettings("sip:a@192.0.2.7")), (), "sip:a@192.0.2.7"),
        (Settings(), BOUND, ""),
        (
            Settings(
                account=AccountSettings("sip:a@example.com", "sip:example.com"),
                calls=CallSettings(pickup_address="sip:a-desk@example.com"),
            ),
            BOUND,
            "sip:a-desk@example.com",
        ),
    ],
)
def test_own_address(settings: Settings, bound: tuple[str, ...], address: str) -> None:
    assert own_address(settings, bound) == address


def test_the_token_is_a_uri_parameter_beside_others() -> None:
    assert (
        with_token("sip:a@example.com:5070;transport=tcp", "abc") == "sip:a@example.com:5070;transport=tcp;pickup=abc"
    )


@pytest.mark.parametrize(
    ("to", "request_uri", "token"),
    [
        ("<sip:a@example.com;pickup=abc>", "sip:a@10.0.0.1", "abc"),
        ('"A" <sip:a@example.com;x=y;pickup=abc;z>;tag=1', "sip:a@10.0.0.1", "abc"),
        ("<sip:a@example.com>", "sip:a@10.0.0.1;pickup=abc;transport=tcp", "abc"),
        ("<sip:a@example.com>;pickup=abc", "sip:a@10.0.0.1", ""),
        ("<sip:pickup=abc@example.com>", "sip:a@10.0.0.1", ""),
    ],
)
def test_the_token_of_an_invite(to: str, request_uri: str, token: str) -> None:
    event = IncomingCall("c", "id", "<sip:x@y>", request_uri, (Header("To", to),), 0.0)
    assert token_in(event) == token


def test_a_token_is_not_shown() -> None:
    assert without_token("<sip:a@example.com;pickup=abc;x=y>") == "<sip:a@example.com;pickup=***;x=y>"
    assert without_token("sip:a@example.com") == "sip:a@example.com"
