from pathlib import Path

import pytest

from softphone.config.provisioning import write_provisioning
from softphone.config.provisioning_import import take_over
from softphone.config.secrets import MemorySecretStore
from softphone.config.settings_store import TomlSettingsStore
from softphone.errors import UserFacingError
from softphone.model.profile import UserProfile
from softphone.ports import SecretStore
from tests.fakes.team_store import FakeTeamStore

FILE = """
[account]
sip_uri = "sip:agent1@example.com"
password = "Zq-geheim"
[[users]]
login = "agent1"
call_waiting = true
[[tracking_numbers]]
number = "+15551230001"
label = "Spring campaign"
route = "agent:agent1"
"""


class Keyring(MemorySecretStore):
    lasting = True


class LockedKeyring(MemorySecretStore):
    def set_password(self, account: str, password: str) -> None:
        raise UserFacingError("The keyring is locked.")


class Stores:
    def __init__(self, directory: Path, secrets: SecretStore) -> None:
        self.settings_store = TomlSettingsStore(directory / "settings.toml")
        self.secrets = secrets
        self.team = FakeTeamStore()


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores(tmp_path, Keyring())


async def test_everything_goes_where_it_belongs(stores: Stores, tmp_path: Path) -> None:
    done = await take_over(stores, FILE)
    assert done == ["The settings are saved.", "Saved: users 1, tracking numbers 1.", "The password is in the keyring."]
    assert stores.settings_store.load().account.sip_uri == "sip:agent1@example.com"
    assert stores.secrets.password(stores.settings_store.load().account.password_name) == "Zq-geheim"
    assert stores.team.team.users == (UserProfile("agent1", call_waiting=True),)
    assert "Zq-geheim" not in (tmp_path / "settings.toml").read_text()


async def test_a_second_time_changes_nothing(stores: Stores) -> None:
    await take_over(stores, FILE)
    assert (await take_over(stores, FILE))[0] == "The settings are as they were."


async def test_numbers_may_lead_to_users_who_were_there_before(stores: Stores) -> None:
    await take_over(stores, FILE)
    again = '[[tracking_numbers]]\nnumber = "+15551230002"\nlabel = ""\nroute = "agent:agent1"'
    assert await take_over(stores, again) == ["The settings are as they were.", "Saved: users 0, tracking numbers 1."]


async def test_a_file_with_mistakes_changes_nothing(stores: Stores) -> None:
    with pytest.raises(UserFacingError, match=r"line 3: account\.sip_uri") as caught:
        await take_over(stores, FILE.replace("sip:agent1@example.com", "nonsense") + "[extra]\nx = 1\n")
    assert "extra" in str(caught.value)
    assert stores.settings_store.load().account.sip_uri == ""
    assert stores.team.team.users == ()


async def test_when_the_team_cannot_be_saved_the_settings_are_as_before(stores: Stores) -> None:
    stores.team.problem = "The database is full."
    with pytest.raises(UserFacingError, match="The database is full"):
        await take_over(stores, FILE)
    assert stores.settings_store.load().account.sip_uri == ""


async def test_a_locked_keyring_stops_it_before_anything_is_changed(tmp_path: Path) -> None:
    stores = Stores(tmp_path, LockedKeyring())
    with pytest.raises(UserFacingError, match="locked"):
        await take_over(stores, FILE)
    assert stores.settings_store.load().account.sip_uri == ""
    assert stores.team.team.users == ()


async def test_a_password_of_nobody_is_refused(stores: Stores) -> None:
    with pytest.raises(UserFacingError, match=r"no account\.sip_uri"):
        await take_over(stores, '[account]\npassword = "x"')


async def test_a_password_that_will_not_last_is_said_so(tmp_path: Path) -> None:
    done = await take_over(Stores(tmp_path, MemorySecretStore()), FILE)
    assert done[-1].startswith("There is no keyring: a password is kept only while the softphone runs.")


DATABASE = """
[agent]
login = "agent1"
[database]
url = "postgresql://db.example.com/team?sslmode=verify-ca"
password = "Zq-geheim"
"""


async def test_the_password_of_the_database_goes_to_the_keyring_too(stores: Stores, tmp_path: Path) -> None:
    assert (await take_over(stores, DATABASE))[-1] == "The password is in the keyring."
    assert stores.secrets.password("postgresql://agent1@db.example.com:5432/team?sslmode=verify-ca") == "Zq-geheim"
    assert "Zq-geheim" not in (tmp_path / "settings.toml").read_text()
    assert "Zq-geheim" not in write_provisioning(stores.settings_store.load(), stores.team.team)


@pytest.mark.parametrize("of_nobody", [DATABASE.replace('login = "agent1"', ""), '[database]\npassword = "x"'])
async def test_a_database_password_of_nobody_is_refused(stores: Stores, of_nobody: str) -> None:
    with pytest.raises(UserFacingError, match=r"no login in database\.url"):
        await take_over(stores, of_nobody)
    assert stores.settings_store.untouched
