"""Which sound device to use: the wanted one when it is there, another one while it is not, and what to tell the agent.

Devices are named as the sound system shows them. ``DEFAULT`` wants the system's default, ``NONE`` no device at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

DEFAULT = ""
NONE = "none"
RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Present:
    """The devices of one direction that are plugged in; *default* is empty when the system names none."""

    names: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Failures:
    """Devices that are there but do not work, each left alone for RETRY_SECONDS or until it is plugged in anew."""

    marks: tuple[tuple[str, float], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The devices not to be tried now."""
        return tuple(name for name, _ in self.marks)

    def plus(self, name: str, now: float) -> Failures:
        """These and one that has failed now."""
        return Failures((*(mark for mark in self.marks if mark[0] != name), (name, now)))

    def current(self, present: Present, now: float) -> Failures:
        """Those that still count."""
        return Failures(
            tuple((name, at) for name, at in self.marks if name in present.names and now - at < RETRY_SECONDS)
        )


def choose(wanted: str, present: Present, failed: Collection[str] = ()) -> str:
    """The device to use, empty for none: the wanted one, else the system's default, else any that works.

    Asked again with every new list, so a device that comes back is gone back to.
    """
    if wanted == NONE:
        return ""
    order = (wanted, present.default, *present.names)
    return next((name for name in order if name in present.names and name not in failed), "")


@dataclass(frozen=True, slots=True)
class Use:
    """How one of the three jobs is filled: what was wanted, what is used (empty: nothing), whether one failed."""

    wanted: str = DEFAULT
    used: str = ""
    failed: bool = False

    @property
    def switched_off(self) -> bool:
        """Nothing is used because the settings say so."""
        return self.wanted == NONE

    @property
    def missing(self) -> bool:
        """Nothing is used although something was wanted."""
        return not self.used and not self.switched_off

    @property
    def replaced(self) -> bool:
        """Another device stands in for the wanted one."""
        return bool(self.used) and self.wanted not in (DEFAULT, self.used)


def note(microphone: Use, headset: Use, ringer: Use) -> str:
    """What the agent should know about the devices in use, in plain words; empty when all is as wanted."""
    uses = (microphone, headset, ringer)
    if all(use.switched_off for use in uses):
        return "Sound is switched off in the settings."
    if all(use.missing for use in uses) and not any(use.failed for use in uses):
        return "No sound device was found: calls work, but nobody hears anything."
    sentences = (
        _absence(microphone, "microphone", "others cannot hear you"),
        _absence(headset, "loudspeaker", "you cannot hear the others"),
        _absence(ringer, "ringer", "you cannot hear it ring"),
        *_replacements(uses),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _absence(use: Use, job: str, consequence: str) -> str:
    if use.switched_off:
        return f"The {job} is switched off in the settings: {consequence}."
    if use.missing:
        return f"No {job} {'works' if use.failed else 'was found'}: {consequence}."
    return ""


def _replacements(uses: Iterable[Use]) -> Iterable[str]:
    """One sentence for each pair of names, though a headset may be missing as microphone and loudspeaker alike."""
    sentences = {
        f"“{use.wanted}” {'does not work' if use.failed else 'was not found'}: “{use.used}” is used instead."
        for use in uses
        if use.replaced
    }
    return sorted(sentences)
