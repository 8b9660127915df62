"""Sending the other side elsewhere by REFER: accepted, refused, reported, and every way that can go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from softphone.model.held_call import Dialog
from softphone.model.sip import header_values
from softphone.model.ua_commands import (
    Dial,
    HangUp,
    Hold,
    PlayAsMicrophone,
    RecordHeadset,
    Refer,
    Respond,
    SoundChoice,
)
from softphone.model.ua_events import (
    CallEnded,
    CallEstablished,
    CommandRefused,
    DialogKnown,
    HoldConfirmed,
    IncomingCall,
    ReferAccepted,
    ReferProgress,
    ReferRefused,
    UaEvent,
)
from tests.integration.engine_process import EngineProcess, engine, start_of
from tests.integration.engine_sipp import EngineParty, EngineScript
from tests.lab.baresip import Baresip
from tests.lab.linphone import Linphone
from tests.lab.modern_baresip import ModernBaresip
from tests.lab.pjsua import PjsuaPhone
from tests.lab.ports import free_port
from tests.lab.signal import Recording, level, read_wav, sine, write_wav
from tests.lab.sip_message import got, was_asked
from tests.lab.waiting import holds_for, until

PORT, OTHER = free_port(), free_port()
TOKEN = "1f-Zq_8~x"
Peer = Baresip | ModernBaresip | Linphone
REPLACES = {Baresip: False, ModernBaresip: True, Linphone: True, PjsuaPhone: True}


@pytest.fixture
def holder() -> Iterator[EngineProcess]:
    with engine(PORT, "holder") as process:
        yield process


@pytest.fixture
def picker() -> Iterator[EngineProcess]:
    """With the real sound bridge: what its headset hears can be recorded."""
    process = EngineProcess("softphone.engine")
    process.start(start_of(OTHER, "picker", sound=SoundChoice("none", "none", "none")))
    yield process
    assert process.close() == 0, list(process.errors)


def held(holder: EngineProcess) -> tuple[str, Dialog]:
    """The next caller, answered and put on hold."""
    call = holder.wait(IncomingCall).call
    holder.send(Respond(call, 200))
    holder.wait(CallEstablished)
    known = holder.wait(DialogKnown)
    holder.send(Hold(call))
    holder.wait(HoldConfirmed)
    return call, known.dialog


def picked_up(holder: EngineProcess, picker: EngineProcess, call: str) -> IncomingCall:
    """The caller sent on to the picker, who answers."""
    holder.send(Refer(call, f"sip:picker@127.0.0.1:{OTHER};pickup={TOKEN}"))
    incoming = picker.wait(IncomingCall)
    picker.send(Respond(incoming.call, 200))
    picker.wait(CallEstablished, lambda event: event.call == incoming.call)
    return incoming


@pytest.mark.parametrize("kind", [Baresip, ModernBaresip, Linphone, PjsuaPhone])
def test_the_caller_goes_to_another_softphone_with_the_token(
    kind: type[Peer], holder: EngineProcess, picker: EngineProcess, tmp_path: Path
) -> None:
    voice = write_wav(tmp_path / "voice.wav", sine(1200, 1.0))
    with kind(hz=640.0) as customer:
        customer.dial(f"sip:holder@127.0.0.1:{PORT}")
        call, dialog = held(holder)
        assert dialog.sip_call_id == holder.of_type(IncomingCall)[0].sip_call_id
        assert dialog.remote_target.partition(";")[0].endswith(f"127.0.0.1:{customer.port}")
        assert dialog.replaces == REPLACES[kind]
        picker.send(PlayAsMicrophone(str(voice)))
        incoming = picked_up(holder, picker, call)
        assert f";pickup={TOKEN}" in header_values(incoming.headers, "To")[0]
        assert holder.wait(ReferAccepted) == ReferAccepted(call)
        if kind is not Linphone:  # its last NOTIFY cannot be read
            assert holder.wait(ReferProgress, lambda event: event.final) == ReferProgress(call, 200, True)
        holder.send(HangUp(call))
        assert not holder.wait(CallEnded).by_remote
        assert level(headset(picker, tmp_path / "headset.wav"), 640) > -30, "the customer's voice in the headset"
        holds_for(lambda: not picker.of_type(CallEnded), 1.0, "the new call stays when the old one ends")
        picker.send(HangUp(incoming.call))
        picker.wait(CallEnded)
        customer.wait_for(" ended (" if kind is Linphone else "CALL_CLOSED", count=2)
        assert level(customer.heard(), 1200) > -30, "the picker's voice at the customer"


def headset(agent: EngineProcess, path: Path, seconds: float = 1.0) -> Recording:
    """What this engine's headset gets from now on; the last half of it, when the first moments are over."""
    agent.send(RecordHeadset(str(path)))
    until(lambda: path.exists() and path.stat().st_size > 32_000 * seconds, "a recording")
    agent.send(RecordHeadset(""), PlayAsMicrophone("/nowhere"))
    agent.wait(CommandRefused, lambda event: event.command is PlayAsMicrophone)  # so the file is complete
    sound = read_wav(path)
    return sound.part(sound.seconds / 2, sound.seconds)


