"""Who hears what, measured in the headset and at the callers' ends: the beep, the ring, the hold, the mute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sound_server import SoundServer, running_sound_server
from tests.lab.app import OFFSCREEN
from tests.lab.desk import Desk, never, open_desk
from tests.lab.ports import free_port
from tests.lab.provisioning import SOUND, Provisioning
from tests.lab.rtp import Sound
from tests.lab.signal import bursts, level, loudness, sine, write_wav
from tests.lab.sip_message import asked, said, was_asked
from tests.lab.waiting import until

AGENT_HZ, FIRST_HZ, SECOND_HZ = 1000, 700, 900
BEEP_HZ, BEEP_ON, BEEP_PERIOD = 400, 0.2, 3.2  # call-waiting tone of New Zealand
HEARD, SILENT = -40, -70  # dBFS
SETTLE = 0.25  # seconds sound is on its way at most


@pytest.fixture(scope="module")
def studio() -> Iterator[SoundServer]:
    with running_sound_server() as server:
        yield server


@pytest.fixture(scope="module")
def module_desk(studio: SoundServer) -> Iterator[Desk]:
    with open_desk(Provisioning(free_port(), country="NZ", **SOUND), OFFSCREEN | studio.environment) as desk:
        desk.app.wait_for(lambda s: s["sound"]["headset"] == "Headset", "the headset is found")
        yield desk


@pytest.fixture
def agent_speaks(studio: SoundServer, tmp_path: Path) -> Iterator[None]:
    with studio.playing(write_wav(tmp_path / "agent.wav", sine(AGENT_HZ, 30))):
        yield


def hears(ear: Sound, hz: float) -> bool:
    """Whether this party has just heard that frequency."""
    return level(ear.recording(time.monotonic() - 0.3), hz) > HEARD


def test_the_beep_is_in_the_headset_in_its_cadence_and_nowhere_else(desk: Desk, studio: SoundServer) -> None:
    first = desk.first_call(hz=FIRST_HZ)
    until(lambda: len(first.sound.packets) > 25, "the call has sound")
    with studio.listening("headset.monitor") as headset:
        start = time.monotonic()
        second = desk.waiting_call(hz=SECOND_HZ)
        until(lambda: bursts(headset.recording, BEEP_HZ), "the first beep")
        headset.wait(BEEP_PERIOD + BEEP_ON + 0.3)
        heard, end = headset.recording, time.monotonic()
        desk.app.ctl("ignore")
        headset.wait(3.7)
        after = headset.recording
    beeps = bursts(heard, BEEP_HZ)
    assert len(beeps) >= 2
    assert [beep.length for beep in beeps[:2]] == pytest.approx([BEEP_ON] * 2, abs=0.03)
    assert beeps[1].start - beeps[0].start == pytest.approx(BEEP_PERIOD, abs=0.05)
    loud = level(heard.part(beeps[0].start + 0.02, beeps[0].end - 0.02), BEEP_HZ)
    assert loud > HEARD
    assert level(first.sound.recording(start, end), BEEP_HZ) < loud - 60
    assert not second.sound.packets, "who is not answered hears nothing of us"
    assert not bursts(after.part(heard.seconds + 0.5, after.seconds), BEEP_HZ), "the beep ends with the prompt"
    assert level(heard, FIRST_HZ) > HEARD, "the first caller is heard all the time"


@pytest.mark.usefixtures("agent_speaks")
def test_hold_and_answer_cuts_the_sound_at_once_and_moves_it(desk: Desk, studio: SoundServer) -> None:
    first = desk.first_call(hz=FIRST_HZ, hold_delay=1500)
    until(lambda: hears(first.sound, AGENT_HZ), "the first caller hears the agent")
    second = desk.waiting_call(hz=SECOND_HZ)
    desk.app.ctl("hold-answer")
    first.wait_for(was_asked("INVITE", "sendonly"))
    clicked = time.monotonic()
    with studio.listening("headset.monitor") as headset:
        headset.wait(0.8)
        between = headset.recording
        never(first, said(200))
    assert level(between.part(SETTLE, 0.8), FIRST_HZ) < HEARD - 20
    assert level(first.sound.recording(clicked + SETTLE, clicked + 0.8), AGENT_HZ) < SILENT
    second.wait_for(asked("ACK"))
    until(lambda: hears(second.sound, AGENT_HZ), "the second caller hears the agent")
    until(lambda: loudness(first.sound.recording(time.monotonic() - 0.5)) > SILENT, "the first caller hears music")
    with studio.listening("headset.monitor") as headset:
        headset.wait(0.5)
        talking = headset.recording
    assert level(talking, SECOND_HZ) > HEARD
    assert level(talking, FIRST_HZ) < level(talking, SECOND_HZ) - 40
    assert level(second.sound.recording(), BEEP_HZ) < SILENT


@pytest.mark.usefixtures("agent_speaks")
def test_mute_is_silence_at_the_other_end_until_it_is_taken_back(desk: Desk) -> None:
    first = desk.first_call()
    until(lambda: hears(first.sound, AGENT_HZ), "the agent is heard")
    desk.app.ctl("mute")
    muted = time.monotonic() + SETTLE
    until(lambda: len(first.sound.heard_since(muted)) > 20, "packets go on")
    assert loudness(first.sound.recording(muted)) < SILENT
    desk.app.ctl("mute", "off")
    until(lambda: hears(first.sound, AGENT_HZ), "the agent is heard again")


def test_the_beep_becomes_a_ring_when_the_current_call_ends(desk: Desk, studio: SoundServer) -> None:
    first = desk.first_call()
    desk.waiting_call()
    with studio.listening("ringer.monitor") as ringer:
        ringer.wait(0.5)
        assert loudness(ringer.recording) < SILENT, "a beep is no ring"
        first.hang_up()
        first.wait_for_end()
        desk.app.wait_for(lambda s: s["prompt"]["kind"] == "ringing", "an ordinary ring")
        start = ringer.recording.seconds
        ringer.wait(3)
        rung = ringer.recording
    for hz in (400, 450):
        assert level(rung.part(start, rung.seconds), hz) > HEARD
