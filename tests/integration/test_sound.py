"""The real engine on real (virtual) sound devices: who hears what, and what happens when devices come and go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from softphone.model import ua_commands as do
from softphone.model.tone import Tone, ToneKind, ToneStep
from softphone.model.ua_events import CallEstablished, CommandRefused, IncomingCall, SoundChanged
from tests.integration.engine_process import EngineProcess, start_of
from tests.integration.sound_server import SoundServer, until
from tests.lab import signal
from tests.lab.signal import Recording

AGENT, CALLER = 24010, 24020
DEVICES = do.SoundChoice("Microphone", "Headset", "Ringer")
NOTHING = do.SoundChoice("none", "none", "none")
FRAME = 0.02  # a lost frame is a gap; shorter breaks are those of a machine that runs other tests meanwhile
BEEP = Tone(ToneKind.BEEP, (ToneStep(440, 0, 200, 300),), 0.25)
FOREVER = 20.0  # seconds; longer than any test listens


@contextmanager
def phone(port: int, sound: do.SoundChoice, **fields: Any) -> Iterator[EngineProcess]:
    """A running engine with the real sound bridge, that must end cleanly."""
    engine = EngineProcess("softphone.engine")
    try:
        engine.start(start_of(port, sound=sound, **fields))
        yield engine
    finally:
        code = engine.close()
    assert code == 0, list(engine.errors)
    assert not [line for line in engine.errors if "Traceback" in line or "rror" in line], list(engine.errors)


@pytest.fixture
def agent(sound_server: SoundServer) -> Iterator[EngineProcess]:
    """The agent's engine on the devices of the sound server."""
    with phone(AGENT, DEVICES) as engine:
        engine.wait(SoundChanged, lambda event: event == SoundChanged("Microphone", "Headset", "Ringer"))
        yield engine


@contextmanager
def call(agent: EngineProcess, caller_hears: Path, caller_says: Path | None = None) -> Iterator[EngineProcess]:
    """A call between the agent and somebody without sound devices who records what they hear."""
    with phone(CALLER, NOTHING, user="caller") as caller:
        caller.send(do.Dial("out", f"sip:agent1@127.0.0.1:{AGENT}"))
        incoming = agent.wait(IncomingCall)
        agent.send(do.Respond(incoming.call, 200))
        caller.wait(CallEstablished)
        agent.wait(CallEstablished)
        if caller_says is not None:
            caller.send(do.PlayAsMicrophone(str(caller_says)))
        caller.send(do.RecordHeadset(str(caller_hears)))
        yield caller
        caller.send(do.RecordHeadset(""), do.HangUp("out"))


def tone_file(path: Path, hz: float, seconds: float = FOREVER) -> Path:
    return signal.write_wav(path, signal.sine(hz, seconds, 0.1))


def recorded(path: Path, seconds: float) -> Recording:
    """What is in a recording once it has grown by this much."""
    goal = (path.stat().st_size if path.exists() else 0) + int(seconds * 32000)
    until(lambda: path.exists() and path.stat().st_size >= goal, seconds + 10, "nothing is recorded")
    return signal.read_wav(path)


def test_both_parties_hear_each_other_without_a_gap(
    sound_server: SoundServer, agent: EngineProcess, tmp_path: Path
) -> None:
    far_end = tmp_path / "caller.wav"
    with ExitStack() as stack:
        stack.enter_context(call(agent, far_end, tone_file(tmp_path / "says.wav", 1000)))
        stack.enter_context(sound_server.playing(tone_file(tmp_path / "mic.wav", 700)))
        ear = stack.enter_context(sound_server.listening())
        ear.wait(1.5)
        before = ear.recording.seconds
        recorded(far_end, 3.5)
        heard = ear.recording.part(before, FOREVER)
        sent = signal.read_wav(far_end)

    sent = sent.part(sent.seconds - 3, sent.seconds)
    assert typical_level(heard, 1000) == pytest.approx(-20, abs=1.5)
    assert typical_level(sent, 700) == pytest.approx(-20, abs=1.5)
    assert signal.dropouts(heard, shortest=FRAME) == []
    assert signal.dropouts(sent, shortest=FRAME) == []
    assert signal.level(sent, 1000) < -80, "the caller hears no echo of themselves"


def test_the_beep_is_heard_in_the_headset_and_nowhere_else(
    sound_server: SoundServer, agent: EngineProcess, tmp_path: Path
) -> None:
    far_end = tmp_path / "caller.wav"
    with ExitStack() as stack:
        stack.enter_context(call(agent, far_end, tone_file(tmp_path / "says.wav", 1000)))
        stack.enter_context(sound_server.playing(tone_file(tmp_path / "mic.wav", 700)))
        ear = stack.enter_context(sound_server.listening())
        ringer = stack.enter_context(sound_server.listening("ringer.monitor"))
        ear.wait(0.5)
        agent.send(do.PlayTone(BEEP))
        ear.wait(3.2)
        agent.send(do.StopTone(ToneKind.BEEP))
        ear.wait(1.0)
        heard, rung = ear.recording, ringer.recording
        sent = recorded(far_end, 0.2)

    beeps = signal.bursts(heard, 440)
    full = beeps[:-1]
    assert len(full) in (5, 6)
    assert [beep.length for beep in full] == pytest.approx([0.2] * len(full), abs=0.02)
    gaps = [later.start - earlier.end for earlier, later in pairwise(full)]
    assert gaps == pytest.approx([0.3] * len(gaps), abs=0.02)
    assert signal.level(heard.part(full[1].start + 0.05, full[1].end - 0.05), 440) == pytest.approx(-12, abs=1)
    assert signal.level(sent, 440) < -80
    assert signal.level(rung, 440) < -80
    assert beeps[-1].end < heard.seconds - 0.8, "the beep ends when it is told to"


