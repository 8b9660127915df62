"""Every address DNS gives for a SIP domain (RFC 3263): NAPTR and SRV records, and the hosts they and we name."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

LOOKUP_SECONDS = 4.0
_SERVICES = ("_sip._udp", "_sip._tcp", "_sips._tcp")


def addresses_of(names: Iterable[str]) -> frozenset[str]:
    """IPv4 addresses; takes as long as DNS takes, so not on the SIP thread. What cannot be found is left out."""
    hosts = set(names)
    for name in tuple(hosts):
        hosts |= _servers_of(name)
    return frozenset(address for host in hosts for address in _addresses(host))


def _addresses(host: str) -> set[str]:
    with suppress(OSError, UnicodeError):
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None, socket.AF_INET)}
    return set()


def _servers_of(domain: str) -> set[str]:
    """The hosts of its SRV records, those included which its NAPTR records name (sections 4.1 and 4.2)."""
    services = {f"{service}.{domain}" for service in _SERVICES}
    for record in _records(domain, "NAPTR"):
        if record.service.upper().startswith((b"SIP+", b"SIPS+")):
            services.add(record.replacement.to_text(omit_final_dot=True))
    return {record.target.to_text(omit_final_dot=True) for name in services for record in _records(name, "SRV")}


def _records(name: str, kind: str) -> list[Any]:
    import dns.exception  # a quarter of a second of imports that most phones never need
    import dns.resolver

    try:
        return list(dns.resolver.resolve(name, kind, lifetime=LOOKUP_SECONDS))
    except (dns.exception.DNSException, OSError, ValueError):
        return []
