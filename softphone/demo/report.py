"""What the demo leaves for people and programs: words on the terminal and ``result.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from softphone.demo.analysis import HEARD, Recording, bursts, merged, steady_level
from softphone.demo.beep_checks import BeepMeasured
from softphone.demo.evidence import HEADSET, Check
from softphone.demo.profile import TONE_HZ
from softphone.demo.story import AGENT, NAMES, Story, StoryEntry
from softphone.model.actions import Choice

RESULT = "result.json"
SHORTEST = 0.3  # seconds of a tone worth a line


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run. *action* is None for a live one, which promises nothing and so has no checks."""

    action: Choice | None
    sound: str
    story: Story
    heard: list[StoryEntry]
    beep: BeepMeasured
    checks: list[Check]

    @property
    def ok(self) -> bool:
        """Whether everything happened as promised."""
        return all(check.ok for check in self.checks)

    def save(self, folder: Path) -> None:
        """Write ``result.json``."""
        timeline = sorted([*self.story.entries, *self.heard], key=lambda entry: entry.at)
        result = {
            "ok": self.ok,
            "action": self.action.value if self.action else None,
            "sound": self.sound,
            "timeline": [asdict(replace(entry, at=round(entry.at - self.story.began, 3))) for entry in timeline],
            "measured": {"beep": self._measured()},
            "checks": [asdict(check) for check in self.checks],
        }
        text = json.dumps(result, indent=1, ensure_ascii=False)
        (folder / RESULT).write_text(f"{text}\n", encoding="utf-8")

    def _measured(self) -> dict[str, object]:
        beep, began = self.beep, self.story.began
        return {
            "frequency_hz": round(beep.frequency_hz, 1),
            "headset_dbfs": round(beep.headset_dbfs, 1),
            "caller1_dbfs": round(beep.caller1_dbfs, 1),
            "caller2_dbfs": round(beep.caller2_dbfs, 1),
            "on_seconds": round(beep.on_seconds, 3),
            "off_seconds": round(beep.off_seconds, 3),
            "times": [[round(span.start - began, 3), round(span.end - began, 3)] for span in beep.times],
        }

    def lines(self) -> Iterator[str]:
        """The end of the story on the terminal."""
        if self.heard:
            yield "What the recordings hold:"
            yield from map(self.story.line, self.heard)
        if self.checks:
            yield "Verdict:"
        for check in self.checks:
            yield f"  {'ok     ' if check.ok else 'MISSING'}  {check.name}: {check.detail}"


def what_was_heard(recordings: Mapping[str, Recording], beep: BeepMeasured) -> list[StoryEntry]:
    """Who heard whom, from when on and for how long, by ear alone."""
    found = [entry for name, recording in recordings.items() for entry in _voices(name, recording)]
    if beep.times and beep.headset_dbfs > HEARD:
        what = f"hears the call-waiting beep {len(beep.times)} times, {beep.frequency_hz:.0f} Hz"
        words = f"{what}, {beep.headset_dbfs:.1f} dBFS"
        found.append(StoryEntry(beep.times[0].start, AGENT, words, f"{HEADSET}.wav"))
    return sorted(found, key=lambda entry: entry.at)


def _voices(name: str, recording: Recording) -> Iterator[StoryEntry]:
    listener = AGENT if name == HEADSET else name
    for speaker, hz in TONE_HZ.items():
        for span in merged(bursts(recording, hz), 0.5):
            if span.seconds >= SHORTEST:
                level = steady_level(recording.between(span.start, span.end), hz, SHORTEST)
                if level > HEARD:
                    words = f"hears {NAMES[speaker]} for {span.seconds:.1f} s, {level:.1f} dBFS"
                    yield StoryEntry(span.start, listener, words, f"{name}.wav")
