"""The rule, row by row, as customers meet it: what is on their wire, in the prompt and in the call log."""

from __future__ import annotations

import pytest

from tests.lab.desk import CALL_WAITING, Desk, never
from tests.lab.provisioning import COLLEAGUES, DIRECT, DIRECT_LABEL, QUEUE, UNKNOWN
from tests.lab.sip_message import asked, got
from tests.lab.waiting import holds_for

VOICEMAIL = {"no_answer": "voicemail", "no_answer_target": "sip:voicemail@127.0.0.1:9"}
SILENT_SECONDS = 0.5


def no_prompt(desk: Desk) -> bool:
    status = desk.app.status()
    return not status["prompt"]["visible"] and not status["waiting"]


@pytest.mark.parametrize(
    ("number", "bypass"), [(DIRECT, False), (DIRECT, True), (QUEUE, True), (COLLEAGUES, False), (UNKNOWN, True)]
)
def test_a_free_agent_is_rung_whatever_was_dialled(desk: Desk, number: str, bypass: bool) -> None:
    desk.provision(bypass=bypass, call_waiting=bypass)
    customer = desk.customer(number)
    ringing = customer.wait_for(got(180))
    status = desk.app.wait_for(lambda s: s["prompt"]["visible"], "the incoming-call prompt")
    assert status["prompt"]["kind"] == "ringing"
    assert CALL_WAITING not in ringing.values("Alert-Info")
    customer.hang_up()
    customer.wait_for_end()
    assert desk.logged(customer)["outcome"] == "abandoned"


def test_on_a_call_the_direct_line_waits_with_a_prompt(desk: Desk) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    assert second.wait_for(got(180)).header("Alert-Info") == CALL_WAITING
    status = desk.app.status()
    assert status["prompt"]["kind"] == "call-waiting"
    assert status["prompt"]["actions"] == ["hold-answer", "hangup-answer", "ignore"]
    (offer,) = status["waiting"]
    assert (offer["tracking_number"], offer["label"], offer["next"]) == (DIRECT, DIRECT_LABEL, "hang_up")
    assert 290 < offer["seconds_left"] <= 300
    assert desk.call_of(first)["state"] == "active"
    assert desk.call_of(second)["state"] == "waiting"


@pytest.mark.parametrize("call_waiting", [True, False])
def test_on_a_call_with_bypass_the_direct_line_goes_the_no_answer_way_at_once(desk: Desk, call_waiting: bool) -> None:
    desk.provision(bypass=True, call_waiting=call_waiting, **VOICEMAIL)
    desk.first_call()
    with desk.app.events() as events:
        second = desk.customer(user="+15550102233")
        moved = desk.refusal_of(second, 302)
        assert moved.header("Contact") == "<sip:voicemail@127.0.0.1:9>"
        assert "reason=user-busy" in moved.header("Diversion")
        assert desk.logged(second)["outcome"] == "bypassed"
        assert no_prompt(desk)
        assert not [name for name in events.names if "prompt" in name or "beep" in name]
    never(second, got(180))


def test_on_a_call_without_call_waiting_the_direct_line_is_queued_silently(desk: Desk) -> None:
    desk.provision(call_waiting=False)
    first = desk.first_call()
    second = desk.customer(user="+15550102233")
    ringing = second.wait_for(got(180))
    assert CALL_WAITING not in ringing.values("Alert-Info")
    assert desk.app.wait_for(lambda s: s["queued"] == 1, "the quiet count")
    holds_for(lambda: no_prompt(desk), SILENT_SECONDS, "a queued caller has no prompt")
    first.hang_up()
    status = desk.app.wait_for(lambda s: s["prompt"]["visible"], "the queued caller rings when the agent is free")
    assert status["prompt"]["kind"] == "ringing"
    assert status["prompt"]["call_id"] == desk.call_of(second)["id"]
    assert status["queued"] == 0
    desk.app.ctl("answer")
    second.wait_for(asked("ACK"))


@pytest.mark.parametrize(("number", "bypass"), [(QUEUE, False), (QUEUE, True), (COLLEAGUES, False), (UNKNOWN, True)])
def test_on_a_call_any_other_number_is_busy(desk: Desk, number: str, bypass: bool) -> None:
    desk.provision(bypass=bypass)
    desk.first_call()
    second = desk.customer(number, user="+15550102233")
    desk.refusal_of(second, 486)
    never(second, got(180))
    assert no_prompt(desk)
    line = desk.logged(second)
    assert (line["outcome"], line["direct"]) == ("busy", 0)
    assert line["explanation"]


@pytest.mark.parametrize("status", ["do-not-disturb", "wrap-up", "offline"])
def test_away_the_direct_line_is_queued_and_others_are_turned_away(desk: Desk, status: str) -> None:
    desk.app.ctl("agent-status", status)
    try:
        direct, other = desk.customer(), desk.customer(QUEUE, user="+15550102233")
        desk.refusal_of(other, 480)
        assert desk.logged(other)["outcome"] == "unavailable"
        direct.wait_for(got(180))
        desk.app.wait_for(lambda s: s["queued"] == 1, "the quiet count")
        holds_for(lambda: no_prompt(desk), SILENT_SECONDS, "an agent who is away is left alone")
    finally:
        desk.app.ctl("agent-status", "available")
    desk.app.wait_for(lambda s: s["prompt"]["kind"] == "ringing", "it rings when the agent is back")


def test_away_with_bypass_the_direct_line_goes_the_no_answer_way_at_once(desk: Desk) -> None:
    desk.provision(bypass=True, **VOICEMAIL)
    desk.app.ctl("agent-status", "do-not-disturb")
    try:
        customer = desk.customer()
        assert "reason=user-busy" in desk.refusal_of(customer, 302).header("Diversion")
    finally:
        desk.app.ctl("agent-status", "available")
    assert desk.logged(customer)["outcome"] == "bypassed"


@pytest.mark.parametrize(
    "headers",
    [
        ("P-Called-Party-ID: <sip:+15551230001@example.com>",),
        ("Diversion: <sip:5551230001@example.com>;reason=unconditional",),
        ("History-Info: <sip:+15551230001@example.com>;index=1",),
        ("X-Tracking-Number: not a number", "P-Called-Party-ID: <tel:+1-555-123-0001>"),
        ("X-Tracking-Number: +15551230002", "P-Called-Party-ID: <sip:+15551230001@example.com>"),
    ],
)
def test_the_dialled_number_is_found_in_every_header(desk: Desk, headers: tuple[str, ...]) -> None:
    desk.first_call()
    desk.waiting_call(headers=headers)
    assert desk.app.status()["waiting"][0]["tracking_number"] == DIRECT


@pytest.mark.parametrize("place", ["to", "dialled"])
def test_the_dialled_number_is_found_in_to_and_request_uri(desk: Desk, place: str) -> None:
    desk.first_call()
    desk.waiting_call(headers=(), **({"dialled": "agent1", "to": "agent1"} | {place: DIRECT}))
    assert desk.app.status()["waiting"][0]["tracking_number"] == DIRECT
