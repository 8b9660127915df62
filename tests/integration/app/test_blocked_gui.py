"""A GUI thread that is blocked for 3 s costs no sound and no event; in normal use nothing holds it for 50 ms."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.integration.sound_server import SoundServer
from tests.lab.app import OFFSCREEN, App
from tests.lab.desk import Desk
from tests.lab.observed_app import BLOCKED_SECONDS
from tests.lab.ports import free_port
from tests.lab.provisioning import SOUND, Provisioning
from tests.lab.signal import dropouts, level
from tests.lab.sip_message import asked, got
from tests.lab.waiting import until

COMMAND = (sys.executable, "-m", "tests.lab.observed_app")
HELD_SECONDS = 0.05
GLITCH_SECONDS = 0.2  # what a machine busy with other tests may cost anybody's sound in 4 s


@pytest.fixture
def observed(sound_server: SoundServer) -> Iterator[Desk]:
    """A softphone with sound whose GUI thread can be blocked and watched."""
    with App(Provisioning(free_port(), **SOUND), OFFSCREEN | sound_server.environment, command=COMMAND) as app:
        app.wait_for(lambda status: status["sound"]["headset"], "the headset is found")
        yield Desk(app)


def test_blocked_for_three_seconds_nothing_is_lost(
    observed: Desk, sound_server: SoundServer, record_property: Callable[[str, object], None]
) -> None:
    desk = observed
    with desk:
        first = desk.first_call(hz=700)
        until(lambda: len(first.sound.packets) > 50, "the call has sound")
        with sound_server.listening("headset.monitor") as headset:
            headset.wait(0.5)
            start = time.monotonic()
            desk.app.process.send_signal(signal.SIGUSR1)
            second = desk.customer(name="Caller Two", user="+15550102233")
            trying = second.wait_for(got(100))
            asked_at, tried_at = (next(s.at for s in second.wire if m(s)) for m in (asked("INVITE"), got(100)))
            assert tried_at - asked_at < 0.5, trying
            quitter = desk.customer(name="Caller Three", user="+15550102244")
            quitter.wait_for(got(100))
            quitter.hang_up()
            quitter.wait_for_end()
            assert time.monotonic() - start < BLOCKED_SECONDS, "all of this happened while the thread was blocked"
            second.wait_for(got(180))
            assert time.monotonic() - start > BLOCKED_SECONDS - 0.1
            status = desk.app.wait_for(lambda s: len(s["waiting"]) == 1, "the prompt")
            waited = time.time() - asked_at
            assert abs(300 - status["waiting"][0]["seconds_left"] - waited) < 0.5, "the prompt tells the true time"
            assert waited > 2
            headset.wait(0.3)
            heard = headset.recording
        assert level(heard, 700) > -30
        gaps = [gap.length for gap in dropouts(heard.part(0.2, heard.seconds), shortest=0.02)]
        record_property("silence while the GUI thread was blocked", f"{sum(gaps) * 1000:.0f} ms in {len(gaps)} gaps")
        assert sum(gaps) < GLITCH_SECONDS
        assert first.sound.longest_silence(start, time.monotonic()) < 0.5
        assert desk.logged(quitter)["outcome"] == "abandoned"
        desk.app.ctl("hold-answer")
        second.wait_for(asked("ACK"))


def test_in_normal_use_nothing_holds_the_gui_thread(
    observed: Desk, record_property: Callable[[str, object], None]
) -> None:
    desk = observed
    with desk:
        desk.app.process.send_signal(signal.SIGUSR2)
        desk.first_call()
        for n in range(2, 5):
            customer = desk.waiting_call(name=f"Caller {n}", user=f"+1555010223{n}")
            desk.app.ctl("hangup-answer")
            customer.wait_for(asked("ACK"))
        desk.waiting_call(name="Caller Five", user="+15550102235")
        desk.app.ctl("ignore")
        desk.app.ctl("hangup")
    desk.app.quit()
    measured = json.loads(desk.app.output.splitlines()[-1])
    record_property("GUI thread held for at most", f"{measured['longest'] * 1000:.0f} ms")
    busy = [hold for hold in measured["holds"] if hold["cpu_seconds"] > HELD_SECONDS]
    assert not busy, measured