@pytest.mark.parametrize("code", [405, 501, 603])
def test_a_refusal_is_told_once_and_the_call_goes_on(holder: EngineProcess, code: int) -> None:
    with EngineParty(EngineScript(file="engine_referred", code=code)) as callee:
        holder.send(Dial("o1", callee.address))
        holder.wait(DialogKnown)
        holder.send(Refer("o1", "sip:elsewhere@127.0.0.1"))
        assert holder.wait(ReferRefused) == ReferRefused("o1", code)
        holds_for(lambda: not holder.of_type(CallEnded), 0.3, "the call goes on")
        holder.send(HangUp("o1"))
        holder.wait(CallEnded)
        callee.wait_for_end()
    assert outcomes(holder) == [ReferRefused("o1", code)]


@pytest.mark.parametrize("code", [408, 481])
def test_a_dialog_the_other_side_does_not_know_is_over(holder: EngineProcess, code: int) -> None:
    """RFC 3261 section 12.2.1.2: these two answers to any request end the dialog."""
    with EngineParty(EngineScript(file="engine_referred", code=code)) as callee:
        holder.send(Dial("o1", callee.address))
        holder.wait(CallEstablished)
        holder.send(Refer("o1", "sip:elsewhere@127.0.0.1"))
        holder.wait(CallEnded)
        callee.wait_for_end()
    assert outcomes(holder) == [ReferRefused("o1", code)]


def outcomes(holder: EngineProcess) -> list[UaEvent]:
    return [event for event in holder.events if isinstance(event, ReferAccepted | ReferRefused | ReferProgress)]


NEWS = {
    "told to the end": (
        (("active;expires=60", "SIP/2.0 100 Trying"), ("terminated;reason=noresource", "SIP/2.0 200 OK")),
        [ReferProgress("o1", 100, False), ReferProgress("o1", 200, True)],
    ),
    "a failure ends it, whatever the subscription says": (
        (("active;expires=60", "SIP/2.0 486 Busy Here"),),
        [ReferProgress("o1", 486, True)],
    ),
    "given up": (
        (("terminated;reason=timeout", "SIP/2.0 180 Ringing"),),
        [ReferProgress("o1", 180, True)],
    ),
    "nothing is told": ((), []),
    "nothing that can be read is told": (
        (("active;expires=60", ""), ("active", "busy"), ("terminated", "")),
        [],
    ),
}


@pytest.mark.parametrize("case", NEWS)
def test_what_the_other_side_tells_of_it(holder: EngineProcess, case: str) -> None:
    news, progress = NEWS[case]
    with EngineParty(EngineScript(file="engine_referred", code=202, news=news)) as callee:
        holder.send(Dial("o1", callee.address))
        known = holder.wait(DialogKnown).dialog
        assert known.remote_target == f"{callee.address};ob"
        assert known.replaces
        holder.send(Refer("o1", f"sip:elsewhere@127.0.0.1;pickup={TOKEN};x=1"))
        expected = [ReferAccepted("o1"), *progress]
        until(lambda: len(outcomes(holder)) >= len(expected), "what is told of it")
        until(lambda: callee.count(got(200, "NOTIFY")) == len(news), "every NOTIFY is answered")
        refer = callee.wait_for(was_asked("REFER"))
        assert refer.values("Refer-To") == [f"<sip:elsewhere@127.0.0.1;pickup={TOKEN};x=1>"]
        assert f"tag={known.local_tag}" in refer.header("From")
        assert f"tag={known.remote_tag}" in refer.header("To")
        holder.send(HangUp("o1"))
        holder.wait(CallEnded)
        callee.wait_for_end()
    assert outcomes(holder) == expected


