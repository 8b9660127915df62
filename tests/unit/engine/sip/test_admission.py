"""Who may ring, by address, transport and account."""

import pytest

from softphone.engine.sip.admission import Door, Source, ip_of

SIDE = frozenset({"203.0.113.5", "203.0.113.6"})
REGISTRARS = "203.0.113.5"
STRANGERS = "198.51.100.9"


@pytest.mark.parametrize("address", [REGISTRARS, STRANGERS])
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_without_a_registrar_everybody_is_let_in_and_believed(address: str, transport: str) -> None:
    source = Source(address, transport)
    assert Door().admits(source)
    assert Door().trusts(source)


@pytest.mark.parametrize(
    ("account", "believed"), [("udp", ["udp", "tcp", "tls"]), ("tcp", ["tcp", "tls"]), ("tls", ["tls"])]
)
def test_the_registrars_side_is_believed_over_a_transport_as_good_as_the_accounts(
    account: str, believed: list[str]
) -> None:
    door = Door(True, False, account, SIDE)
    for transport in ("udp", "tcp", "tls", ""):
        source = Source(REGISTRARS, transport)
        expected = transport in believed or (transport == "" and account == "udp")
        assert door.trusts(source) == door.admits(source) == expected


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_strangers_are_let_in_where_the_phone_is_open_but_not_believed(transport: str) -> None:
    source = Source(STRANGERS, transport)
    assert not Door(True, False, "udp", SIDE).admits(source)
    assert Door(True, True, "udp", SIDE).admits(source)
    assert not Door(True, True, "udp", SIDE).trusts(source)


def test_a_registrar_whose_addresses_are_not_known_yet_is_nobody() -> None:
    assert not Door(True, False).admits(Source(REGISTRARS, "udp"))


@pytest.mark.parametrize(
    ("written", "address"),
    [("203.0.113.5:5060", "203.0.113.5"), ("[2001:db8::5]:5060", "2001:db8::5"), ("", ""), ("nonsense", "")],
)
def test_an_address_as_pjsip_writes_it(written: str, address: str) -> None:
    assert ip_of(written) == address