def test_the_ring_is_on_the_ringer_and_the_ringback_in_the_headset(
    sound_server: SoundServer, agent: EngineProcess
) -> None:
    with sound_server.listening() as headset, sound_server.listening("ringer.monitor") as ringer:
        agent.send(do.PlayTone(Tone(ToneKind.RING, (ToneStep(500, 0, 1000, 200),), 0.5)))
        agent.send(do.PlayTone(Tone(ToneKind.RINGBACK, (ToneStep(800, 0, 1000, 200),), 0.1)))
        ringer.wait(1.0)
        headset.wait(0.1)
        rung, heard = ringer.recording, headset.recording

    assert max(signal.levels(rung, 500)) == pytest.approx(-6, abs=1)
    assert max(signal.levels(heard, 800)) == pytest.approx(-20, abs=1)
    assert signal.level(heard, 500) < -80
    assert signal.level(rung, 800) < -80


def test_mute_is_silence_at_the_far_end(sound_server: SoundServer, agent: EngineProcess, tmp_path: Path) -> None:
    far_end = tmp_path / "caller.wav"
    with call(agent, far_end), sound_server.playing(tone_file(tmp_path / "mic.wav", 700)):
        until(lambda: typical_level(_end(recorded(far_end, 0.2)), 700) > -25, 10, "the microphone is not heard")
        agent.send(do.Mute(True))
        recorded(far_end, 0.6)
        muted = _end(recorded(far_end, 0.5))
        agent.send(do.Mute(False))
        recorded(far_end, 0.6)
        speaking = _end(recorded(far_end, 0.5))

    assert signal.level(muted, 700) < -80
    assert signal.loudness(muted) < -60, "no more than the noise of the codec"
    assert typical_level(speaking, 700) == pytest.approx(-20, abs=1.5)


def _end(recording: Recording) -> Recording:
    return recording.part(max(0.0, recording.seconds - 0.3), recording.seconds)


def typical_level(recording: Recording, hz: float) -> float:
    """dBFS in windows so short that the 0.5 % a ring may stretch by do not count."""
    return float(np.median(signal.levels(recording, hz, window=0.05, step=0.025)))


def test_the_microphone_is_open_only_during_a_call(
    sound_server: SoundServer, agent: EngineProcess, tmp_path: Path
) -> None:
    assert not microphone_is_open(sound_server)
    with call(agent, tmp_path / "caller.wav"):
        until(lambda: microphone_is_open(sound_server), 5, "the microphone does not open")
    until(lambda: not microphone_is_open(sound_server), 5, "the microphone stays open")


def microphone_is_open(server: SoundServer) -> bool:
    return 'application.name = "softphone"' in server.pactl("list", "source-outputs")


def test_a_headset_that_vanishes_is_replaced_and_gone_back_to(
    sound_server: SoundServer, agent: EngineProcess, tmp_path: Path
) -> None:
    recording = tmp_path / "headset.wav"
    agent.send(do.RecordHeadset(str(recording)))
    with call(agent, tmp_path / "caller.wav", tone_file(tmp_path / "says.wav", 1000)):
        with sound_server.listening("ringer.monitor") as elsewhere:
            pulled = time.monotonic()
            sound_server.remove("headset")
            gone = agent.wait(SoundChanged, lambda event: event.headset != "Headset")
            replaced_after = time.monotonic() - pulled
            until(lambda: typical_level(_end(elsewhere.recording), 1000) > -23, 5, "nothing is heard elsewhere")
        sound_server.add_sink("headset")
        back = agent.wait(SoundChanged)
        with sound_server.listening() as ear:
            ear.wait(1.0)
            heard = _end(ear.recording)

    assert (gone.headset, gone.note) == ("Ringer", "“Headset” was not found: “Ringer” is used instead.")
    assert replaced_after < 1.5
    assert back == SoundChanged("Microphone", "Headset", "Ringer")
    assert typical_level(heard, 1000) == pytest.approx(-20, abs=1.5)
    agent.send(do.RecordHeadset(""))
    start = signal.bursts(signal.read_wav(recording), 1000)[0].start
    whole = signal.read_wav(recording)
    assert signal.dropouts(whole.part(start + 0.1, start + 2.0), shortest=FRAME) == [], (
        "the call itself has noticed nothing"
    )