def test_the_call_ends_before_the_refer_is_answered(holder: EngineProcess) -> None:
    with EngineParty(EngineScript(file="engine_deaf")) as callee:
        holder.send(Dial("o1", callee.address))
        holder.wait(CallEstablished)
        holder.send(Refer("o1", "sip:elsewhere@127.0.0.1"), Refer("o1", "sip:elsewhere@127.0.0.1"))
        assert "not answered" in holder.wait(CommandRefused).detail
        holder.send(HangUp("o1"))
        holder.wait(CallEnded)
        assert outcomes(holder) == [ReferRefused("o1", 481)]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("tel:+15550100", "SIP address"),
        ("bob", "not a SIP address"),
        ("sip:a@h\r\nX: y", "line break"),
        ("sip:a@h>;x=<", "SIP"),
        ("sip:" + "a" * 600 + "@h", "too long"),
    ],
)
def test_a_target_that_cannot_be(holder: EngineProcess, target: str, words: str) -> None:
    with EngineParty(EngineScript(file="app_answerer")) as callee:
        holder.send(Dial("o1", callee.address))
        holder.send(Refer("o1", "sip:elsewhere@127.0.0.1"))
        assert "not established" in holder.wait(CommandRefused).detail
        holder.wait(CallEstablished)
        holder.send(Refer("o1", target))
        assert words in holder.wait(CommandRefused).detail
        holder.send(HangUp("o1"))
        holder.wait(CallEnded)
    assert outcomes(holder) == []


@pytest.mark.parametrize("kind", [ModernBaresip, Baresip])
def test_after_a_failed_attempt_the_caller_can_be_sent_elsewhere(
    kind: type[Peer], holder: EngineProcess, picker: EngineProcess
) -> None:
    with kind() as customer:
        customer.dial(f"sip:holder@127.0.0.1:{PORT}")
        call, _ = held(holder)
        for code in (486, 480):
            holder.send(Refer(call, f"sip:picker@127.0.0.1:{OTHER}"))
            picker.send(Respond(picker.wait(IncomingCall).call, code))
            assert holder.wait(ReferProgress, lambda event: event.final).code == code
        picked_up(holder, picker, call)
        assert holder.wait(ReferProgress, lambda event: event.final).code == 200
        assert holder.of_type(CallEnded) == []
        assert len(holder.of_type(ReferAccepted)) == 3


def test_two_hundred_rounds_leave_nothing_behind(holder: EngineProcess, picker: EngineProcess) -> None:
    """One caller, sent to and fro between two softphones: each round a new call, a REFER and a BYE."""
    sides = [(holder, PORT, "holder"), (picker, OTHER, "picker")]
    processes = [psutil.Process(side.process.pid) for side, _, _ in sides]
    files = [process.num_fds() for process in processes]
    with ModernBaresip() as customer:
        customer.dial(f"sip:holder@127.0.0.1:{PORT}")
        call = holder.wait(IncomingCall).call
        holder.send(Respond(call, 200))
        sizes = []
        for number in range(200):
            (here, _, _), (there, port, name) = sides[number % 2], sides[(number + 1) % 2]
            here.wait(DialogKnown, timeout=20)
            here.send(Refer(call, f"sip:{name}@127.0.0.1:{port};pickup={number}"))
            incoming = there.wait(IncomingCall, timeout=20)
            there.send(Respond(incoming.call, 200))
            assert here.wait(ReferProgress, lambda event: event.final, timeout=20).code == 200
            here.send(HangUp(call))
            here.wait(CallEnded, timeout=20)
            call = incoming.call
            sizes.append(sum(process.memory_info().rss for process in processes))
    grown = (sizes[-1] - sizes[49]) / 150
    # PJSIP keeps the messages of a finished transaction for half a minute, each in a buffer of the longest length, and
    # uses the memory again: 4,000 bytes with the wheel (about 60,000 a round), 16,000 with our own (about 170,000)
    allowed = 100_000 if holder.library.asserts else 250_000
    assert grown < allowed, f"{grown:.0f} bytes a round"
    for side, _, _ in sides:
        assert side.of_type(CommandRefused) == []
    until(lambda: [process.num_fds() for process in processes] <= files, "no descriptor is left over")
