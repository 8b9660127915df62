"""A hold the first customer's phone refuses: tried again as RFC 3261 section 14.1 says, and then nothing is lost."""

from __future__ import annotations

import pytest

from tests.lab.desk import Desk, never
from tests.lab.sip_message import asked, assert_order, got, said, was_asked

HELD = was_asked("INVITE", "sendonly")


@pytest.mark.parametrize("code", [488, 491, 500])
def test_refused_once_it_is_tried_again_and_the_second_call_is_answered(desk: Desk, code: int) -> None:
    first = desk.first_call(refuse=code, refusals=1)
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    second.wait_for(asked("ACK"))
    assert_order((first.wire, HELD), (first.wire, said(code)), (first.wire, said(200)), (second.wire, got(200)))
    assert first.count(HELD) == 2
    desk.app.wait_for(lambda _: desk.call_of(first).get("state") == "held", "the first call is held")


@pytest.mark.parametrize("code", [488, 491, 500])
def test_refused_for_good_nothing_is_lost_and_the_prompt_says_so(desk: Desk, code: int) -> None:
    first = desk.first_call(refuse=code, refusals=99)
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    status = desk.app.wait_for(lambda s: s["prompt"]["problem"], "the prompt tells the problem")
    assert status["prompt"]["visible"]
    assert status["prompt"]["actions"] == ["hold-answer", "hangup-answer", "ignore"]
    assert first.count(HELD) >= 2
    assert desk.call_of(first)["state"] == "active"
    assert desk.call_of(second)["state"] == "waiting"
    never(second, got(200))
    desk.app.ctl("hangup-answer")
    second.wait_for(asked("ACK"))
    first.wait_for_end()
