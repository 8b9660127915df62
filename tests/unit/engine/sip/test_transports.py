"""Which sockets an account needs; that they are opened and closed is seen in tests/integration/test_engine_guard.py."""

import pytest

from softphone.engine.sip.transports import listening
from softphone.model.ua_commands import Account


@pytest.mark.parametrize(
    ("transport", "registrar", "anywhere", "wanted"),
    [
        ("udp", "", False, ("udp", "tcp")),
        ("udp", "sip:h", False, ("udp", "tcp")),
        ("tcp", "sip:h", False, ("tcp",)),
        ("tls", "sip:h", False, ("tls",)),
        ("tcp", "sip:h", True, ("udp", "tcp")),
        ("tls", "sip:h", True, ("udp", "tcp", "tls")),
        ("tls", "", False, ("udp", "tcp", "tls")),
        ("carrier pigeon", "sip:h", False, ("udp", "tcp")),
    ],
)
def test_no_more_than_the_account_needs(
    transport: str, registrar: str, anywhere: bool, wanted: tuple[str, ...]
) -> None:
    account = Account("sip:a@h", registrar, transport, accept_from_anywhere=anywhere)
    assert listening(account) == wanted
