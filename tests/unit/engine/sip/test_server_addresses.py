"""RFC 3263 against a DNS server of the test's own on the loopback address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import dns.message
import dns.resolver
import dns.rrset
import pytest

from softphone.engine.sip.server_addresses import addresses_of

ZONE = (
    'naptr.test. 60 IN NAPTR 10 10 "s" "SIP+D2T" "" odd.naptr.test.',
    'naptr.test. 60 IN NAPTR 20 10 "u" "E2U+sip" "" other.naptr.test.',
    "odd.naptr.test. 60 IN SRV 1 1 5060 localhost.",
    "other.naptr.test. 60 IN SRV 1 1 5060 nowhere.invalid.",
    "_sips._tcp.srv.test. 60 IN SRV 1 1 5061 localhost.",
    "_sip._udp.gone.test. 60 IN SRV 1 1 5060 nowhere.invalid.",
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What it was asked."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", 0))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], own.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        thread = threading.Thread(target=_serve, args=(own, asked), daemon=True)
        thread.start()
        yield asked
        own.sendto(b"", own.getsockname())
        thread.join(5)


def _serve(own: socket.socket, asked: list[str]) -> None:
    while True:
        datagram, peer = own.recvfrom(4096)
        if not datagram:
            return
        query = dns.message.from_wire(datagram)
        answer = dns.message.make_response(query)
        name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
        asked.append(f"{kind} {name.to_text(omit_final_dot=True)}")
        records = [line.split(maxsplit=4) for line in ZONE]
        found = [text for owner, _, _, record, text in records if record == kind and owner == name.to_text()]
        if found:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
        own.sendto(answer.to_wire(), peer)


def test_the_servers_of_srv_records(server: list[str]) -> None:
    assert addresses_of(["srv.test"]) == {"127.0.0.1"}
    wanted = ["NAPTR srv.test", "SRV _sip._udp.srv.test", "SRV _sip._tcp.srv.test", "SRV _sips._tcp.srv.test"]
    assert sorted(server) == sorted(wanted)


def test_the_services_that_naptr_records_name(server: list[str]) -> None:
    assert addresses_of(["naptr.test"]) == {"127.0.0.1"}
    assert "SRV odd.naptr.test" in server
    assert "SRV other.naptr.test" not in server, "not a SIP service"


def test_a_host_is_its_own_server(server: list[str]) -> None:
    assert addresses_of(["localhost"]) == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["gone.test", "nowhere.invalid", "..", "x" * 300, "é\udcff"])
def test_what_cannot_be_found_is_nothing(server: list[str], name: str) -> None:
    assert addresses_of([name]) == frozenset()
