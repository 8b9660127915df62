"""Who may ring: which addresses callers may come from. Pure decisions; ``guard`` asks them of every request."""

from __future__ import annotations

from dataclasses import dataclass

_STRENGTH = {"udp": 0, "tcp": 1, "tls": 2}  # how hard it is to speak from an address that is not one's own


@dataclass(frozen=True, slots=True)
class Source:
    """Where a request came from: an IP address, and udp, tcp or tls."""

    address: str
    transport: str


@dataclass(frozen=True, slots=True)
class Door:
    """What the account says of callers. *transport* is the account's, *registrars_side* are IP addresses.

    *open*: anybody may call.
    """

    registrar: bool = False
    open: bool = True
    transport: str = "udp"
    registrars_side: frozenset[str] = frozenset()

    def trusts(self, source: Source) -> bool:
        """Whether this is the registrar's side, whose headers are believed; without a registrar everybody is.

        A datagram with the registrar's address is not believed where the account speaks to it over a connection:
        UDP lets anybody write any address.
        """
        if not self.registrar:
            return True
        strong_enough = _STRENGTH.get(source.transport, 0) >= _STRENGTH.get(self.transport, 0)
        return strong_enough and source.address in self.registrars_side

    def admits(self, source: Source) -> bool:
        """Whether a request from there that belongs to no call yet is for this agent."""
        return self.open or self.trusts(source)


def ip_of(address: str) -> str:
    """The IP address in PJSIP's ``203.0.113.5:5060`` or ``[2001:db8::5]:5060``; empty when there is none."""
    return address.rpartition(":")[0].strip("[]")
