"""National tones: the whole table against its source, and how a country's tones are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.model.tone import Tone, ToneKind, ToneStep
from softphone.policy.tones import COUNTRIES, CountryTones, call_waiting_tone, ring_tone, ringback_tone

SOURCE = Path(__file__).parents[2] / "data" / "national_tones.txt"
NEEDED = "US GB DE FR ES IT NL AT CH PL SE NO DK FI BE IE PT CZ AU NZ JP IN BR MX CA ZA".split()  # noqa: SIM905


def test_the_american_tones() -> None:
    beep = (ToneStep(440, 0, 300, 10000),)
    ring = (ToneStep(440, 480, 2000, 4000),)

    assert call_waiting_tone("US", 0.25, 3) == Tone(ToneKind.BEEP, beep, 0.25, 3)
    assert ring_tone("US", 0.5) == Tone(ToneKind.RING, ring, 0.5, 0)
    assert ringback_tone("US", 0.4) == Tone(ToneKind.RINGBACK, ring, 0.4, 0)


def declared() -> dict[str, CountryTones]:
    """What the source says of every country."""
    lines = [line for line in SOURCE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    return {country: CountryTones(steps(ringing), steps(waiting)) for country, ringing, waiting in rows}


def steps(written: str) -> tuple[ToneStep, ...]:
    """A tone in the notation of ITU-T, such as “400+450  0.4-0.2-0.4-2.0”."""
    frequency, cadence = written.split()
    lengths = [round(1000 * float(seconds)) for seconds in cadence.split("-")]
    return tuple(
        ToneStep(*frequencies(frequency), on, off) for on, off in zip(lengths[::2], lengths[1::2], strict=True)
    )


def frequencies(written: str) -> tuple[int, int]:
    """A carrier modulated by a low frequency sounds as the two side tones, which beat in the same rhythm."""
    if "x" in written:
        carrier, low = map(int, written.split("x"))
        return carrier - low, carrier + low
    first, _, second = written.partition("+")
    return int(first), int(second or 0)


def test_every_tone_is_the_one_its_administration_has_declared() -> None:
    assert declared() == COUNTRIES


def test_a_british_telephone_rings_twice() -> None:
    assert [(step.on_ms, step.off_ms) for step in ring_tone("GB", 1.0).steps] == [(400, 200), (400, 2000)]


def test_every_country_that_is_needed_has_its_own_entry() -> None:
    assert sorted(NEEDED) == sorted(COUNTRIES)


@pytest.mark.parametrize("code", ["de", " DE ", "De"])
def test_a_country_is_found_however_it_is_written(code: str) -> None:
    assert ring_tone(code, 0.5) == ring_tone("DE", 0.5) != ring_tone("US", 0.5)


@pytest.mark.parametrize("code", ["", "XX", "Atlantis"])
def test_an_unknown_country_has_american_tones(code: str) -> None:
    assert call_waiting_tone(code, 0.5, 0) == call_waiting_tone("US", 0.5, 0)
    assert ring_tone(code, 0.5) == ring_tone("US", 0.5)


@pytest.mark.parametrize("code", NEEDED)
def test_every_tone_can_be_played_and_told_apart(code: str) -> None:
    ringing, beep = COUNTRIES[code].ringing, COUNTRIES[code].call_waiting
    for step in (*ringing, *beep):
        assert 300 <= step.first_hz <= 1500
        assert step.second_hz == 0 or step.first_hz < step.second_hz <= 1500
        assert 40 <= step.on_ms <= 32767
        assert 40 <= step.off_ms <= 32767
    assert sum(step.on_ms for step in ringing) > sum(step.on_ms for step in beep)
    assert beep[-1].off_ms > beep[-1].on_ms, "an agent has to hear the other party between the beeps"
