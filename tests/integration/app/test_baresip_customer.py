"""The same with a customer whose phone is a real one: baresip, an old release and a current one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.baresip import Baresip
from tests.lab.desk import Desk
from tests.lab.modern_baresip import ModernBaresip
from tests.lab.provisioning import DIRECT
from tests.lab.sip_message import asked, got
from tests.lab.waiting import until

Customer = Baresip | ModernBaresip


@pytest.fixture(params=[Baresip, ModernBaresip], ids=["1.0", "4.10"])
def baresip(desk: Desk, request: pytest.FixtureRequest) -> Iterator[Customer]:
    """It calls the direct line by its Request-URI."""
    with request.param() as customer:
        yield customer


def call(desk: Desk, baresip: Customer) -> None:
    baresip.dial(f"sip:{DIRECT}@127.0.0.1:{desk.address[1]}")
    baresip.wait_for("CALL_RINGING")


def states(desk: Desk) -> list[str]:
    return sorted(call["state"] for call in desk.app.status()["calls"])


def test_baresip_is_held_with_music_and_taken_back(desk: Desk, baresip: Customer) -> None:
    call(desk, baresip)
    desk.app.ctl("answer")
    baresip.wait_for("CALL_ESTABLISHED")
    second = desk.waiting_call()
    desk.app.ctl("hold-answer")
    second.wait_for(asked("ACK"))
    desk.app.wait_for(lambda _: states(desk) == ["active", "held"], "one is up, one is held")
    desk.app.ctl("hangup")
    second.wait_for_end()
    desk.app.ctl("resume")
    desk.app.wait_for(lambda _: states(desk) == ["active"], "baresip is back")
    baresip.hang_up()
    desk.app.wait_until_free()


def test_baresip_waits_and_is_answered_after_a_bye(desk: Desk, baresip: Customer) -> None:
    first = desk.first_call()
    call(desk, baresip)
    desk.app.wait_for(lambda s: s["prompt"]["kind"] == "call-waiting", "baresip waits")
    desk.app.ctl("hangup-answer")
    first.wait_for_end()
    baresip.wait_for("CALL_ESTABLISHED")
    desk.app.ctl("hangup")
    baresip.wait_for("CALL_CLOSED")


def test_baresip_gives_up(desk: Desk, baresip: Customer) -> None:
    desk.first_call()
    call(desk, baresip)
    desk.app.wait_for(lambda s: s["prompt"]["kind"] == "call-waiting", "baresip waits")
    baresip.hang_up()
    desk.app.wait_for(lambda s: not s["prompt"]["visible"], "the prompt is gone")


@pytest.mark.parametrize("baresip", [Baresip], ids=["1.0"], indirect=True)  # the current release follows no 302
def test_ignored_baresip_follows_the_302_to_the_voicemail_box(desk: Desk, baresip: Customer) -> None:
    box = desk.answerer(user="voicemail")
    desk.provision(no_answer="voicemail", no_answer_target=box.address)
    desk.first_call()
    call(desk, baresip)
    desk.app.wait_for(lambda s: s["prompt"]["kind"] == "call-waiting", "baresip waits")
    desk.app.ctl("ignore")
    baresip.wait_for("CALL_ESTABLISHED")
    until(lambda: len(box.sound.packets) > 10, "baresip speaks to the box")
    baresip.hang_up()
    box.wait_for_end()


def test_baresip_holds_the_agent(desk: Desk, baresip: Customer) -> None:
    call(desk, baresip)
    desk.app.ctl("answer")
    baresip.wait_for("CALL_ESTABLISHED")
    baresip.hold()
    desk.app.wait_for(lambda s: s["calls"][0]["remote_held"], "the window shows it")
    baresip.resume()
    desk.app.wait_for(lambda s: not s["calls"][0]["remote_held"], "and that it is over")
    waiting = desk.customer(user="+15550102233")
    waiting.wait_for(got(180))
