"""Calls that go out: progress, answers, refusals, redirections, addresses that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from softphone.model.sip import Header
from softphone.model.ua_commands import Account, Dial, HangUp, Hold, Respond, SendDtmf, SetAccount
from softphone.model.ua_events import (
    CallDialing,
    CallEnded,
    CallEstablished,
    CallProgress,
    CommandRefused,
    DtmfReceived,
    HoldConfirmed,
    IncomingCall,
)
from tests.integration.engine_process import EngineProcess, engine
from tests.integration.engine_sipp import EngineParty, EngineScript
from tests.lab.ports import free_port
from tests.lab.sip_message import got, was_asked

PORT, OTHER, NOBODY = free_port(), free_port(), free_port()


@pytest.fixture
def agent() -> Iterator[EngineProcess]:
    with engine(PORT) as process:
        yield process


def test_rings_and_is_answered(agent: EngineProcess) -> None:
    with EngineParty(EngineScript(file="app_answerer", ring=50)) as callee:
        agent.send(Dial("o1", callee.address, (Header("X-Case", "42"),)))
        dialing = agent.wait(CallDialing)
        assert dialing.call == "o1"
        invite = callee.wait_for(was_asked("INVITE"))
        assert (invite.header("X-Case"), invite.header("Call-ID")) == ("42", dialing.sip_call_id)
        assert agent.wait(CallProgress) == CallProgress("o1", 180, "Ringing")
        assert agent.wait(CallEstablished).call == "o1"
        callee.hang_up()
        assert agent.wait(CallEnded).by_remote
        callee.wait_for_end()


def test_the_offer_holds_the_codecs_of_speech_and_no_more(agent: EngineProcess) -> None:
    with EngineParty(EngineScript(file="engine_final")) as callee:
        agent.send(Dial("o1", callee.address))
        body = callee.wait_for(was_asked("INVITE")).body
        agent.wait(CallEnded)
    codecs = [line.split(" ")[1].split("/")[0] for line in body.splitlines() if line.startswith("a=rtpmap:")]
    opus = ["opus"] if not agent.library.asserts else []
    assert codecs[: len(opus) + 3] == [*opus, "G722", "PCMA", "PCMU"]
    assert set(codecs[len(opus) + 3 :]) == {"telephone-event"}
    assert [line.split(" ")[0] for line in body.splitlines() if line.startswith("m=")] == ["m=audio"]


@pytest.mark.parametrize("tcp", [False, True])
def test_refused(agent: EngineProcess, tcp: bool) -> None:
    with EngineParty(EngineScript(file="engine_final", code=486, tcp=tcp)) as callee:
        agent.send(Dial("o1", callee.address + (";transport=tcp" if tcp else "")))
        ended = agent.wait(CallEnded)
        assert (ended.code, ended.by_remote) == (486, True)
        callee.wait_for_end()


def test_a_redirection_is_followed(agent: EngineProcess) -> None:
    with EngineParty(EngineScript(file="app_answerer", user="box")) as box:
        script = EngineScript(file="engine_final", code=302, headers=(f"Contact: <{box.address}>",))
        with EngineParty(script) as absent:
            agent.send(Dial("o1", absent.address))
            agent.wait(CallEstablished)
            absent.wait_for_end()
        agent.send(HangUp("o1"))
        box.wait_for_end()
        assert not agent.wait(CallEnded).by_remote


def test_redirections_in_a_circle_end(agent: EngineProcess) -> None:
    with EngineParty(
        EngineScript(
            file="engine_final", code=302, user="a", calls=20, headers=("Contact: <sip:a@127.0.0.1:[local_port]>",)
        )
    ) as callee:
        agent.send(Dial("o1", callee.address))
        assert agent.wait(CallEnded).code == 302


def test_cancelled_while_it_rings(agent: EngineProcess) -> None:
    with engine(OTHER, "callee") as callee:
        agent.send(Dial("o1", f"sip:callee@127.0.0.1:{OTHER}"))
        callee.ringing_call()
        agent.wait(CallProgress)
        agent.send(HangUp("o1"))
        ended = agent.wait(CallEnded)
        assert (ended.code, ended.by_remote) == (487, False)
        assert callee.wait(CallEnded).by_remote


def test_a_peer_that_never_answers_the_bye(agent: EngineProcess) -> None:
    with EngineParty(EngineScript(file="engine_deaf")) as deaf:
        agent.send(Dial("o1", deaf.address))
        agent.wait(CallEstablished)
        agent.send(HangUp("o1"))
        assert agent.wait(CallEnded, timeout=1.0).call == "o1"
        deaf.wait_for_end()


def test_a_transfer_is_declined_and_the_call_goes_on(agent: EngineProcess) -> None:
    with EngineParty(EngineScript(file="engine_refer")) as callee:
        agent.send(Dial("o1", callee.address))
        agent.wait(CallEstablished)
        callee.wait_for(got(603, "REFER"))
        assert agent.of_type(CallEnded) == []
        agent.send(HangUp("o1"))
        callee.wait_for_end()
    assert len(agent.of_type(CallDialing)) == 1


def test_a_new_account_does_not_touch_running_calls(agent: EngineProcess) -> None:
    with EngineParty(EngineScript(file="app_answerer")) as callee:
        agent.send(Dial("o1", callee.address))
        agent.wait(CallEstablished)
        agent.send(SetAccount(Account(f"sip:somebody@127.0.0.1:{PORT}", srtp="optional")))
        agent.send(Hold("o1"))
        agent.wait(HoldConfirmed)
        callee.hang_up()
        assert agent.wait(CallEnded).by_remote
        callee.wait_for_end()
    with EngineParty(EngineScript(file="engine_final")) as callee:
        agent.send(Dial("o2", callee.address))
        assert "sip:somebody@" in callee.wait_for(was_asked("INVITE")).header("From")
        agent.wait(CallEnded)


def test_keys_over_tcp_between_two_of_us(agent: EngineProcess) -> None:
    with engine(OTHER, "callee") as callee:
        agent.send(Dial("o1", f"sip:callee@127.0.0.1:{OTHER};transport=tcp"))
        call = callee.wait(IncomingCall)
        assert "TCP" in call.headers[0].value
        callee.send(Respond(call.call, 200))
        agent.wait(CallEstablished)
        callee.wait(CallEstablished)
        agent.send(SendDtmf("o1", "12#"))
        assert "".join(callee.wait(DtmfReceived).digit for _ in range(3)) == "12#"
        callee.send(SendDtmf(call.call, "*D"))
        assert "".join(agent.wait(DtmfReceived).digit for _ in range(2)) == "*D"
        callee.send(HangUp(call.call))
        assert agent.wait(CallEnded).by_remote


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("bob", "not a SIP address"),
        ("tel:+15550100", "registrar"),
        ("sip:a@127.0.0.1\r\nX: y", "line break"),
        ("sip:a@nowhere.invalid", "cannot be found"),
    ],
)
def test_what_cannot_be_dialled_is_refused_and_over(agent: EngineProcess, target: str, words: str) -> None:
    agent.send(Dial("o1", target))
    refused = agent.wait(CommandRefused)
    assert (refused.command, refused.call) == (Dial, "o1")
    assert words in refused.detail
    assert agent.wait(CallEnded).call == "o1"
    assert len(agent.of_type(CallEnded)) == 1


def test_an_id_in_use_is_refused_and_its_call_goes_on(agent: EngineProcess) -> None:
    with EngineParty(EngineScript(file="app_answerer")) as callee:
        agent.send(Dial("o1", callee.address))
        agent.wait(CallEstablished)
        agent.send(Dial("o1", callee.address))
        assert "already in use" in agent.wait(CommandRefused).detail
        assert agent.of_type(CallEnded) == []
        agent.send(HangUp("o1"))
        agent.wait(CallEnded)


def test_nobody_listens_there(agent: EngineProcess) -> None:
    agent.send(Dial("o1", f"sip:a@127.0.0.1:{NOBODY};transport=tcp"))
    assert agent.wait(CallEnded).code == 503


def test_one_call_of_ours_too_many_is_refused(agent: EngineProcess) -> None:
    limit = agent.library.call_limit
    for number in range(limit + 1):
        agent.send(Dial(f"o{number}", f"sip:a@127.0.0.1:{NOBODY}"))
    assert f"{limit} calls" in agent.wait(CommandRefused).detail
    assert agent.wait(CallEnded).call == f"o{limit}"
    for number in range(limit):
        agent.send(HangUp(f"o{number}"))
    ended = {agent.wait(CallEnded).call for _ in range(limit)}
    assert ended == {f"o{number}" for number in range(limit)}
