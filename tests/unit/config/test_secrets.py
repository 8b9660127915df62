from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from softphone.config import secrets
from softphone.config.kernel_keys import KernelSecretStore
from softphone.config.secrets import KeyringSecretStore, MemorySecretStore, open_secret_store
from softphone.errors import UserFacingError

ACCOUNT = "sip:agent1@example.com"
PASSWORD = "pass wörd"


class DesktopKeyring(KeyringBackend):
    """A keyring as desktops have it: locked or not, answering or not."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.refuses = False
        self.answers = threading.Event()
        self.answers.set()

    def get_password(self, service: str, username: str) -> str | None:
        self._reach()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._reach()
        if self.refuses:
            raise PasswordSetError("read-only collection")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._reach()
        if (service, username) not in self.kept or self.refuses:
            raise PasswordDeleteError("not deleted")
        del self.kept[service, username]

    def _reach(self) -> None:
        self.answers.wait()
        if self.locked:
            raise KeyringLocked("locked")


@pytest.fixture
def desktop() -> Iterator[DesktopKeyring]:
    """The keyring of this process, for as long as the test runs."""
    usual, ours = keyring.get_keyring(), DesktopKeyring()
    keyring.set_keyring(ours)
    yield ours
    ours.answers.set()
    keyring.set_keyring(usual)


@pytest.fixture
def no_desktop() -> Iterator[None]:
    usual = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(usual)


def test_a_desktop_keyring_is_used_and_lasts(desktop: DesktopKeyring) -> None:
    store = open_secret_store()
    assert store.lasting
    assert store.password(ACCOUNT) == ""
    store.set_password(ACCOUNT, PASSWORD)
    assert desktop.kept == {("softphone", ACCOUNT): PASSWORD}
    assert store.password(ACCOUNT) == PASSWORD
    store.set_password(ACCOUNT, "")
    store.set_password(ACCOUNT, "")
    assert (desktop.kept, store.password(ACCOUNT)) == ({}, "")


SERVER = "postgresql://agent1@db.example.com:5432/team"


@pytest.mark.parametrize(
    ("address", "name", "others"),
    [
        (ACCOUNT, f"{ACCOUNT} at sip:example.com with TLS", f"{ACCOUNT} at sip:elsewhere.example.net with TLS"),
        (SERVER, f"{SERVER}?sslmode=verify-full", f"{SERVER}?sslmode=disable"),
    ],
)
def test_a_password_an_earlier_version_kept_belongs_to_the_first_who_asks(
    desktop: DesktopKeyring, address: str, name: str, others: str
) -> None:
    store = open_secret_store()
    desktop.kept["softphone", address] = PASSWORD
    assert store.password(name) == PASSWORD
    assert desktop.kept == {("softphone", name): PASSWORD}
    assert store.password(others) == ""
    desktop.kept["softphone", address] = PASSWORD
    store.set_password(name, "another")
    assert desktop.kept == {("softphone", name): "another"}


def test_a_locked_keyring_is_told_in_words(desktop: DesktopKeyring) -> None:
    desktop.locked = True
    store = open_secret_store()
    with pytest.raises(UserFacingError, match="The keyring is locked"):
        store.password(ACCOUNT)
    with pytest.raises(UserFacingError, match="The keyring is locked"):
        store.set_password(ACCOUNT, PASSWORD)


def test_a_refusal_is_told_in_words_and_without_the_password(desktop: DesktopKeyring) -> None:
    store = open_secret_store()
    store.set_password(ACCOUNT, PASSWORD)
    desktop.refuses = True
    for password in ("another", ""):
        with pytest.raises(UserFacingError, match="The keyring refuses") as caught:
            store.set_password(ACCOUNT, password)
        assert PASSWORD not in str(caught.value)
    assert store.password(ACCOUNT) == PASSWORD


def test_a_keyring_that_hangs_does_not_hang_the_caller(desktop: DesktopKeyring) -> None:
    desktop.answers.clear()
    with pytest.raises(UserFacingError, match="The keyring does not answer"):
        KeyringSecretStore(desktop, answer_seconds=0.05).password(ACCOUNT)


def test_a_probe_that_hangs_or_fails_means_no_keyring(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hangs = threading.Event()

    def never() -> KeyringBackend:
        hangs.wait()
        raise RuntimeError("too late")

    monkeypatch.setattr(secrets, "PROBE_SECONDS", 0.05)
    monkeypatch.setattr(keyring, "get_keyring", never)
    assert not isinstance(open_secret_store(), KeyringSecretStore)
    hangs.set()
    assert not isinstance(open_secret_store(), KeyringSecretStore)
    assert caplog.messages == ["the keyring cannot be used: TimeoutError", "the keyring cannot be used: RuntimeError"]


@pytest.mark.parametrize("useless", [fail.Keyring, null.Keyring])
def test_a_keyring_that_keeps_nothing_is_no_keyring(no_desktop: None, useless: type[KeyringBackend]) -> None:
    keyring.set_keyring(useless())
    assert not open_secret_store().lasting


def test_without_a_keyring_the_kernels_is_used_where_there_is_one(no_desktop: None) -> None:
    expected = KernelSecretStore if KernelSecretStore.works() else MemorySecretStore
    assert type(open_secret_store()) is expected


def test_memory_is_the_last_resort(no_desktop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "a machine whose system calls nobody has looked up")
    store = open_secret_store()
    assert type(store) is MemorySecretStore
    assert not store.lasting
    store.set_password(ACCOUNT, PASSWORD)
    assert (store.password(ACCOUNT), store.password("sip:other@example.com")) == (PASSWORD, "")
    assert PASSWORD not in repr(store)
    store.set_password(ACCOUNT, "")
    assert store.password(ACCOUNT) == ""


def test_no_password_reaches_the_log(desktop: DesktopKeyring, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        store = open_secret_store()
        store.set_password(ACCOUNT, PASSWORD)
        store.password(ACCOUNT)
    assert "passwords are kept in" in caplog.text
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(store)
