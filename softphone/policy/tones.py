"""National telephone tones as data: what an agent is used to hearing when it rings and when somebody waits.

Frequencies and cadences are those administrations declared in Supplement 2 (1994) to ITU-T Recommendation
E.180 and its later list "Various tones used in national networks" (Annex to ITU Operational Bulletin
781, 2003), for GB BT SIN 350, for AU AS/ACIF S002, for NZ Telecom PTC TNA 102. A tone
modulated by a low frequency (400x16 in JP, 400x25 in IN, 400x33 in ZA) is given as its two side tones,
which beat in the same rhythm. Where a country limits the number of beeps, as DE and NZ do, the
agent's own repeat limit takes its place. DK's sequence is given as its first two beeps.
"""

from __future__ import annotations

from dataclasses import dataclass

from softphone.model.tone import Tone, ToneKind, ToneStep

FALLBACK = "US"

Steps = tuple[ToneStep, ...]


@dataclass(frozen=True, slots=True)
class CountryTones:
    """The tones of one country. Its telephones ring in the rhythm of its ringing tone."""

    ringing: Steps
    call_waiting: Steps


def _steps(first_hz: int, second_hz: int, *on_off_ms: int) -> Steps:
    """Alternating lengths of tone and silence, all at the same one or two frequencies."""
    pairs = zip(on_off_ms[::2], on_off_ms[1::2], strict=True)
    return tuple(ToneStep(first_hz, second_hz, on, off) for on, off in pairs)


_AMERICAN = CountryTones(_steps(440, 480, 2000, 4000), _steps(440, 0, 300, 10000))

COUNTRIES: dict[str, CountryTones] = {
    "AT": CountryTones(_steps(420, 0, 1000, 5000), _steps(420, 0, 40, 1960)),
    "AU": CountryTones(_steps(413, 438, 400, 200, 400, 2000), _steps(425, 0, 200, 200, 200, 4400)),
    "BE": CountryTones(_steps(425, 0, 1000, 3000), _steps(1400, 0, 175, 175, 175, 3500)),
    "BR": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 50, 1000)),
    "CA": _AMERICAN,
    "CH": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 200, 200, 200, 4000)),
    "CZ": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 330, 9000)),
    "DE": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 200, 200, 200, 5000)),
    "DK": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 200, 600, 200, 3000)),
    "ES": CountryTones(_steps(425, 0, 1500, 3000), _steps(425, 0, 175, 175, 175, 3500)),
    "FI": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 150, 150, 150, 8000)),
    "FR": CountryTones(_steps(440, 0, 1500, 3500), _steps(440, 0, 300, 10000)),
    "GB": CountryTones(_steps(400, 450, 400, 200, 400, 2000), _steps(400, 0, 100, 4000)),
    "IE": CountryTones(_steps(400, 450, 400, 200, 400, 2000), _steps(425, 0, 180, 200, 200, 4500)),
    "IN": CountryTones(_steps(375, 425, 400, 200, 400, 2000), _steps(400, 0, 200, 100, 200, 7500)),
    "IT": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 400, 100, 250, 100, 150, 14000)),
    "JP": CountryTones(_steps(384, 416, 1000, 2000), _steps(384, 416, 500, 8000)),
    "MX": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 200, 600, 200, 10000)),
    "NL": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 500, 9500)),
    "NO": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 200, 600, 200, 10000)),
    "NZ": CountryTones(_steps(400, 450, 400, 200, 400, 2000), _steps(400, 0, 200, 3000)),
    "PL": CountryTones(_steps(425, 0, 1000, 4000), _steps(425, 0, 150, 150, 150, 4000)),
    "PT": CountryTones(_steps(425, 0, 1000, 5000), _steps(425, 0, 200, 200, 200, 5000)),
    "SE": CountryTones(_steps(425, 0, 1000, 5000), _steps(425, 0, 200, 500, 200, 9100)),
    "US": _AMERICAN,
    "ZA": CountryTones(_steps(367, 433, 400, 200, 400, 2000), _steps(367, 433, 400, 4000)),
}


def call_waiting_tone(country: str, volume: float, repeats: int) -> Tone:
    """The beep for an agent on a call, sounding at most *repeats* times; 0: for as long as somebody waits."""
    return Tone(ToneKind.BEEP, _of(country).call_waiting, volume, repeats)


def ring_tone(country: str, volume: float) -> Tone:
    """The ring of an incoming call, until stopped."""
    return Tone(ToneKind.RING, _of(country).ringing, volume)


def ringback_tone(country: str, volume: float) -> Tone:
    """What a caller hears while the other telephone rings, until stopped."""
    return Tone(ToneKind.RINGBACK, _of(country).ringing, volume)


def _of(country: str) -> CountryTones:
    """The tones of this ISO 3166 country, those of the United States where they are not known."""
    return COUNTRIES.get(country.strip().upper(), COUNTRIES[FALLBACK])
