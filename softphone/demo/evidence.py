"""What a run of the demo has left to be judged by, and the form of a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from softphone.demo.analysis import Recording
from softphone.demo.wire import Message
from softphone.model.tone import Tone

HEADSET = "headset"
SETTLING_SECONDS = 0.3  # from an event to its sound at the other end


@dataclass(frozen=True, slots=True)
class Evidence:
    """Recordings by who heard them, the SIP trace, and the moments of the script, by name.

    *beep* is the one configured, *missing* says in words where the script got stuck, if it did.
    """

    beep: Tone
    moments: Mapping[str, float]
    recordings: Mapping[str, Recording]
    messages: list[Message]
    first_call: str  # SIP Call-ID
    second_call: str
    voicemail: str
    missing: str = ""

    def between(self, who: str, start: str, end: str) -> Recording:
        """What *who* heard between two moments, the first one's sound having arrived; nothing if one never came."""
        recording = self.recordings[who]
        if start not in self.moments or end not in self.moments:
            return recording.between(recording.started, recording.started)
        return recording.between(self.moments[start] + SETTLING_SECONDS, self.moments[end])


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that had to be so, and what was found, for people."""

    name: str
    ok: bool
    detail: str
