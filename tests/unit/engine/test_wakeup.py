"""Ending the wait for the network: a datagram to whoever listens at the address."""

import socket
from collections.abc import Iterator

import pytest

from softphone.engine.wakeup import Wakeup


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.settimeout(5)
        yield bound


@pytest.mark.parametrize("bind", ["127.0.0.1", "", "0.0.0.0"])  # noqa: S104 - what the settings may say
def test_whoever_waits_gets_a_byte_that_is_no_message(listener: socket.socket, bind: str) -> None:
    wakeup = Wakeup()
    wakeup.wake()  # nobody waits yet
    wakeup.aim(bind, listener.getsockname()[1])
    wakeup.wake()
    assert listener.recv(100) == b"\0"
    wakeup.close()


def test_afterwards_nothing_is_sent_and_nothing_raised(listener: socket.socket) -> None:
    wakeup = Wakeup()
    wakeup.aim("127.0.0.1", listener.getsockname()[1])
    wakeup.close()
    wakeup.wake()
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.recv(100)


def test_an_address_that_is_gone_is_no_problem() -> None:
    wakeup = Wakeup()
    wakeup.aim("192.0.2.1", 9)
    wakeup.wake()
    wakeup.close()