def test_without_any_device_tones_and_recordings_go_on(sound_server: SoundServer, tmp_path: Path) -> None:
    for name in ("mic", "mic_in", "ringer", "headset"):
        sound_server.remove(name)
    path = tmp_path / "headset.wav"
    with phone(AGENT, do.SoundChoice()) as engine:
        state = engine.wait(SoundChanged)
        engine.send(do.RecordHeadset(str(path)))
        engine.send(do.PlayTone(Tone(ToneKind.BEEP, (ToneStep(440, 0, 40, 40),), 0.25, repeats=40)))
        started = time.monotonic()
        recorded(path, 4.0)
        engine.send(do.RecordHeadset(""))
        elapsed = time.monotonic() - started

    assert state == SoundChanged("", "", "", "No sound device was found: calls work, but nobody hears anything.")
    recording = signal.read_wav(path)
    assert recording.seconds == pytest.approx(elapsed, abs=0.3)
    beeps = signal.bursts(recording, 440, window=0.02)
    assert len(beeps) == 40, "more steps than a tone generator takes at once, and not one too many"
    assert signal.level(recording.part(beeps[0].start + 0.01, beeps[0].end - 0.005), 440) == pytest.approx(-12, abs=0.5)


def test_a_missing_microphone_is_told_in_plain_words(sound_server: SoundServer) -> None:
    sound_server.remove("mic")
    with phone(AGENT, do.SoundChoice(headset="Headset", ringer="Ringer")) as engine:
        state = engine.wait(SoundChanged)
        assert state == SoundChanged("", "Headset", "Ringer", "No microphone was found: others cannot hear you.")

        sound_server.add_source("mic", "Microphone")
        assert engine.wait(SoundChanged) == SoundChanged("Microphone", "Headset", "Ringer")


def test_other_devices_can_be_chosen_while_a_tone_plays(sound_server: SoundServer, agent: EngineProcess) -> None:
    agent.send(do.PlayTone(Tone(ToneKind.RINGBACK, (ToneStep(800, 0, 1000, 0),), 0.25)))
    agent.send(do.SelectSound(do.SoundChoice("Microphone", "Ringer", "none")))
    changed = agent.wait(SoundChanged)

    with sound_server.listening("ringer.monitor") as ear:
        ear.wait(0.6)
        assert typical_level(_end(ear.recording), 800) == pytest.approx(-12, abs=1)
    assert (changed.headset, changed.ringer) == ("Ringer", "")
    assert changed.note == "The ringer is switched off in the settings: you cannot hear it ring."


def test_the_engine_outlives_the_sound_server(sound_server: SoundServer, agent: EngineProcess) -> None:
    sound_server.stop()
    assert agent.wait(SoundChanged, lambda event: event.headset == "").note.startswith("No sound device was found")

    sound_server.start()
    sound_server.plug_everything_in()
    agent.wait(SoundChanged, lambda event: event == SoundChanged("Microphone", "Headset", "Ringer"), timeout=10)


def test_thirty_changes_of_devices_leave_no_descriptor_and_no_thread(
    sound_server: SoundServer, agent: EngineProcess, tmp_path: Path
) -> None:
    process = psutil.Process(agent.process.pid)
    with call(agent, tmp_path / "caller.wav"):
        until(lambda: microphone_is_open(sound_server), 5, "the microphone does not open")
        before = resources(process)
        for _ in range(30):
            agent.send(do.SelectSound(NOTHING))
            agent.wait(SoundChanged, lambda event: event.headset == "")
            agent.send(do.SelectSound(DEVICES))
            agent.wait(SoundChanged, lambda event: event.headset == "Headset")
        after = resources(process)
    assert after == before


def resources(process: psutil.Process) -> tuple[int, int]:
    """Descriptors and threads, once they have not changed for a moment."""
    seen = []

    def settled() -> bool:
        seen.append((process.num_fds(), process.num_threads()))
        return len(seen) >= 20 and len(set(seen[-20:])) == 1

    until(settled, 10, f"descriptors and threads come and go: {seen[-20:]}")
    return seen[-1]


def test_what_cannot_be_read_or_written_is_refused_and_nothing_else_happens(
    agent: EngineProcess, tmp_path: Path
) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    agent.send(do.RecordHeadset(str(tmp_path / "missing" / "a.wav")))
    assert "cannot be written" in agent.wait(CommandRefused).detail
    agent.send(do.PlayAsMicrophone(str(text)))
    assert "cannot be read" in agent.wait(CommandRefused).detail

    agent.send(do.RecordHeadset(str(tmp_path / "a.wav")))
    assert recorded(tmp_path / "a.wav", 0.4).seconds >= 0.4


def test_the_end_of_the_engine_finishes_the_recording_in_the_middle_of_a_tone(
    sound_server: SoundServer, tmp_path: Path
) -> None:
    path = tmp_path / "headset.wav"
    with phone(AGENT, DEVICES) as engine:
        engine.send(do.RecordHeadset(str(path)), do.PlayTone(BEEP))
        recorded(path, 1.0)
        engine.send(do.Shutdown())
        closing = time.monotonic()
        engine.process.wait(5)
        took = time.monotonic() - closing

    assert took < 3
    assert len(signal.bursts(signal.read_wav(path), 440)) >= 2
