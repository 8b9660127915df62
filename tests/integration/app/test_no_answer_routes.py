"""Where callers go whom nobody answers: ring time, Ignore and bypass, to every kind of target, and no loops."""

from __future__ import annotations

import pytest

from tests.lab.desk import Desk, dialled, never
from tests.lab.provisioning import DIRECT
from tests.lab.sip_message import got

VOICEMAIL = {"no_answer": "voicemail", "no_answer_target": "sip:voicemail@127.0.0.1:9"}
COLLEAGUE = {"no_answer": "agent", "no_answer_target": "agent2"}
HANG_UP = {"no_answer": "hang_up", "no_answer_target": ""}
RING = 5  # seconds, the shortest there is
DIVERSION = "<sip:agent1@127.0.0.1>;reason={}"


def test_when_the_ring_time_is_over_the_caller_is_sent_on(desk: Desk) -> None:
    desk.provision(ring_seconds=RING, **VOICEMAIL)
    desk.first_call()
    second = desk.waiting_call()
    moved = desk.refusal_of(second, 302)
    assert moved.header("Contact") == "<sip:voicemail@127.0.0.1:9>"
    assert moved.header("Diversion").startswith(DIVERSION.format("no-answer"))
    ringing, final = (next(seen.at for seen in second.wire if got(code)(seen)) for code in (180, 302))
    assert RING - 0.2 < final - ringing < RING + 2
    desk.app.wait_for(lambda s: not s["prompt"]["visible"], "the prompt is gone")
    line = desk.logged(second)
    assert line["outcome"] == "no-answer"
    assert RING - 0.2 < line["waited_seconds"] < RING + 2


def test_when_the_ring_time_is_over_a_free_agents_caller_is_sent_on_too(desk: Desk) -> None:
    desk.provision(ring_seconds=RING, **HANG_UP)
    customer = desk.customer()
    answer = desk.refusal_of(customer, 480)
    assert answer.header("Reason").startswith("Q.850;cause=19")


def test_the_ring_time_runs_on_from_queued_to_ringing(desk: Desk) -> None:
    desk.provision(ring_seconds=RING, call_waiting=False, **HANG_UP)
    first = desk.first_call()
    second = desk.customer(name="Caller Two", user="+15550102233")
    second.wait_for(got(180))
    desk.app.wait_for(lambda s: s["queued"] == 1, "the quiet count")
    first.hang_up()
    desk.app.wait_for(lambda s: s["prompt"]["visible"], "it rings when the agent is free")
    desk.refusal_of(second, 480)
    ringing, final = (next(seen.at for seen in second.wire if got(code)(seen)) for code in (180, 480))
    assert RING - 0.2 < final - ringing < RING + 2


@pytest.mark.parametrize(
    ("route", "status", "contact"),
    [
        (VOICEMAIL, 302, "<sip:voicemail@127.0.0.1:9>"),
        (COLLEAGUE, 302, "<sip:agent2@127.0.0.1:9>"),
        (HANG_UP, 480, ""),
    ],
)
def test_ignore_is_a_deflection(desk: Desk, route: dict[str, str], status: int, contact: str) -> None:
    desk.provision(**route)
    desk.first_call()
    second = desk.waiting_call()
    desk.app.ctl("ignore")
    answer = desk.refusal_of(second, status)
    assert answer.header("Contact") == contact
    if status == 302:
        assert answer.header("Diversion").startswith(DIVERSION.format("deflection"))
    else:
        assert answer.header("Reason").startswith("Q.850;cause=21")


def test_bypass_with_hang_up_is_a_480_with_a_reason(desk: Desk) -> None:
    desk.provision(bypass=True, **HANG_UP)
    desk.first_call()
    second = desk.customer(name="Caller Two", user="+15550102233")
    assert desk.refusal_of(second, 480).header("Reason").startswith("Q.850;cause=17")


@pytest.mark.parametrize(
    ("route", "been_there"),
    [
        (VOICEMAIL, "<sip:voicemail@127.0.0.1:9>;reason=no-answer"),
        (COLLEAGUE, "<sip:agent2@127.0.0.1:9>;reason=deflection"),
    ],
)
def test_nobody_is_sent_where_they_have_been(desk: Desk, route: dict[str, str], been_there: str) -> None:
    desk.provision(**route)
    desk.first_call()
    second = desk.waiting_call(headers=(*dialled(DIRECT), f"Diversion: {been_there}"))
    assert desk.app.status()["waiting"][0]["next"] == "hang_up"
    desk.app.ctl("ignore")
    assert desk.refusal_of(second, 480).header("Reason")
    never(second, got(302))


def test_an_earlier_diversion_is_passed_on_behind_ours(desk: Desk) -> None:
    desk.provision(**VOICEMAIL)
    desk.first_call()
    earlier = "<sip:+15559990000@example.com>;reason=unconditional"
    second = desk.waiting_call(headers=(*dialled(DIRECT), f"Diversion: {earlier}"))
    desk.app.ctl("ignore")
    ours, theirs = desk.refusal_of(second, 302).values("Diversion")
    assert ours.startswith(DIVERSION.format("deflection"))
    assert theirs == earlier


def test_decline_to_sends_a_caller_anywhere(desk: Desk) -> None:
    desk.first_call()
    second = desk.waiting_call()
    assert desk.app.refused("decline-to", "not an address")
    desk.app.ctl("decline-to", "sip:somebody@127.0.0.1:9")
    assert desk.refusal_of(second, 302).header("Contact") == "<sip:somebody@127.0.0.1:9>"
    assert desk.logged(second)["outcome"] == "declined"
