"""Two and three callers waiting, one too many, and calls that end while others wait."""

from __future__ import annotations

import pjsua2 as pj

from softphone.engine.library import CALLS_OF_AN_AGENT
from tests.lab.desk import CALL_WAITING, Desk, never
from tests.lab.provisioning import DIRECT
from tests.lab.sip_message import asked, got, was_asked

CALL_LIMIT = min(pj.EpConfig().uaConfig.maxCalls, CALLS_OF_AN_AGENT)


def offered(desk: Desk) -> list[str]:
    return [offer["id"] for offer in desk.app.status()["waiting"]]


def test_the_oldest_of_three_is_in_front_and_the_next_moves_up(desk: Desk) -> None:
    desk.first_call()
    people = [desk.waiting_call(name=f"Caller {n}", user=f"+1555010223{n}") for n in (2, 3, 4)]
    calls = [desk.call_of(person)["id"] for person in people]
    assert offered(desk) == calls
    assert desk.app.status()["prompt"]["call_id"] == calls[0]
    people[0].hang_up()
    people[0].wait_for_end()
    desk.app.wait_for(lambda s: s["prompt"]["call_id"] == calls[1], "the next one moves up")
    desk.app.ctl("ignore")
    desk.refusal_of(people[1], 480)
    desk.app.wait_for(lambda s: s["prompt"]["call_id"] == calls[2], "the last one moves up")
    desk.app.ctl("hold-answer")
    people[2].wait_for(asked("ACK"))
    desk.app.wait_for(lambda s: not s["prompt"]["visible"], "nobody waits any more")


def test_a_caller_further_back_can_be_taken_first(desk: Desk) -> None:
    desk.first_call()
    second = desk.waiting_call()
    third = desk.waiting_call(name="Caller Three", user="+15550102244")
    desk.app.ctl("hold-answer", desk.call_of(third)["id"])
    third.wait_for(asked("ACK"))
    never(second, got(200))
    status = desk.app.wait_for(lambda s: len(s["waiting"]) == 1, "the other one still waits")
    assert status["prompt"]["call_id"] == desk.call_of(second)["id"]


def test_one_call_too_many_is_busy_and_in_the_log(desk: Desk) -> None:
    desk.first_call()
    for n in range(2, CALL_LIMIT + 1):
        desk.waiting_call(name=f"Caller {n}", user=f"+155501022{n:02}")
    last = desk.customer(name="Last Caller", user="+15550102299")
    desk.refusal_of(last, 486)
    never(last, got(180))
    line = desk.logged(last)
    assert (line["outcome"], line["tracking_number"]) == ("busy", DIRECT)
    assert len(offered(desk)) == CALL_LIMIT - 1


def test_the_current_call_ends_and_the_waiting_one_simply_rings(desk: Desk) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    first.hang_up()
    first.wait_for_end()
    status = desk.app.wait_for(lambda s: s["prompt"]["kind"] == "ringing", "the prompt is an ordinary one")
    assert status["prompt"]["actions"] == ["answer", "ignore"]
    assert status["prompt"]["call_id"] == desk.call_of(second)["id"]
    assert second.count(got(180)) >= 1
    desk.app.ctl("answer")
    second.wait_for(asked("ACK"))


def test_a_second_call_joins_the_prompt_of_one_that_still_rings(desk: Desk) -> None:
    first = desk.customer()
    first.wait_for(got(180))
    desk.app.wait_for(lambda s: s["prompt"]["visible"], "the incoming-call prompt")
    second = desk.customer(name="Caller Two", user="+15550102233")
    assert second.wait_for(got(180)).header("Alert-Info") != CALL_WAITING
    status = desk.app.wait_for(lambda s: len(s["waiting"]) == 2, "both are in the prompt")
    assert status["prompt"]["kind"] == "ringing"
    assert status["prompt"]["call_id"] == desk.call_of(first)["id"]
    desk.app.ctl("answer")
    first.wait_for(asked("ACK"))
    status = desk.app.wait_for(lambda s: s["prompt"]["kind"] == "call-waiting", "the other one now waits")
    assert status["prompt"]["call_id"] == desk.call_of(second)["id"]


def test_queued_callers_ring_oldest_first(desk: Desk) -> None:
    desk.provision(call_waiting=False)
    first = desk.first_call()
    second = desk.customer(name="Caller Two", user="+15550102233")
    second.wait_for(got(180))
    third = desk.customer(name="Caller Three", user="+15550102244")
    third.wait_for(got(180))
    desk.app.wait_for(lambda s: s["queued"] == 2, "two are queued")
    desk.app.ctl("hangup")
    first.wait_for_end()
    status = desk.app.wait_for(lambda s: s["prompt"]["visible"], "a queued caller rings")
    assert status["prompt"]["call_id"] == desk.call_of(second)["id"]


def test_hangup_and_answer_works_caller_after_caller(desk: Desk) -> None:
    current = desk.first_call()
    for n in (2, 3, 4):
        following = desk.waiting_call(name=f"Caller {n}", user=f"+1555010223{n}")
        desk.app.ctl("hangup-answer")
        following.wait_for(asked("ACK"))
        current.wait_for_end()
        assert current.count(was_asked("BYE")) == 1
        desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "one call is up")
        current = following
