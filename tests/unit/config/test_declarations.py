from __future__ import annotations

from dataclasses import fields

import pytest

from softphone.config.declarations import declarations
from softphone.config.settings_tables import TABLES
from softphone.model.profile import NoAnswer, Role, UserProfile, UserQueue
from softphone.model.settings import AccountSettings, CallSettings, NetworkSettings, NumberSettings, SoundSettings


@pytest.mark.parametrize(
    ("of", "field", "value", "read"),
    [
        (AccountSettings, "transport", "tls", "tls"),
        (NetworkSettings, "port", 65535, 65535),
        (SoundSettings, "ring_volume", 1, 1.0),
        (SoundSettings, "ring_volume", 0.0, 0.0),
        (CallSettings, "queued_music", True, True),
        (NumberSettings, "header_order", ["To", "Diversion"], ("To", "Diversion")),
        (UserProfile, "role", "admin", Role.ADMIN),
        (UserQueue, "no_answer", "voicemail", NoAnswer.VOICEMAIL),
        (UserQueue, "ring_seconds", 5, 5),
    ],
)
def test_right_values_become_what_the_model_wants(of: type, field: str, value: object, read: object) -> None:
    got = declarations(of)[field].read(value)
    assert (got, type(got)) == (read, type(read))


@pytest.mark.parametrize(
    ("of", "field", "value", "words"),
    [
        (AccountSettings, "transport", "upd", "“upd” is not one of udp, tcp, tls; did you mean “udp”?"),
        (AccountSettings, "transport", ["udp"], "is not text"),
        (AccountSettings, "username", "a\r\nX: y", "contains a line break or another control character"),
        (NetworkSettings, "port", 65536, "65536 is more than 65535"),
        (NetworkSettings, "port", -1, "-1 is less than 0"),
        (NetworkSettings, "port", True, "is not a whole number"),
        (NetworkSettings, "port", 5060.0, "is not a whole number"),
        (SoundSettings, "ring_volume", "loud", "is not a number"),
        (SoundSettings, "ring_volume", 1.1, "1.1 is more than 1.0"),
        (SoundSettings, "ring_volume", float("nan"), "nan is more than 1.0"),
        (CallSettings, "queued_music", "yes", "is not true or false"),
        (NumberSettings, "header_order", "To", "is not a list of texts"),
        (NumberSettings, "header_order", ["To", 1], "is not a list of texts"),
        (UserProfile, "role", "boss", "“boss” is not one of agent, admin"),
        (UserProfile, "role", 1, "is not text"),
        (UserQueue, "ring_seconds", 4, "4 is less than 5"),
        (UserQueue, "ring_seconds", 3601, "3601 is more than 3600"),
    ],
)
def test_wrong_values_are_told_in_words(of: type, field: str, value: object, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        declarations(of)[field].read(value)
    assert str(caught.value) == words


@pytest.mark.parametrize("of", [*TABLES.values(), UserQueue])
def test_every_field_is_declared_and_every_default_is_right(of: type) -> None:
    declared = declarations(of)
    assert list(declared) == [field.name for field in fields(of)]
    for key, declaration in declared.items():
        assert declaration.read(getattr(of(), key)) == getattr(of(), key)
