"""Which realms a password is for: those the registrar has asked for it in, those set, and never all."""

from __future__ import annotations

import pytest

from softphone.engine.sip.realms import MOST, Realms
from softphone.model.ua_commands import Account

ACCOUNT = Account("sip:agent1@example.com", "sip:example.com", realms=("proxy.example.com",))


def refusal(*values: str, header: str = "WWW-Authenticate") -> str:
    lines = "".join(f"{header}: {value}\r\n" for value in values)
    return f"SIP/2.0 401 Unauthorized\r\n{lines}Content-Length: 0\r\n\r\n"


def challenge(realm: str) -> str:
    return f'Digest algorithm=MD5, realm="{realm}", nonce="1"'


@pytest.fixture
def realms() -> Realms:
    made = Realms()
    made.follow(ACCOUNT)
    return made


def test_the_registrars_realm_is_learnt_once(realms: Realms) -> None:
    assert realms.learn(refusal(challenge("example.com")))
    assert realms.names == ("proxy.example.com", "example.com")
    assert not realms.learn(refusal(challenge("example.com"))), "the password was wrong"


@pytest.mark.parametrize(
    "value",
    ["", 'Basic realm="example.com"', challenge("*"), challenge(""), 'Digest realm="a\\"b"', "Digest xrealm=1"],
)
def test_what_is_no_realm_of_digest_is_not_learnt(realms: Realms, value: str) -> None:
    assert not realms.learn(refusal(value))
    assert realms.names == ACCOUNT.realms


def test_a_proxy_in_front_of_the_registrar_asks_too(realms: Realms) -> None:
    assert realms.learn(refusal('Digest realm="door"', header="Proxy-Authenticate"))
    assert "door" in realms.names


def test_a_registrar_with_a_new_realm_each_time_is_not_asked_for_ever(realms: Realms) -> None:
    assert [realms.learn(refusal(challenge(str(number)))) for number in range(MOST + 2)] == [True] * MOST + [False] * 2
    realms.accepted()
    assert realms.learn(refusal(challenge("later")))
    assert len(realms.names) == 1 + MOST


def test_another_registrar_says_for_itself(realms: Realms) -> None:
    realms.learn(refusal(challenge("example.com")))
    realms.follow(ACCOUNT)
    assert "example.com" in realms.names
    realms.follow(Account("sip:agent1@example.org", "sip:example.org"))
    assert realms.names == ()
