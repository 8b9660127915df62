"""The laboratory tries itself out before anything is proved with it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.lab.baresip import Baresip
from tests.lab.kamailio import running_kamailio
from tests.lab.raw_sip import RawCaller
from tests.lab.rtp import DECODED, Sound, encode_pcmu
from tests.lab.signal import level, strongest
from tests.lab.sip_message import asked, assert_order, got, said, was_asked
from tests.lab.sipp import Party, Script
from tests.lab.waiting import until
from tests.lab.xvfb import running_screen

ANSWERER = Script("answerer", user="agent1", hz=700)


def test_pcmu_survives_there_and_back() -> None:
    codes = encode_pcmu(DECODED / 32767)
    assert np.array_equal(DECODED[np.frombuffer(codes, np.uint8)], DECODED)


def test_a_call_is_seen_on_both_wires_and_the_customer_can_end_it() -> None:
    with Party(ANSWERER) as agent, Party(Script(headers=("X-Note: hello",)), ("127.0.0.1", agent.port)) as customer:
        customer.wait_for(got(200))
        customer.hang_up()
        customer.wait_for_end()
        agent.wait_for_end()
        assert agent.wire[0].message.header("X-Note") == "hello"
        assert_order((customer.wire, asked("INVITE")), (agent.wire, was_asked("INVITE")), (agent.wire, said(200)))


def test_the_called_party_can_end_it_too() -> None:
    with Party(ANSWERER) as agent, Party(Script(), ("127.0.0.1", agent.port)) as customer:
        customer.wait_for(asked("ACK"))
        agent.wait_for(was_asked("ACK"))
        agent.hang_up()
        customer.wait_for_end()


def test_order_is_really_asserted() -> None:
    with Party(ANSWERER) as agent, Party(Script(), ("127.0.0.1", agent.port)) as customer:
        customer.wait_for(asked("ACK"))
        with pytest.raises(AssertionError, match="step 2"):
            assert_order((customer.wire, got(200)), (customer.wire, got(180)))


def test_a_hand_made_caller_holds_its_own_with_sound() -> None:
    with Party(ANSWERER) as agent, RawCaller(("127.0.0.1", agent.port)) as caller:
        caller.invite()
        caller.wait_for(got(200))
        caller.ack()
        agent.sound.speak_to(("127.0.0.1", caller.sound.port))
        until(lambda: len(caller.sound.packets) >= 30, "the sound of half a second")
        caller.bye()
        caller.wait_for(got(200, "BYE"))
        agent.wait_for_end()
        assert abs(strongest(caller.sound.recording()) - 700) < 5
        assert -14 < level(caller.sound.recording(), 700) < -10
        assert caller.sound.longest_silence(caller.sound.packets[0].at, caller.sound.packets[-1].at) < 0.1


def test_silence_is_measured_up_to_the_end() -> None:
    with Sound() as sound:
        start = time.monotonic()
        assert sound.longest_silence(start, start + 2) == 2


def test_baresip_talks_holds_and_resumes() -> None:
    with Party(ANSWERER) as agent, Baresip(hz=600) as customer:
        customer.dial(f"sip:agent1@127.0.0.1:{agent.port}")
        customer.wait_for("CALL_ESTABLISHED")
        until(lambda: len(agent.sound.packets) >= 30, "the customer's voice")
        customer.hold()
        agent.wait_for(was_asked("INVITE", "sendonly"))
        customer.resume()
        agent.wait_for(was_asked("INVITE", "sendrecv"), count=2)
        resumed = time.monotonic()
        until(lambda: len(agent.sound.heard_since(resumed)) >= 30, "the customer's voice again")
        customer.hang_up()
        customer.wait_for("CALL_CLOSED")
        assert abs(strongest(agent.sound.recording()) - 600) < 5
        assert abs(strongest(customer.heard()) - 700) < 10


def test_kamailio_answers_and_leaves_no_port_taken() -> None:
    with running_kamailio() as server:
        assert server.ca.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert not server.is_up()


def test_a_screen_comes_and_goes() -> None:
    with running_screen() as screen:
        assert not screen.has_window("Call waiting")
