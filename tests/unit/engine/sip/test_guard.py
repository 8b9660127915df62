"""What the guard does with each request: told as from whom it comes, and what becomes of it."""

from __future__ import annotations

import itertools

import pytest

from softphone.engine.sip.admission import Door, Source
from softphone.engine.sip.guard import TELL_SECONDS, Guard, IncomingRequest, Verdict, is_in_dialog
from softphone.engine.sip.rate_limit import RateLimit
from softphone.engine.timer_queue import TimerQueue
from softphone.model.ua_events import RequestsTurnedAway, TurnedAwaySource
from tests.fakes.clock import FakeClock

PASS, DROP, BUSY = Verdict.PASS, Verdict.DROP, Verdict.BUSY
REGISTRAR, STRANGER, OTHER = "203.0.113.5", "198.51.100.9", "198.51.100.10"
CLOSED = Door(True, False, "udp", frozenset({REGISTRAR}))
OPEN = Door(True, True, "udp", frozenset({REGISTRAR}))
PEER_TO_PEER = Door()


class Post:
    """A guard with everything around it."""

    def __init__(self, door: Door, places: int = 16) -> None:
        self.clock = FakeClock()
        self.timers = TimerQueue(self.clock.monotonic)
        self.told: list[RequestsTurnedAway] = []
        self.strangers = 0
        self.guard = Guard(
            lambda: door, lambda: self.strangers, places, RateLimit(self.clock.monotonic), self.timers, self.told.append
        )
        self._numbers = itertools.count()

    def sees(self, method: str, address: str, *headers: str, to: str = "<sip:a@b>", branch: str = "") -> Verdict:
        return self.guard.judge(
            IncomingRequest(method, Source(address, "udp"), self.text(method, to, branch, *headers))
        )

    def text(self, method: str, to: str, branch: str, *headers: str) -> str:
        via = f"Via: SIP/2.0/UDP h;branch={branch or f'z9hG4bK{next(self._numbers)}'};rport"
        return "\r\n".join((f"{method} sip:a@b SIP/2.0", via, f"To: {to}", *headers, "", ""))


@pytest.mark.parametrize(
    ("door", "address", "verdict"),
    [
        (CLOSED, REGISTRAR, PASS),
        (CLOSED, STRANGER, DROP),
        (OPEN, REGISTRAR, PASS),
        (OPEN, STRANGER, PASS),
        (PEER_TO_PEER, STRANGER, PASS),
    ],
)
@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "SUBSCRIBE", "NOTIFY", "MESSAGE", "REFER"])
def test_a_request_outside_of_a_dialog(door: Door, address: str, verdict: Verdict, method: str) -> None:
    assert Post(door).sees(method, address) is verdict


@pytest.mark.parametrize("method", ["INVITE", "BYE", "UPDATE", "NOTIFY", "ACK"])
def test_what_belongs_to_a_dialog_comes_from_anywhere(method: str) -> None:
    assert Post(CLOSED).sees(method, STRANGER, to="<sip:a@b>;tag=1") is PASS


@pytest.mark.parametrize("door", [CLOSED, OPEN, PEER_TO_PEER])
@pytest.mark.parametrize("address", [REGISTRAR, STRANGER])
def test_an_ack_without_tag_is_from_nobody(door: Door, address: str) -> None:
    assert Post(door).sees("ACK", address) is DROP


@pytest.mark.parametrize(
    ("to", "known"),
    [
        ("<sip:a@b>;tag=1", True),
        ("sip:a@b;tag=1", True),
        ('"x;tag=1" <sip:a@b>', False),
        ("<sip:a@b;tag=1>", False),
        ("<sip:a@b>;tag=", False),
        ("<sip:a@b>\r\n ;tag=1", True),
        ("<sip:a@b>;tag=1\r\nt: <sip:a@b>", False),
        ("<sip:a@b>\r\nTo: <sip:a@b>;tag=1", False),
    ],
)
def test_the_tag_is_looked_for_where_it_belongs(to: str, known: bool) -> None:
    assert is_in_dialog(f"ACK sip:a@b SIP/2.0\r\nTo: {to}\r\n\r\n") is known


def test_whether_the_caller_is_believed() -> None:
    post = Post(OPEN)
    post.sees("INVITE", STRANGER)
    assert not post.guard.caller_trusted
    post.sees("INVITE", REGISTRAR)
    assert post.guard.caller_trusted
    peer = Post(PEER_TO_PEER)
    peer.sees("INVITE", STRANGER)
    assert peer.guard.caller_trusted


