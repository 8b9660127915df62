from __future__ import annotations

from dataclasses import fields

import pytest

from softphone.model.options import Option, declared
from softphone.model.profile import TrackingNumber, UserProfile, UserQueue
from softphone.model.settings import SoundSettings


def test_a_declaration_is_found_by_its_field() -> None:
    assert declared(UserQueue, "ring_seconds") == Option(
        "Ring time", "How many seconds a caller rings or waits before the no-answer route", (), 5, 3600
    )
    assert declared(SoundSettings, "speech_volume").high == 2.0


@pytest.mark.parametrize("of", [UserProfile, UserQueue, TrackingNumber])
def test_every_field_a_dialog_shows_has_a_label_and_a_help_text(of: type) -> None:
    options = [declared(of, field.name) for field in fields(of) if field.name != "queue"]
    assert all(option.label and option.help for option in options)


def test_the_words_admins_know() -> None:
    assert declared(UserProfile, "call_waiting").label == "Call Waiting"
    assert declared(UserQueue, "bypass_if_no_agents").label == "Bypass queue if no agents available"


def test_a_field_without_a_default_is_asked_for() -> None:
    with pytest.raises(TypeError):
        TrackingNumber("+15551230001")
