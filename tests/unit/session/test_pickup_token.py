"""Tokens in addresses."""

import pytest

from softphone.model.sip import Header
from softphone.session.pickup_token import token_in, with_token, without_token


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
    assert token_in(request_uri, (Header("To", to),)) == token


def test_a_token_is_not_shown() -> None:
    assert without_token("<sip:a@example.com;pickup=abc;x=y>") == "<sip:a@example.com;pickup=***;x=y>"
    assert without_token("sip:a@example.com") == "sip:a@example.com"