@pytest.mark.parametrize("door", [OPEN, PEER_TO_PEER])
def test_a_cancel_comes_from_where_its_invite_came(door: Door) -> None:
    post = Post(door)
    post.sees("INVITE", STRANGER, branch="z9hG4bKa")
    assert post.sees("CANCEL", OTHER, branch="z9hG4bKa") is DROP
    assert post.sees("CANCEL", REGISTRAR, branch="z9hG4bKa") is DROP
    assert post.sees("CANCEL", STRANGER, branch="z9hG4bKa") is PASS


def test_nobody_takes_over_the_branch_of_another() -> None:
    post = Post(PEER_TO_PEER)
    post.sees("INVITE", STRANGER, branch="z9hG4bKa")
    post.sees("INVITE", OTHER, to="<sip:a@b>;tag=1", branch="z9hG4bKa")
    assert post.sees("CANCEL", OTHER, branch="z9hG4bKa") is DROP
    assert post.sees("CANCEL", STRANGER, branch="z9hG4bKa") is PASS


def test_a_cancel_of_an_unknown_branch_only_from_somebody_who_calls() -> None:
    post = Post(PEER_TO_PEER)
    post.sees("INVITE", STRANGER, branch="z9hG4bKa")
    assert post.sees("CANCEL", OTHER, branch="z9hG4bKb") is DROP
    assert post.sees("CANCEL", STRANGER, branch="z9hG4bKb") is PASS


@pytest.mark.parametrize("via", ["Via:SIP/2.0/UDP h;Branch=z9hG4bKa", "v :  SIP/2.0/UDP h;x=y ; branch = z9hG4bKa"])
def test_a_branch_however_it_is_written(via: str) -> None:
    post = Post(PEER_TO_PEER)
    post.guard.judge(IncomingRequest("INVITE", Source(STRANGER, "udp"), f"INVITE sip:a@b SIP/2.0\r\n{via}\r\n\r\n"))
    post.sees("INVITE", OTHER)
    assert post.sees("CANCEL", OTHER, branch="z9hG4bKa") is DROP


def test_the_registrars_callers_are_limited_late_and_get_an_answer() -> None:
    post = Post(CLOSED)
    verdicts = [post.sees("INVITE", REGISTRAR) for _ in range(245)]
    assert verdicts == [PASS] * 240 + [BUSY] * 5
    assert post.sees("OPTIONS", REGISTRAR) is DROP
    assert post.sees("INVITE", REGISTRAR, to="<sip:a@b>;tag=1") is PASS, "a hold of a call goes on"
    post.clock.turn(1.0)
    assert [post.sees("INVITE", REGISTRAR) for _ in range(61)] == [PASS] * 60 + [BUSY]


def test_a_stranger_is_limited_early() -> None:
    post = Post(OPEN)
    assert [post.sees("INVITE", STRANGER) for _ in range(6)] == [PASS] * 5 + [BUSY]
    assert post.sees("INVITE", OTHER) is PASS


@pytest.mark.parametrize(("places", "strangers"), [(16, 4), (4, 1), (1, 1)])
def test_strangers_who_ring_leave_three_quarters_of_the_places(places: int, strangers: int) -> None:
    post = Post(OPEN, places)
    post.strangers = strangers - 1
    assert post.sees("INVITE", STRANGER) is PASS
    post.strangers = strangers
    assert post.sees("INVITE", OTHER) is BUSY
    assert post.sees("INVITE", REGISTRAR) is PASS
    assert post.sees("OPTIONS", OTHER) is PASS


def test_the_first_is_told_at_once_and_the_rest_together() -> None:
    post = Post(CLOSED)
    for _ in range(3):
        post.sees("INVITE", STRANGER)
    post.sees("OPTIONS", OTHER)
    post.timers.run_due()
    assert post.told == [
        RequestsTurnedAway(4, (TurnedAwaySource(STRANGER, "udp", 3), TurnedAwaySource(OTHER, "udp", 1)))
    ]
    post.sees("INVITE", STRANGER)
    post.timers.run_due()
    assert len(post.told) == 1
    post.clock.turn(TELL_SECONDS)
    post.timers.run_due()
    assert post.told[1].total == 5
    post.clock.turn(TELL_SECONDS)
    post.timers.run_due()
    assert len(post.told) == 2
    post.sees("INVITE", STRANGER)
    post.timers.run_due()
    assert post.told[2].total == 6


def test_forged_addresses_are_counted_together_at_last() -> None:
    post = Post(CLOSED)
    for number in range(1000):
        post.sees("INVITE", f"10.0.{number // 250}.{number % 250}")
    told = post.guard.turned_away
    assert told.total == 1000
    assert told.sources[0] == TurnedAwaySource("others", "", 1000 - 256)
    assert len(told.sources) == 5
