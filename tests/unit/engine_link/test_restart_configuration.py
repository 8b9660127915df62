import pytest

from softphone.engine_link.restart_configuration import Configures, RestartConfiguration
from softphone.model.tone import Tone, ToneKind
from softphone.model.ua_commands import (
    Account,
    Dial,
    Mute,
    PlayTone,
    Register,
    SelectSound,
    SetAccount,
    SetSpeechVolume,
    Shutdown,
    SoundChoice,
    Start,
    UaCommand,
)

START = Start(Account("sip:a@example.com"), port=25000)


def test_the_latest_of_each_kind_stands() -> None:
    orders = RestartConfiguration(START)
    for command in (
        SetAccount(Account("sip:b@example.com")),
        SetSpeechVolume(0.1),
        SelectSound(SoundChoice(ringer="none")),
        SetSpeechVolume(0.2),
        Mute(True),
        Mute(False),
    ):
        orders = orders.updated(command)
    expected = Start(Account("sip:b@example.com"), port=25000, sound=SoundChoice(ringer="none"))
    assert orders.commands() == (expected, SetSpeechVolume(0.2), Mute(False))


def test_a_new_start_replaces_account_and_sound_but_not_the_rest() -> None:
    muted = RestartConfiguration(START, mute=Mute(True))
    new = Start(Account("sip:c@example.com"))
    assert muted.updated(new) == RestartConfiguration(new, mute=Mute(True))


@pytest.mark.parametrize(
    "command", [Register(), Shutdown(), Dial("c1", "sip:x@example.com"), PlayTone(Tone(ToneKind.BEEP, ()))]
)
def test_what_is_about_a_moment_or_a_call_is_not_repeated(command: UaCommand) -> None:
    assert not isinstance(command, Configures)
