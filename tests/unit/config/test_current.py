"""What is in force is at hand."""

import threading

from softphone.config.current import CurrentNumberPlan, CurrentSettings, RememberedSecrets
from softphone.config.secrets import MemorySecretStore
from softphone.errors import UserFacingError
from softphone.model.settings import NumberSettings, Settings


class Store:
    """ports.SettingsStore that counts how often it is read."""

    untouched = False

    def __init__(self) -> None:
        self.saved, self.reads = Settings(), 0

    def load(self) -> Settings:
        self.reads += 1
        return self.saved

    def save(self, settings: Settings) -> None:
        self.saved = settings


class Keyring:
    """ports.SecretStore that remembers who asked, and may be locked."""

    lasting = True

    def __init__(self, locked: bool = False) -> None:
        self.passwords: dict[str, str] = {"sip:a@b": "old"}
        self.asked_on: list[int] = []
        self.locked = locked

    def password(self, account: str) -> str:
        self.asked_on.append(threading.get_ident())
        if self.locked:
            raise UserFacingError("The keyring is locked.")
        return self.passwords.get(account, "")

    def set_password(self, account: str, password: str) -> None:
        self.passwords[account] = password


def test_the_settings_file_is_read_once() -> None:
    store = Store()
    current = CurrentSettings(store)
    current.save(Settings(numbers=NumberSettings("GB")))
    assert (store.reads, current.current.numbers.default_region) == (1, "GB")
    assert CurrentNumberPlan(current).to_e164("020 7946 0018") == "+442079460018"
    assert CurrentNumberPlan(current).for_people("+442079460018") == "020 7946 0018"


async def test_the_keyring_is_asked_once_and_never_on_this_thread() -> None:
    keyring = Keyring()
    secrets = RememberedSecrets(keyring)
    await secrets.fetch("sip:a@b")
    assert [secrets.password("sip:a@b"), secrets.password("sip:a@b")] == ["old", "old"]
    assert keyring.asked_on != [threading.get_ident()]
    assert len(keyring.asked_on) == 1


async def test_a_new_password_is_kept_and_in_force() -> None:
    keyring = Keyring()
    secrets = RememberedSecrets(keyring)
    await secrets.fetch("sip:a@b")
    secrets.set_password("sip:a@b", "new")
    assert (secrets.password("sip:a@b"), keyring.passwords["sip:a@b"], secrets.lasting) == ("new", "new", True)


async def test_a_locked_keyring_is_no_obstacle_at_the_start() -> None:
    secrets = RememberedSecrets(Keyring(locked=True))
    await secrets.fetch("sip:a@b")
    assert secrets.password("sip:a@b") == ""


async def test_a_password_put_in_while_the_keyring_is_asked_is_the_newer_one() -> None:
    """The app asks the keyring at its start, while a provisioning file may just be bringing the password."""

    class SlowKeyring(MemorySecretStore):
        def password(self, account: str) -> str:
            before = super().password(account)
            secrets.set_password(account, "brought meanwhile")
            return before

    secrets = RememberedSecrets(SlowKeyring())
    assert secrets.password("sip:a@example.com") == "brought meanwhile"
    await secrets.fetch("sip:b@example.com")
    assert secrets.password("sip:b@example.com") == "brought meanwhile"
