"""Hold & Answer, Hangup & Answer, Ignore: the order on the wire, and the first caller's sound."""

from __future__ import annotations

import time

from tests.lab.desk import Desk, never
from tests.lab.sip_message import asked, assert_order, got, said, was_asked
from tests.lab.waiting import until

HOLD_DELAY = 300  # milliseconds the first customer's phone takes to confirm a hold
HELD = was_asked("INVITE", "sendonly")


def test_hold_and_answer_answers_when_the_hold_is_confirmed(desk: Desk) -> None:
    first = desk.first_call(hold_delay=HOLD_DELAY)
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    second.wait_for(asked("ACK"))
    hold, confirmed, answered = assert_order((first.wire, HELD), (first.wire, said(200)), (second.wire, got(200)))
    assert answered.at - confirmed.at < 1
    assert confirmed.at - hold.at > HOLD_DELAY / 1000 * 0.9
    desk.app.wait_for(lambda _: desk.call_of(second).get("state") == "active", "the second call is up")
    held = desk.call_of(first)
    assert held["state"] == "held"
    assert held["held_for_anyone"]
    never(first, was_asked("BYE"))


def test_hold_and_answer_waits_two_seconds_at_most(desk: Desk) -> None:
    first = desk.first_call(hold_delay=4000)
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    second.wait_for(got(200))
    hold, answered = assert_order((first.wire, HELD), (second.wire, got(200)))
    assert 1.8 < answered.at - hold.at < 3.5
    never(first, said(200))
    first.wait_for(said(200))
    desk.app.wait_for(lambda _: desk.call_of(first).get("state") == "held", "the hold is confirmed late")


def test_hangup_and_answer_says_bye_first_and_leaves_held_calls_alone(desk: Desk) -> None:
    held = desk.first_call()
    current = desk.waiting_call(name="Caller Two")
    desk.app.ctl("hold-answer")
    desk.app.wait_for(lambda _: desk.call_of(current).get("state") == "active", "the second call is up")
    third = desk.waiting_call(name="Caller Three", user="+15550102244")
    desk.app.ctl("hangup-answer")
    third.wait_for(asked("ACK"))
    current.wait_for_end()
    assert_order((current.wire, was_asked("BYE")), (third.wire, got(200)))
    assert desk.call_of(held)["state"] == "held"
    never(held, was_asked("BYE"))
    assert desk.logged(current)["outcome"] == "answered"


def test_ignore_sends_the_caller_on_and_the_first_call_never_notices(desk: Desk) -> None:
    desk.provision(no_answer="voicemail", no_answer_target="sip:voicemail@127.0.0.1:9")
    first = desk.first_call()
    until(lambda: len(first.sound.packets) > 10, "sound for the first caller")
    start = time.monotonic()
    second = desk.waiting_call()
    desk.app.ctl("ignore")
    moved = desk.refusal_of(second, 302)
    assert moved.header("Contact") == "<sip:voicemail@127.0.0.1:9>"
    assert moved.header("Diversion").startswith("<sip:agent1@127.0.0.1>;reason=deflection")
    desk.app.wait_for(lambda s: not s["prompt"]["visible"], "the prompt is gone")
    assert first.sound.longest_silence(start, time.monotonic()) < 0.5
    assert desk.call_of(first)["state"] == "active"
    never(first, was_asked("INVITE"))
    line = desk.logged(second)
    assert (line["outcome"], line["answered"]) == ("ignored", None)


def test_a_held_call_can_be_taken_back(desk: Desk) -> None:
    first = desk.first_call()
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    desk.app.wait_for(lambda _: desk.call_of(second).get("state") == "active", "the second call is up")
    desk.app.ctl("hangup")
    second.wait_for_end()
    desk.app.ctl("resume")
    first.wait_for(was_asked("INVITE", "sendrecv"))
    desk.app.wait_for(lambda _: desk.call_of(first).get("state") == "active", "the first call is back")
    assert not desk.call_of(first)["held_for_anyone"]
    back = time.monotonic()
    until(lambda: len(first.sound.heard_since(back)) > 10, "its sound is back")


def test_each_action_is_refused_with_words_when_nobody_waits(desk: Desk) -> None:
    desk.first_call()
    for verb in ("hold-answer", "hangup-answer", "ignore", "answer"):
        assert "Nobody is waiting" in desk.app.refused(verb)
    assert [call["state"] for call in desk.app.status()["calls"]] == ["active"]
