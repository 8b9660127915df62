"""Where a softphone is called, and who uses it."""

import pytest

from softphone.model.profile import Team, UserProfile
from softphone.model.settings import AccountSettings, AgentSettings, CallSettings, Settings
from softphone.session.identity import Identity, own_address

BOUND = ("udp:127.0.0.1:25080", "tcp:127.0.0.1:25080")


@pytest.mark.parametrize(
    ("settings", "bound", "address"),
    [
        (Settings(account=AccountSettings("sip:a@example.com", "sip:example.com")), BOUND, "sip:a@example.com"),
        (Settings(account=AccountSettings("sip:a@localhost")), BOUND, "sip:a@127.0.0.1:25080"),
        (Settings(account=AccountSettings("sip:a@192.0.2.7")), ("udp:0.0.0.0:5060",), "sip:a@192.0.2.7"),
        (Settings(account=AccountSettings("sip:a@192.0.2.7")), (), "sip:a@192.0.2.7"),
        (Settings(), BOUND, ""),
        (
            Settings(
                account=AccountSettings("sip:a@example.com", "sip:example.com"),
                calls=CallSettings(pickup_address="sip:a-desk@example.com"),
            ),
            BOUND,
            "sip:a-desk@example.com",
        ),
    ],
)
def test_own_address(settings: Settings, bound: tuple[str, ...], address: str) -> None:
    assert own_address(settings, bound) == address


def identity(*users: UserProfile) -> Identity:
    settings = Settings(account=AccountSettings("sip:kim@example.com"), agent=AgentSettings("kim"))
    return Identity(lambda: settings, lambda: Team(users), tuple)


def test_colleagues_are_called_by_their_name_and_strangers_by_their_login() -> None:
    lee = UserProfile("lee", "Lee")
    assert [identity(lee).name_of(login) for login in ("lee", "max")] == ["Lee", "max"]


def test_somebody_nobody_has_set_up_has_the_defaults() -> None:
    assert identity().profile() == UserProfile("kim", sip_uri="sip:kim@example.com")
    kim = UserProfile("kim", "Kim", call_waiting=True)
    assert identity(kim).profile() is kim
