"""CANCEL at every awkward moment: before the click, right after it, crossing the 200 (RFC 3261 sections 9 and 15)."""

from __future__ import annotations

import time

from tests.lab.desk import Desk, never
from tests.lab.sip_message import asked, assert_order, got, said, was_asked


def test_before_the_click_the_prompt_goes_and_the_log_says_abandoned(desk: Desk) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    waited_from = time.monotonic()
    second.hang_up()
    second.wait_for_end()
    desk.app.wait_for(lambda s: not s["prompt"]["visible"] and not s["waiting"], "the prompt is gone")
    line = desk.logged(second)
    assert (line["outcome"], line["answered"]) == ("abandoned", None)
    assert 0 < line["waited_seconds"] < time.monotonic() - waited_from + 3
    never(first, was_asked("INVITE"))
    assert desk.call_of(first)["state"] == "active"


def test_after_the_click_the_hold_under_way_is_undone(desk: Desk) -> None:
    first = desk.first_call(hold_delay=600)
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    first.wait_for(was_asked("INVITE", "sendonly"))
    second.hang_up()
    second.wait_for_end()
    first.wait_for(was_asked("INVITE", "sendrecv"))
    assert_order(
        (first.wire, was_asked("INVITE", "sendonly")),
        (second.wire, got(487)),
        (first.wire, said(200)),
        (first.wire, was_asked("INVITE", "sendrecv")),
    )
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the first call is active again")
    assert desk.logged(second)["outcome"] == "abandoned"
    never(second, got(200))


def test_a_hold_that_was_refused_needs_no_undoing(desk: Desk) -> None:
    first = desk.first_call(refuse=488, refusals=9)
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    first.wait_for(said(488))
    second.hang_up()
    second.wait_for_end()
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the first call goes on")
    assert desk.logged(second)["outcome"] == "abandoned"


def test_a_cancel_that_crosses_the_200_ends_the_call_all_the_same(desk: Desk) -> None:
    """The 200 is on its way when the CANCEL goes out: the caller takes the call and hangs up at once."""
    caller = desk.raw_customer()
    caller.invite()
    caller.wait_for(got(180))
    desk.app.ctl("answer")
    caller.wait_for(got(200))
    caller.cancel()
    caller.ack()
    caller.bye()
    caller.wait_for(got(200, "BYE"))
    desk.app.wait_until_free()
    assert desk.logged(caller)["outcome"] in ("answered", "abandoned")


def test_a_waiting_caller_whose_cancel_crosses_the_200_leaves_the_first_call_held(desk: Desk) -> None:
    """The second call came about and is over: the first one is where Hold & Answer has put it."""
    first = desk.first_call()
    second = desk.raw_customer()
    second.invite()
    second.wait_for(got(180))
    desk.app.wait_for(lambda s: s["prompt"]["visible"], "the second call waits")
    desk.app.ctl("hold-answer")
    second.wait_for(got(200))
    second.cancel()
    second.ack()
    second.bye()
    second.wait_for(got(200, "BYE"))
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["held"], "only the first call is left, held")
    assert first.count(was_asked("BYE")) == 0
    desk.app.ctl("resume")
    first.wait_for(was_asked("INVITE", "sendrecv"))


def test_a_cancel_in_the_same_breath_as_the_invite_leaves_nothing(desk: Desk) -> None:
    caller = desk.raw_customer()
    caller.invite()
    caller.cancel()
    caller.wait_for(got(487))
    caller.ack()
    desk.app.wait_until_free()
    assert not desk.app.status()["prompt"]["visible"]
    assert desk.logged(caller)["outcome"] == "abandoned"


def test_a_bye_that_crosses_the_hold_leaves_only_the_second_call(desk: Desk) -> None:
    first = desk.raw_customer()
    first.invite()
    first.wait_for(got(180))
    desk.app.ctl("answer")
    first.wait_for(got(200))
    first.ack()
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the first call is up")
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    hold = first.wait_for(was_asked("INVITE", "sendonly"))
    first.bye()
    first.wait_for(got(200, "BYE"))
    first.respond(hold, 481)
    second.wait_for(asked("ACK"))
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the second call is the only one")
    assert desk.call_of(second)["state"] == "active"
    assert desk.logged(first)["outcome"] == "answered"


def test_a_cancel_before_a_click_that_comes_too_late_is_told_to_the_agent(desk: Desk) -> None:
    desk.first_call()
    second = desk.waiting_call()
    call = desk.call_of(second)["id"]
    second.hang_up()
    second.wait_for_end()
    desk.app.wait_for(lambda s: not s["waiting"], "nobody waits")
    assert desk.app.refused("hold-answer", call)
    assert [c["state"] for c in desk.app.status()["calls"]] == ["active"]
