"""What our own PJSIP can do and the wheel on PyPI cannot. The same questions to whichever of the two runs."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from softphone.model.ua_commands import (
    Account,
    Dial,
    HangUp,
    PlayAsMicrophone,
    RecordHeadset,
    Respond,
    SoundChoice,
)
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CallTurnedAway,
    CommandRefused,
    EngineReady,
    IncomingCall,
    RegistrationChanged,
    RequestsTurnedAway,
)
from tests.integration.engine_process import EngineProcess, engine, start_of
from tests.integration.engine_sipp import EngineParty, EngineScript
from tests.lab.baresip import Baresip
from tests.lab.ports import free_port
from tests.lab.raw_sip import RawCaller
from tests.lab.signal import Recording, level, read_wav, sine, write_wav
from tests.lab.sip_message import got
from tests.lab.tls import Authority, TlsFront
from tests.lab.waiting import until

PORT = free_port()
TARGET = ("127.0.0.1", PORT)
CALLS_A_SECOND, RINGING_SECONDS = 15, 0.5
AGENT_HZ, CALLER_HZ, SPOKEN_DB = 1000, 600, -12
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 23000 RTP/AVP 0\r\n"


@pytest.fixture
def agent() -> Iterator[EngineProcess]:
    with engine(PORT) as process:
        yield process


class Stranger:
    """Somebody who sends single requests from a socket of their own, in one dialogue a number."""

    def __init__(self, socket_: socket.socket) -> None:
        self._socket = socket_
        self._port = socket_.getsockname()[1]

    def send(self, method: str, number: int = 1, branch: str = "invite") -> None:
        """To without a tag, whatever the method."""
        body = SDP if method == "INVITE" else ""
        lines = [
            f"{method} sip:agent1@127.0.0.1:{PORT} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};branch=z9hG4bK-{branch}-{number}",
            f"From: <sip:stranger@127.0.0.1>;tag={number}",
            "To: <sip:agent1@127.0.0.1>",
            f"Call-ID: stranger-{number}",
            f"CSeq: 1 {method}",
            "Max-Forwards: 70",
            f"Contact: <sip:stranger@127.0.0.1:{self._port}>",
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}",
        ]
        self._socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), TARGET)


@contextmanager
def stranger() -> Iterator[Stranger]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        yield Stranger(opened)


@contextmanager
def in_a_call(agent: EngineProcess) -> Iterator[tuple[RawCaller, str]]:
    """Somebody talks to the agent; nothing is expected of the end."""
    with RawCaller(TARGET) as caller:
        caller.invite()
        call = agent.ringing_call().call
        agent.send(Respond(call, 200))
        caller.wait_for(got(200))
        caller.ack()
        agent.wait(CallEstablished)
        yield caller, call


def test_an_ack_without_a_tag_from_anybody_during_a_call() -> None:
    """The wheel itself would abort here; the guard keeps the ACK from it."""
    with engine(PORT) as agent, in_a_call(agent) as (caller, call), stranger() as other:
        other.send("INVITE")
        agent.wait(IncomingCall)
        other.send("ACK", branch="another")
        agent.wait(RequestsTurnedAway)
        agent.send(HangUp(agent.of_type(IncomingCall)[1].call))
        agent.wait(CallEnded)
        heard = len(caller.sound.packets)
        until(lambda: len(caller.sound.packets) > heard + 10, "the call goes on, with sound")
        agent.send(HangUp(call))
        agent.wait(CallEnded)


def heard(caller: RawCaller) -> bool:
    return len(caller.sound.packets) > 10


def test_as_many_calls_as_it_says_and_the_next_is_told_that_the_agent_is_busy(agent: EngineProcess) -> None:
    limit = agent.library.call_limit
    assert limit == (4 if agent.library.asserts else 16)
    with ExitStack() as stack:
        callers = [stack.enter_context(RawCaller(TARGET, name=f"Caller {number}")) for number in range(limit + 1)]
        for caller in callers[:-1]:
            caller.invite()
            call = agent.ringing_call().call
            agent.send(Respond(call, 200))
            caller.wait_for(got(200))
            caller.ack()
            agent.wait(CallEstablished)
        callers[-1].invite()
        assert agent.wait(CallTurnedAway).code == 486
        callers[-1].wait_for(got(486))
        callers[-1].ack()
        for caller in callers[:-1]:
            until(partial(heard, caller), "sound for everybody")
            caller.bye()
            agent.wait(CallEnded)
    assert len(agent.of_type(IncomingCall)) == limit


def test_fifteen_calls_a_second_to_an_agent_who_is_free(agent: EngineProcess) -> None:
    """Each rings for half a second, then the caller gives up."""
    overlap = int(CALLS_A_SECOND * RINGING_SECONDS)
    with stranger() as caller:
        began = time.monotonic()
        for number in range(45):
            time.sleep(max(0.0, began + number / CALLS_A_SECOND - time.monotonic()))
            caller.send("INVITE", number)
            arrived = agent.wait((IncomingCall, CallTurnedAway))
            if isinstance(arrived, IncomingCall):
                agent.send(Respond(arrived.call, 180))
            if number >= overlap:
                caller.send("CANCEL", number - overlap)
        for number in range(45 - overlap, 45):
            caller.send("CANCEL", number)
    until(lambda: len(agent.of_type(CallEnded)) == len(agent.of_type(IncomingCall)), "their end")
    refused = len(agent.of_type(CallTurnedAway))
    assert (refused > 0) == agent.library.asserts, f"{refused} of 45 were refused"


@pytest.mark.parametrize("oldest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_speaks_nothing_older_than(oldest: ssl.TLSVersion, tmp_path: Path) -> None:
    authority = Authority(tmp_path).make()
    script = EngineScript(file="engine_registrar", password="secret1", tcp=True, calls=9)
    with ExitStack() as stack:
        server = stack.enter_context(EngineParty(script))
        front = stack.enter_context(TlsFront(authority, server.port, oldest))
        address = f"sip:127.0.0.1:{front.port}"
        account = Account("sip:agent1@example.com", address, "tls", "agent1", "secret1", "off", 120)
        agent = stack.enter_context(engine(PORT, account=account, ca_file=str(authority.ca_file)))
        result = agent.wait(RegistrationChanged)
        if oldest is ssl.TLSVersion.TLSv1_3 and not agent.library.tls_1_3:
            assert result.code == 0
            return
        assert result.code == 200
        assert set(front.versions) == {"TLSv1.3" if agent.library.tls_1_3 else "TLSv1.2"}


def headset(agent: EngineProcess, path: Path) -> Recording:
    """The second second of what the headset gets from now on."""
    agent.send(RecordHeadset(str(path)))
    until(lambda: path.exists() and path.stat().st_size > 32_000 * 2, "two seconds in the headset")
    agent.send(RecordHeadset(""), PlayAsMicrophone("/nowhere"))
    agent.wait(CommandRefused, lambda event: event.command is PlayAsMicrophone)  # so the file is complete
    return read_wav(path).part(1.0, 2.0)


def test_a_caller_on_opus_and_the_agent_hear_each_other(tmp_path: Path) -> None:
    agent = EngineProcess("softphone.engine")
    ready: EngineReady = agent.start(start_of(PORT, sound=SoundChoice("none", "none", "none")))
    with Baresip(hz=CALLER_HZ, codec="opus") as caller:
        caller.dial(f"sip:agent1@127.0.0.1:{PORT}")
        if not any(codec.startswith("opus/") for codec in ready.library.codecs):
            assert agent.wait(CallTurnedAway).code == 488
        else:
            agent.send(PlayAsMicrophone(str(write_wav(tmp_path / "says.wav", sine(AGENT_HZ, 30.0)))))
            call = agent.ringing_call().call
            agent.send(Respond(call, 200))
            agent.wait(CallEstablished)
            in_headset = headset(agent, tmp_path / "headset.wav")
            agent.send(HangUp(call))
            agent.wait(CallEnded)
            caller.wait_for("CALL_CLOSED")
            heard = caller.heard()
            assert "encoder: opus" in caller.log
            assert level(in_headset, CALLER_HZ) == pytest.approx(SPOKEN_DB, abs=2)
            assert level(heard.part(heard.seconds / 2, heard.seconds), AGENT_HZ) == pytest.approx(SPOKEN_DB, abs=2)
    assert agent.close() == 0


def test_encrypted_speech_is_heard(tmp_path: Path) -> None:
    """SRTP and nothing else: what encrypts is loaded by name, which a packaged program can lack."""
    other = free_port()
    agent, caller = EngineProcess("softphone.engine"), EngineProcess("softphone.engine")
    for side, port in ((agent, PORT), (caller, other)):
        account = Account(f"sip:somebody@127.0.0.1:{port}", srtp="mandatory")
        side.start(start_of(port, account=account, sound=SoundChoice("none", "none", "none")))
    caller.send(PlayAsMicrophone(str(write_wav(tmp_path / "says.wav", sine(CALLER_HZ, 30.0)))))
    caller.send(Dial("out", f"sip:somebody@127.0.0.1:{PORT}"))
    agent.send(Respond(agent.ringing_call().call, 200))
    agent.wait(CallEstablished)
    heard = headset(agent, tmp_path / "headset.wav")
    caller.send(HangUp("out"))
    agent.wait(CallEnded)
    assert (agent.close(), caller.close()) == (0, 0)
    assert level(heard, CALLER_HZ) == pytest.approx(SPOKEN_DB, abs=2)


def test_a_name_of_four_thousand_bytes_rings_where_the_library_has_room(agent: EngineProcess) -> None:
    """The wheel drops datagrams of more than 4,000 bytes; the next caller rings with either."""
    with RawCaller(TARGET, name="n" * 4000) as long, RawCaller(TARGET) as ordinary:
        long.invite()
        if not agent.library.asserts:
            call = agent.ringing_call()
            assert "n" * 4000 in call.remote
            agent.send(HangUp(call.call))
        ordinary.invite()
        call = agent.ringing_call()
        assert "n" * 4000 not in call.remote
        agent.send(HangUp(call.call))
