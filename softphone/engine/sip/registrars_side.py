"""The addresses of the registrar and its proxies: what DNS says of them, and where the registrar has answered from."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Iterable
from functools import partial

from softphone.engine.sip.admission import Door, ip_of
from softphone.engine.sip.message import SipMessage
from softphone.engine.sip.server_addresses import addresses_of
from softphone.engine.timer_queue import TimerQueue
from softphone.model.sip import NameAddr, SipUri, header_values, split_list
from softphone.model.ua_commands import Account

REFRESH_SECONDS = 60.0  # DNS is asked again: a provider moves its servers while phones are registered
_MOST_ANSWERS = 16  # addresses the registrar has answered from that are remembered


class RegistrarsSide:
    """Follows the account. DNS is asked on a thread of its own: it may take seconds."""

    def __init__(self, timers: TimerQueue, lookup: Callable[[Iterable[str]], frozenset[str]] = addresses_of) -> None:
        self._timers = timers
        self._lookup = lookup
        self._account = Account("")
        self._names: frozenset[str] = frozenset()
        self._found = ("", frozenset[str]())  # the registrar, and what DNS says; written by the thread for DNS
        self._answered: tuple[str, ...] = ()
        self._round = 0

    @property
    def door(self) -> Door:
        """Who may ring at this moment."""
        account, (registrar, found) = self._account, self._found
        addresses = _parted(self._names)[0].union(self._answered, found if registrar == account.registrar else ())
        return Door(bool(account.registrar), account.open, account.transport, addresses)

    def follow(self, account: Account) -> None:
        """Another account is in use."""
        if account.registrar != self._account.registrar:
            self._answered = ()
        self._account = account
        self._names = _hosts([account.registrar]) if account.registrar else frozenset()
        self._look_up()

    def answered(self, address: str, message: str) -> None:
        """The registrar has accepted our REGISTER from *address*, as PJSIP writes it.

        Its answer may name proxies our requests go through (Service-Route, RFC 3608); theirs come from there, too.
        """
        ip = ip_of(address)
        self._answered = (*(each for each in self._answered if each != ip), ip)[-_MOST_ANSWERS:]
        routes = header_values(SipMessage.parse(message).headers, "Service-Route")
        proxies = _hosts(NameAddr.parse(each).uri for value in routes for each in split_list(value))
        if not proxies <= self._names:
            self._names |= proxies
            self._look_up()

    def _look_up(self) -> None:
        """Ask now, and again every minute as long as these names are the ones that matter."""
        self._round += 1
        if names := _parted(self._names)[1]:
            self._ask(names, self._round)

    def _ask(self, names: frozenset[str], round_: int) -> None:
        if round_ == self._round:
            find = partial(self._find, self._account.registrar, names)
            threading.Thread(target=find, name="dns", daemon=True).start()
            self._timers.after(REFRESH_SECONDS, partial(self._ask, names, round_))

    def _find(self, registrar: str, names: frozenset[str]) -> None:
        """On the thread for DNS. An answer that comes to nothing changes nothing: DNS may be away."""
        if found := self._lookup(names):
            self._found = (registrar, found)


def _hosts(addresses: Iterable[str]) -> frozenset[str]:
    """The hosts in SIP addresses; what is none is left out."""
    hosts = set()
    for address in addresses:
        try:
            hosts.add(SipUri.parse(address).host)
        except ValueError:
            continue
    return frozenset(hosts - {""})


def _parted(hosts: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """IP addresses, and names."""
    literal = frozenset(host for host in hosts if _is_ip(host))
    return literal, hosts - literal


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
