"""Calls as every phone has them: dialled, held, resumed, with keys pressed and the microphone muted."""

from __future__ import annotations

import json
from pathlib import Path

from tests.lab.desk import Desk
from tests.lab.sip_message import asked, got, said, was_asked
from tests.lab.waiting import until


def test_dialling_talking_and_hanging_up(desk: Desk) -> None:
    person = desk.answerer(user="bob", ring=300)
    call = json.loads(desk.app.ctl("dial", person.address, "--json"))["call"]
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["dialing"], "it rings there")
    person.wait_for(was_asked("ACK"))
    status = desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the call is up")
    assert [(c["id"], c["direction"]) for c in status["calls"]] == [(call, "outgoing")]
    until(lambda: len(person.sound.packets) > 10, "sound arrives")
    desk.app.ctl("hangup")
    person.wait_for_end()
    assert desk.logged(person)["outcome"] == "answered"


def test_a_direct_call_waits_while_the_agent_is_still_dialling(desk: Desk) -> None:
    person = desk.answerer(user="bob", ring=60_000)
    desk.app.ctl("dial", person.address)
    person.wait_for(said(180))
    waiting = desk.waiting_call()
    desk.app.ctl("hangup-answer")
    person.wait_for(was_asked("CANCEL"))
    waiting.wait_for(asked("ACK"))


def test_the_called_person_hangs_up(desk: Desk) -> None:
    person = desk.answerer(user="bob")
    desk.app.ctl("dial", person.address)
    desk.app.wait_for(lambda s: [c["state"] for c in s["calls"]] == ["active"], "the call is up")
    person.hang_up()
    person.wait_for_end()
    desk.app.wait_until_free()


def test_hold_and_resume(desk: Desk) -> None:
    first = desk.first_call()
    desk.app.ctl("hold")
    first.wait_for(was_asked("INVITE", "sendonly"))
    desk.app.wait_for(lambda s: s["calls"][0]["held"], "the call is held")
    desk.app.ctl("resume")
    first.wait_for(was_asked("INVITE", "sendrecv"))
    desk.app.wait_for(lambda s: s["calls"][0]["state"] == "active", "the call is back")


def test_keys_are_heard_at_the_other_end(desk: Desk) -> None:
    first = desk.first_call()
    desk.app.ctl("dtmf", "19#*")
    until(lambda: first.sound.events() == "19#*", lambda: f"the keys; heard {first.sound.events()!r}")


def test_mute_is_shown_and_taken_back(desk: Desk) -> None:
    desk.first_call()
    desk.app.ctl("mute")
    assert desk.app.status()["muted"]
    desk.app.ctl("mute", "off")
    assert not desk.app.status()["muted"]


def test_a_number_that_does_not_exist_says_why(desk: Desk) -> None:
    exchange = desk.raw_customer()
    desk.app.ctl("dial", f"sip:nobody@127.0.0.1:{exchange.port}")
    exchange.respond(exchange.wait_for(was_asked("INVITE")), 404)
    exchange.wait_for(was_asked("ACK"))
    desk.app.wait_until_free()
    line = desk.logged(exchange)
    assert (line["outcome"], line["direction"]) == ("failed", "outgoing")


def test_a_dial_nobody_reacts_to_can_be_given_up_at_once(desk: Desk) -> None:
    desk.app.ctl("dial", "sip:nobody@127.0.0.1:9")
    desk.app.wait_for(lambda s: s["calls"], "it is being dialled")
    desk.app.ctl("hangup")
    desk.app.wait_for(lambda s: not s["calls"], "the agent is free", 3)


def test_nonsense_is_not_dialled(desk: Desk) -> None:
    assert desk.app.refused("dial", "hello there nobody")
    assert not desk.app.status()["calls"]


def test_status_in_words_and_as_json_and_the_exit_statuses(desk: Desk) -> None:
    first = desk.first_call()
    first.wait_for(got(200))
    assert "active" in desk.app.ctl("status")
    assert json.loads(desk.app.ctl("status", "--json"))["calls"][0]["state"] == "active"
    assert desk.app.run("ctl", "jump").returncode == 2
    assert desk.app.run("ctl", "dtmf", "xyz").returncode == 2


def test_a_sip_address_on_the_command_line_is_dialled_by_the_running_app(desk: Desk, tmp_path: Path) -> None:
    person = desk.answerer(user="bob")
    links = tmp_path / "links.toml"
    links.write_text("[calls]\ndial_links = true\n")
    assert desk.app.run("settings", "import", str(links)).returncode == 0
    assert desk.app.run(person.address).returncode == 0
    person.wait_for(was_asked("ACK"))
