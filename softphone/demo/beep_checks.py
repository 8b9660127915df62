"""The call-waiting beep: in the agent's headset as configured, and with nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from softphone.demo import wire
from softphone.demo.analysis import HEARD, SILENCE, Recording, Span, bursts, steady_level, strongest
from softphone.demo.evidence import HEADSET, Check, Evidence
from softphone.demo.profile import TONE_HZ
from softphone.demo.story import CALLER1, CALLER2, NAMES
from softphone.model.tone import Tone, ToneStep

LOWER_DB = 60.0
LEAST_BEEPS = 3  # two whole periods
HZ_TOLERANCE = 5.0
CADENCE_TOLERANCE = 0.060


@dataclass(frozen=True, slots=True)
class BeepMeasured:
    """The beep as recorded: levels in dBFS at its frequency, and when it was heard in the headset."""

    frequency_hz: float
    headset_dbfs: float
    caller1_dbfs: float
    caller2_dbfs: float
    times: tuple[Span, ...]

    @property
    def on_seconds(self) -> float:
        """Usual length of a beep."""
        return median([span.seconds for span in self.times] or [0.0])

    @property
    def off_seconds(self) -> float:
        """Usual silence between two."""
        return median([after.start - before.end for before, after in pairwise(self.times)] or [0.0])


def measure_beep(evidence: Evidence) -> BeepMeasured:
    """Look for it in all three recordings."""
    headset = evidence.recordings[HEADSET]
    times = bursts(headset, evidence.beep.steps[0].first_hz)
    longest = max(times, key=lambda span: span.seconds, default=Span(headset.started, headset.started))
    return BeepMeasured(
        strongest(headset.between(longest.start, longest.end), TONE_HZ.values()),
        _level(evidence.beep, headset),
        _level(evidence.beep, _heard_by_first(evidence)),
        _level(evidence.beep, evidence.recordings[CALLER2]),
        tuple(times),
    )


def check_beep(tone: Tone, beep: BeepMeasured) -> Iterator[Check]:
    """Is it what the settings say, and is it nobody's but the agent's?"""
    step = tone.steps[0]
    yield _check_tone(step, beep)
    yield _check_cadence(step, beep)
    for who, level in ((CALLER1, beep.caller1_dbfs), (CALLER2, beep.caller2_dbfs)):
        below = beep.headset_dbfs - level
        far = "digital silence" if level <= SILENCE else f"{level:.1f} dBFS, {below:.0f} dB below the headset"
        yield Check(f"no beep at {NAMES[who]}", below >= LOWER_DB, far)


def _check_tone(step: ToneStep, beep: BeepMeasured) -> Check:
    found = f"{beep.frequency_hz:.0f} Hz at {beep.headset_dbfs:.1f} dBFS, configured {step.first_hz} Hz"
    ok = beep.headset_dbfs > HEARD and abs(beep.frequency_hz - step.first_hz) <= HZ_TOLERANCE
    return Check("beep in the headset", ok, found if ok else f"the agent did not hear it: {found}")


def _check_cadence(step: ToneStep, beep: BeepMeasured) -> Check:
    on, off = step.on_ms / 1000, step.off_ms / 1000
    ok = (
        len(beep.times) >= LEAST_BEEPS
        and abs(beep.on_seconds - on) <= CADENCE_TOLERANCE
        and abs(beep.off_seconds - off) <= CADENCE_TOLERANCE
    )
    found = f"{len(beep.times)} beeps, {beep.on_seconds:.2f} s on, {beep.off_seconds:.2f} s off"
    return Check("cadence of the beep", ok, f"{found}; configured {on:g} on, {off:g} off, at least {LEAST_BEEPS}")


def _level(tone: Tone, recording: Recording) -> float:
    period = sum(step.on_ms + step.off_ms for step in tone.steps) / 1000
    step = tone.steps[0]
    return steady_level(recording, step.first_hz, step.on_ms / 1000, every=period, times=LEAST_BEEPS)


def _heard_by_first(evidence: Evidence) -> Recording:
    """What caller 1 heard until the music on hold began, which has notes of every pitch."""
    recording = evidence.recordings[CALLER1]
    held, _ = wire.hold(evidence.messages, evidence.first_call)
    return recording.between(recording.started, held.at) if held else recording
