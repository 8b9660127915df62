"""Calls that come in: what the app is told, and what the caller gets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.model.sip import Header, header_values
from softphone.model.ua_commands import HangUp, Register, Respond, SendDtmf
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallTurnedAway,
    CommandRefused,
    IncomingCall,
)
from tests.faults.good_caller import GoodCaller
from tests.integration.engine_process import EngineProcess, engine
from tests.lab.ports import free_port
from tests.lab.raw_sip import RawCaller
from tests.lab.scripted_customer import Leg
from tests.lab.signal import level, sine, write_wav
from tests.lab.sip_message import SipMessage, got, was_asked
from tests.lab.sipp import Party, Script
from tests.lab.waiting import until

PORT, OTHER = free_port(), free_port()
TARGET = ("127.0.0.1", PORT)
ALERT = Header("Alert-Info", "<urn:alert:service:call-waiting>")
VOICEMAIL = Header("Contact", "<sip:vm@127.0.0.1:5099>")
DIVERSION = Header("Diversion", "<sip:agent1@127.0.0.1>;reason=no-answer")


@pytest.fixture
def agent() -> Iterator[EngineProcess]:
    with engine(PORT) as process:
        yield process


def test_answered_and_hung_up_by_the_caller(agent: EngineProcess) -> None:
    with Party(
        Script(headers=("X-Tracking-Number: +15551230001", "Diversion: <sip:a@h>", "Diversion: <sip:b@h>")), TARGET
    ) as caller:
        call = agent.ringing_call((ALERT,))
        assert call.request_uri == f"sip:agent1@127.0.0.1:{PORT}"
        assert call.remote.startswith('"Caller One" <sip:+15558675309@')
        assert header_values(call.headers, "x-tracking-number") == ("+15551230001",)
        assert header_values(call.headers, "Diversion") == ("<sip:a@h>", "<sip:b@h>")
        ringing = caller.wait_for(got(180))
        assert ringing.header("Alert-Info") == ALERT.value
        assert call.sip_call_id == ringing.header("Call-ID")
        agent.send(Respond(call.call, 200))
        agent.wait(CallEstablished, lambda event: event.call == call.call)
        caller.hang_up()
        ended = agent.wait(CallEnded)
        assert (ended.call, ended.by_remote) == (call.call, True)
        caller.wait_for_end()
    assert len(agent.of_type(CallEnded)) == 1


def test_hung_up_here_is_a_bye(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.ringing_call()
        agent.send(Respond(call.call, 200))
        agent.wait(CallEstablished)
        agent.send(HangUp(call.call))
        assert not agent.wait(CallEnded).by_remote
        caller.wait_for_end()
        assert caller.count(was_asked("BYE")) == 1


def test_the_caller_gives_up(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.ringing_call()
        caller.wait_for(got(180))
        caller.hang_up()
        ended = agent.wait(CallEnded)
        assert (ended.call, ended.code, ended.by_remote) == (call.call, 487, True)
        caller.wait_for_end()


@pytest.mark.parametrize(
    ("code", "headers"),
    [(486, ()), (480, (Header("Reason", 'SIP;cause=480;text="no answer"'),)), (603, ())],
)
def test_refused_with_code_and_headers(agent: EngineProcess, code: int, headers: tuple[Header, ...]) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.wait(IncomingCall)
        agent.send(Respond(call.call, code, "Not now", headers))
        ended = agent.wait(CallEnded)
        answer = caller.wait_for(got(code))
        assert answer.start == f"SIP/2.0 {code} Not now"
        assert [answer.header(header.name) for header in headers] == [header.value for header in headers]
        assert (ended.code, ended.by_remote) == (code, False)
        if agent.library.asserts:
            assert ended.at - call.at >= 0.149, "the slot is kept, or a flood of refusals exhausts the sockets"
        caller.wait_for_end()


@pytest.mark.parametrize("ring_first", [True, False])
def test_redirected_with_exactly_one_contact(agent: EngineProcess, ring_first: bool) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.ringing_call() if ring_first else agent.wait(IncomingCall)
        agent.send(Respond(call.call, 302, "Moved Temporarily", (VOICEMAIL, DIVERSION)))
        answer = caller.wait_for(got(302))
        assert answer.values("Contact") == [VOICEMAIL.value]
        assert answer.values("Diversion") == [DIVERSION.value]
        caller.wait_for_end()
        agent.wait(CallEnded)


def test_given_up_while_the_refusal_waits_for_its_moment(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.wait(IncomingCall)
        caller.wait_for(got(100))
        agent.send(Respond(call.call, 486), Register())
        agent.wait(CommandRefused, lambda event: event.command is Register)  # the refusal waits now
        caller.hang_up()
        assert agent.wait(CallEnded).code in (487, 486)  # 486 on a machine too busy to be quick
        caller.wait_for_end()
    assert len(agent.of_type(CommandRefused)) == len(agent.of_type(CallEnded)) == 1


def test_a_second_answer_is_refused(agent: EngineProcess) -> None:
    with Party(Script(), TARGET):
        call = agent.wait(IncomingCall)
        agent.send(Respond(call.call, 486), Respond(call.call, 200))
        assert "already" in agent.wait(CommandRefused).detail
        assert agent.wait(CallEnded).code == 486
        agent.send(Respond(call.call, 200))
        assert "ended" in agent.wait(CommandRefused).detail


def test_a_header_is_not_repeated_when_ringing_twice(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.ringing_call((ALERT,))
        agent.send(Respond(call.call, 180, headers=(ALERT,)))
        assert caller.wait_for(got(180), count=2).values("Alert-Info") == [ALERT.value]
        agent.send(HangUp(call.call))
        assert caller.wait_for(got(480))


def test_a_line_break_in_a_header_changes_nothing(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.ringing_call()
        agent.send(Respond(call.call, 302, headers=(Header("Contact", "<sip:a@h>\r\nX-Evil: 1"),)))
        refused = agent.wait(CommandRefused)
        assert (refused.command, refused.call) == (Respond, call.call)
        assert "line break" in refused.detail
        agent.send(Respond(call.call, 200))
        agent.wait(CallEstablished)
        caller.wait_for(got(200))
        assert not any("Evil" in str(seen.message.headers) for seen in caller.wire)


def test_hung_up_before_the_ack_is_a_bye_after_it(agent: EngineProcess) -> None:
    with RawCaller(TARGET) as caller:
        caller.invite()
        call = agent.wait(IncomingCall)
        agent.send(Respond(call.call, 200))
        caller.wait_for(got(200))
        agent.send(HangUp(call.call))
        assert not agent.wait(CallEnded).by_remote
        assert caller.count(was_asked("BYE")) == 0, "RFC 3261 section 15: not before the ACK"
        caller.ack()
        caller.wait_for(was_asked("BYE"))
    assert len(agent.of_type(CallEnded)) == 1


def test_queued_with_music_then_answered(tmp_path: Path) -> None:
    music = write_wav(tmp_path / "music.wav", sine(800, 1.0))
    with engine(OTHER, hold_music=str(music)) as agent, Party(Script(), ("127.0.0.1", OTHER)) as caller:
        call = agent.wait(IncomingCall)
        agent.send(Respond(call.call, 182, "Queued"))
        assert caller.wait_for(got(182)).direction == "sendrecv"
        until(lambda: level(caller.sound.recording(), 800) > -25, "music")
        agent.send(Respond(call.call, 200))
        agent.wait(CallEstablished)
        answered = time.monotonic() + 0.1
        until(lambda: len(caller.sound.heard_since(answered)) > 20, "the agent's side of the call")
        assert level(caller.sound.recording(answered), 800) < -60
        caller.hang_up()
        agent.wait(CallEnded)


def test_keys_are_heard_by_the_caller(agent: EngineProcess) -> None:
    with Party(Script(), TARGET) as caller:
        call = agent.ringing_call()
        agent.send(Respond(call.call, 200))
        agent.wait(CallEstablished)
        until(lambda: len(caller.sound.packets) > 2, "sound from the agent")
        agent.send(SendDtmf(call.call, "19*#A"))
        until(lambda: caller.sound.events() == "19*#A", lambda: f"keys, heard {caller.sound.events()!r}")
        agent.send(SendDtmf(call.call, "1x"))
        assert "keys" in agent.wait(CommandRefused).detail


def test_one_call_too_many_is_turned_away(agent: EngineProcess) -> None:
    limit = agent.library.call_limit
    with ExitStack() as stack:
        callers = [stack.enter_context(Party(Script(), TARGET)) for _ in range(limit)]
        for _ in callers:
            agent.ringing_call()
        last = stack.enter_context(Party(Script(name="Last", headers=("X-Tracking-Number: 5",)), TARGET))
        turned = agent.wait(CallTurnedAway)
        assert (turned.code, header_values(turned.headers, "X-Tracking-Number")) == (486, ("5",))
        assert turned.remote.startswith('"Last"')
        last.wait_for_end()
        for caller in callers:
            caller.hang_up()
            agent.wait(CallEnded)
    assert len(agent.of_type(IncomingCall)) == limit


def test_an_invite_that_comes_again_before_its_ack_does_not_ring_again(agent: EngineProcess) -> None:
    with RawCaller(TARGET) as caller:
        caller.invite()
        call = agent.ringing_call()
        agent.send(Respond(call.call, 200))
        caller.wait_for(got(200))
        caller.invite()
        until(lambda: caller.count(got(482)) or caller.count(got(200)) > 1, "482, or the 200 again")
        caller.ack()
        agent.wait(CallEstablished)
        caller.bye()
        agent.wait(CallEnded)
    assert agent.of_type(IncomingCall) == [call]


class RepeatingCaller(GoodCaller):
    """A repetition of its INVITE is right behind its ACK."""

    def _established(self, leg: Leg, message: SipMessage) -> None:
        super()._established(leg, message)
        self.send_again()


def test_an_invite_that_comes_again_with_its_ack_is_no_caller_who_was_turned_away(agent: EngineProcess) -> None:
    """PJSIP has not quite ended the transaction then, and refuses the repetition with 500 by itself."""
    for number in range(1, 31):
        with RepeatingCaller(TARGET) as caller:
            caller.call("agent1")
            agent.send(Respond(agent.ringing_call().call, 200))
            agent.wait(CallEstablished)
            caller.hang_up()
            agent.wait(CallEnded)
        assert len(agent.of_type(IncomingCall)) == number
    assert agent.of_type(CallTurnedAway) == []


def test_an_invite_that_comes_again_after_its_ack_does_not_ring_again(agent: EngineProcess) -> None:
    """On a slow way a repetition may come late, and by another way it has another branch."""
    with GoodCaller(TARGET) as caller:
        caller.call("agent1")
        agent.send(Respond(agent.ringing_call().call, 200))
        agent.wait(CallEstablished)
        caller.send_again()
        # 482; PJSIP itself says 500 while its transaction is ending, and 2.17 repeats the 200
        until(lambda: sum(caller.count(got(code)) for code in (200, 482, 500)) == 2, "an answer to the repetition")
        refused = caller.count(got(482))
        caller.send_again(branch="merged")
        caller.wait_for(got(482), count=refused + 1)
        caller.hang_up()
        agent.wait(CallEnded)
        caller.send_again(branch="later")
        caller.wait_for(got(482), count=refused + 2)
    assert len(agent.of_type(IncomingCall)) == 1
