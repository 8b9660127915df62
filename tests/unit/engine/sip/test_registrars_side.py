"""Which addresses are the registrar's: what DNS says, and where it has answered from."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from softphone.engine.sip.admission import Door
from softphone.engine.sip.registrars_side import REFRESH_SECONDS, RegistrarsSide
from softphone.engine.timer_queue import TimerQueue
from softphone.model.ua_commands import Account
from tests.fakes.clock import FakeClock

OK = "SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\n\r\n"


class Dns:
    """Answers on the thread it is asked on, with what *says* holds for a name."""

    def __init__(self, says: dict[str, set[str]]) -> None:
        self.says = says
        self.asked: list[frozenset[str]] = []

    def lookup(self, names: Iterable[str]) -> frozenset[str]:
        self.asked.append(frozenset(names))
        return frozenset().union(*(self.says.get(name, ()) for name in names))


class Place:
    def __init__(self, says: dict[str, set[str]] | None = None) -> None:
        self.clock = FakeClock()
        self.timers = TimerQueue(self.clock.monotonic)
        self.dns = Dns(says or {})
        self.side = RegistrarsSide(self.timers, self.dns.lookup)

    def follow(self, registrar: str, *, accept_from_anywhere: bool = False) -> None:
        self.side.follow(Account("sip:agent1@example.com", registrar, accept_from_anywhere=accept_from_anywhere))
        self.looked_up()

    def minutes_pass(self) -> None:
        self.clock.turn(REFRESH_SECONDS)
        self.timers.run_due()
        self.looked_up()

    def looked_up(self) -> None:
        for thread in threading.enumerate():
            if thread.name == "dns":
                thread.join(5)

    @property
    def addresses(self) -> set[str]:
        return set(self.side.door.registrars_side)


def test_without_a_registrar_the_door_is_open() -> None:
    place = Place()
    place.follow("")
    assert place.side.door == Door(False, True, "udp")
    assert place.dns.asked == []


def test_the_setting_opens_it() -> None:
    place = Place()
    place.follow("sip:203.0.113.5", accept_from_anywhere=True)
    assert place.side.door == Door(True, True, "udp", frozenset({"203.0.113.5"}))


def test_an_ip_address_needs_no_dns() -> None:
    place = Place()
    place.follow("sip:203.0.113.5:5070;transport=tcp")
    assert place.addresses == {"203.0.113.5"}
    assert place.dns.asked == []


def test_a_name_is_all_its_addresses_and_they_are_asked_for_again() -> None:
    place = Place({"example.com": {"203.0.113.5", "203.0.113.6"}})
    place.follow("sip:example.com")
    assert place.addresses == {"203.0.113.5", "203.0.113.6"}
    place.dns.says["example.com"] = {"203.0.113.7"}
    place.minutes_pass()
    assert place.addresses == {"203.0.113.7"}


def test_dns_that_is_away_takes_nothing_away() -> None:
    place = Place({"example.com": {"203.0.113.5"}})
    place.follow("sip:example.com")
    place.dns.says.clear()
    place.minutes_pass()
    assert place.addresses == {"203.0.113.5"}


def test_where_the_registrar_answered_from_counts_until_there_is_another() -> None:
    place = Place({"example.com": {"203.0.113.5"}, "example.net": {"192.0.2.9"}})
    place.follow("sip:example.com")
    place.side.answered("203.0.113.80:5060", OK)
    assert place.addresses == {"203.0.113.5", "203.0.113.80"}
    place.follow("sip:example.com", accept_from_anywhere=True)
    assert place.addresses == {"203.0.113.5", "203.0.113.80"}
    place.follow("sip:example.net")
    assert place.addresses == {"192.0.2.9"}


def test_the_proxies_it_names_count_too() -> None:
    place = Place({"example.com": {"203.0.113.5"}, "edge.example.com": {"203.0.113.90"}})
    place.follow("sip:example.com")
    routes = "Service-Route: <sip:edge.example.com;lr>, <sip:203.0.113.91;lr>, nonsense\r\n"
    place.side.answered("203.0.113.5:5060", OK.replace("\r\n\r\n", f"\r\n{routes}\r\n"))
    place.looked_up()
    assert place.addresses == {"203.0.113.5", "203.0.113.90", "203.0.113.91"}
    asked = len(place.dns.asked)
    place.side.answered("203.0.113.5:5060", OK.replace("\r\n\r\n", f"\r\n{routes}\r\n"))
    place.looked_up()
    assert len(place.dns.asked) == asked


def test_only_the_registrar_in_use_is_asked_for() -> None:
    place = Place({"example.com": {"203.0.113.5"}, "example.net": {"192.0.2.9"}})
    place.follow("sip:example.com")
    place.follow("sip:example.net")
    place.minutes_pass()
    assert place.dns.asked[1:] == [frozenset({"example.net"})] * 2
    place.follow("")
    place.minutes_pass()
    assert len(place.dns.asked) == 3


def test_the_answers_that_are_remembered_do_not_grow() -> None:
    place = Place()
    place.follow("sip:203.0.113.5")
    for number in range(100):
        place.side.answered(f"198.51.100.{number}:5060", OK)
    assert len(place.addresses) == 17
    assert "198.51.100.99" in place.addresses
