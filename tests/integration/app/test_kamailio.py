"""Registered through a proxy over UDP, TCP and TLS: a caller on the direct line, and everything the prompt can do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.desk import CALL_WAITING, Desk, never, open_desk
from tests.lab.kamailio import PASSWORD, Kamailio, running_kamailio
from tests.lab.ports import free_port
from tests.lab.provisioning import AGENT, QUEUE, Provisioning
from tests.lab.sip_message import asked, assert_order, got, said, was_asked
from tests.lab.waiting import until


@pytest.fixture(scope="module")
def kamailio() -> Iterator[Kamailio]:
    with running_kamailio() as server:
        yield server


@pytest.fixture(scope="module", params=["udp", "tcp", "tls"])
def module_desk(kamailio: Kamailio, request: pytest.FixtureRequest) -> Iterator[Desk]:
    account = Provisioning(
        free_port(),
        # the port makes it an address of its own: all softphones of this user share one keyring
        account=f"sip:{AGENT}@127.0.0.1:{kamailio.port}",
        registrar=kamailio.registrar(request.param),
        transport=request.param,
        password=PASSWORD,
        ca_file=str(kamailio.ca),
    )
    with open_desk(account, proxy=kamailio.address) as desk:
        yield desk


def test_hold_and_answer(desk: Desk) -> None:
    first = desk.first_call(hold_delay=200)
    second = desk.waiting_call()
    assert second.wait_for(got(180)).header("Alert-Info") == CALL_WAITING
    desk.app.ctl("hold-answer")
    second.wait_for(asked("ACK"))
    assert_order((first.wire, was_asked("INVITE", "sendonly")), (first.wire, said(200)), (second.wire, got(200)))
    until(lambda: len(second.sound.packets) > 10, "sound for the second caller")
    desk.app.ctl("hangup")
    second.wait_for_end()
    desk.app.ctl("resume")
    first.wait_for(was_asked("INVITE", "sendrecv"))


def test_hangup_and_answer(desk: Desk) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    desk.app.ctl("hangup-answer")
    second.wait_for(asked("ACK"))
    first.wait_for_end()
    assert_order((first.wire, was_asked("BYE")), (second.wire, got(200)))


def test_ignore_leads_to_the_voicemail_box_and_the_proxy_follows(desk: Desk) -> None:
    box = desk.answerer(user="voicemail")
    desk.provision(no_answer="voicemail", no_answer_target=box.address)
    first = desk.first_call()
    second = desk.waiting_call()
    desk.app.ctl("ignore")
    assert "reason=deflection" in box.wait_for(was_asked("INVITE")).header("Diversion")
    second.wait_for(asked("ACK"))
    second.hang_up()
    box.wait_for_end()
    never(first, was_asked("INVITE"))


def test_a_caller_who_gives_up(desk: Desk) -> None:
    desk.first_call()
    second = desk.waiting_call()
    second.hang_up()
    second.wait_for_end()
    assert desk.logged(second)["outcome"] == "abandoned"


def test_a_queue_number_is_busy(desk: Desk) -> None:
    desk.first_call()
    desk.refusal_of(desk.customer(QUEUE, name="Caller Two", user="+15550102233"), 486)
