from __future__ import annotations

import pytest

from softphone.policy.device_choice import NONE, RETRY_SECONDS, Failures, Present, Use, choose, note

ALL = Present(("Speakers", "Headset", "Monitor"), default="Speakers")


@pytest.mark.parametrize(
    ("wanted", "present", "failed", "chosen"),
    [
        ("Headset", ALL, (), "Headset"),
        ("", ALL, (), "Speakers"),
        (NONE, ALL, (), ""),
        ("Headset", Present(("Speakers", "Monitor"), "Speakers"), (), "Speakers"),
        ("Headset", ALL, ("Headset",), "Speakers"),
        ("Headset", ALL, ("Headset", "Speakers"), "Monitor"),
        ("", ALL, ("Speakers",), "Headset"),
        ("", Present(("Headset",)), (), "Headset"),
        ("Headset", ALL, ALL.names, ""),
        ("Headset", Present(), (), ""),
        ("", Present(("Headset",), default="Gone"), (), "Headset"),
    ],
)
def test_the_device_to_use(wanted: str, present: Present, failed: tuple[str, ...], chosen: str) -> None:
    assert choose(wanted, present, failed) == chosen


def test_the_wanted_device_is_gone_back_to() -> None:
    without = Present(("Speakers", "Monitor"), "Speakers")

    assert [choose("Headset", present) for present in (ALL, without, ALL)] == ["Headset", "Speakers", "Headset"]


def test_a_failed_device_is_left_alone_for_a_while() -> None:
    assert RETRY_SECONDS == 5.0
    failures = Failures().plus("Headset", now=100.0)

    assert failures.current(ALL, 100.0 + RETRY_SECONDS - 0.01).names == ("Headset",)
    assert failures.current(ALL, 100.0 + RETRY_SECONDS).names == ()


def test_a_failed_device_that_is_plugged_in_anew_is_tried_at_once() -> None:
    failures = Failures().plus("Headset", now=100.0)

    unplugged = failures.current(Present(("Speakers",), "Speakers"), 101.0)

    assert unplugged.current(ALL, 101.1).names == ()


def test_a_device_that_fails_again_waits_again() -> None:
    failures = Failures().plus("Headset", 100.0).plus("Speakers", 101.0).plus("Headset", 104.0)

    assert failures.current(ALL, 104.0 + RETRY_SECONDS - 0.01).names == ("Headset",)
    assert failures.names == ("Speakers", "Headset")


FINE = Use(used="Headset")


@pytest.mark.parametrize(
    ("microphone", "headset", "ringer", "text"),
    [
        (FINE, FINE, FINE, ""),
        (Use("Headset", "Headset"), FINE, FINE, ""),
        (Use(), Use(), Use(), "No sound device was found: calls work, but nobody hears anything."),
        (Use(NONE), Use(NONE), Use(NONE), "Sound is switched off in the settings."),
        (Use(), FINE, FINE, "No microphone was found: others cannot hear you."),
        (Use(failed=True), FINE, FINE, "No microphone works: others cannot hear you."),
        (FINE, Use("Jabra"), FINE, "No loudspeaker was found: you cannot hear the others."),
        (Use(NONE), FINE, FINE, "The microphone is switched off in the settings: others cannot hear you."),
        (FINE, FINE, Use(), "No ringer was found: you cannot hear it ring."),
        (FINE, Use(NONE), FINE, "The loudspeaker is switched off in the settings: you cannot hear the others."),
        (FINE, FINE, Use(NONE), "The ringer is switched off in the settings: you cannot hear it ring."),
        (Use("", "Headset"), Use("", "Desk"), FINE, ""),
        (
            Use(failed=True),
            Use(failed=True),
            Use(failed=True),
            "No microphone works: others cannot hear you. No loudspeaker works: you cannot hear the others."
            " No ringer works: you cannot hear it ring.",
        ),
        (
            Use(NONE),
            Use(NONE),
            Use(),
            "The microphone is switched off in the settings: others cannot hear you."
            " The loudspeaker is switched off in the settings: you cannot hear the others."
            " No ringer was found: you cannot hear it ring.",
        ),
        (FINE, FINE, Use("Bell", "Headset"), "“Bell” was not found: “Headset” is used instead."),
        (FINE, FINE, Use("Bell", "Headset", failed=True), "“Bell” does not work: “Headset” is used instead."),
        (FINE, Use("Bell", "Desk"), Use("Bell", "Desk"), "“Bell” was not found: “Desk” is used instead."),
        (
            Use(),
            FINE,
            Use("Bell", "Headset"),
            "No microphone was found: others cannot hear you. “Bell” was not found: “Headset” is used instead.",
        ),
    ],
)
def test_what_the_agent_is_told(microphone: Use, headset: Use, ringer: Use, text: str) -> None:
    assert note(microphone, headset, ringer) == text
