from __future__ import annotations

import errno
import os
import resource
import stat
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from softphone.config.settings_store import TomlSettingsStore
from softphone.errors import UserFacingError
from softphone.model.settings import (
    AccountSettings,
    AgentSettings,
    NetworkSettings,
    NumberSettings,
    Settings,
    SoundSettings,
)
from tests.lab.disks import small_disk
from tests.ordinary_user import ordinary_user
from tests.unit.config.strategies import some_settings

BY_HAND = """\
# This machine stands at the reception.
[sound]
ring_volume = 0.9   # it is loud here
beep_repeats = 3
subwoofer = true    # of a later version

[account]
# ask the admin before changing this
sip_uri = 'sip:agent1@example.com'

[later.version]
x = 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


@pytest.fixture
def store(path: Path) -> TomlSettingsStore:
    return TomlSettingsStore(path)


def test_without_a_file_everything_is_as_declared(store: TomlSettingsStore, path: Path) -> None:
    assert store.load() == Settings()
    assert not path.exists()


def test_what_is_there_counts_and_the_rest_is_as_declared(store: TomlSettingsStore, path: Path) -> None:
    path.write_text(BY_HAND)
    assert store.load() == Settings(
        account=AccountSettings(sip_uri="sip:agent1@example.com"),
        sound=SoundSettings(ring_volume=0.9, beep_repeats=3),
    )


def test_saving_changes_what_changed_and_keeps_every_other_word(store: TomlSettingsStore, path: Path) -> None:
    path.write_text(BY_HAND)
    loaded = store.load()
    store.save(loaded)
    assert path.read_text() == BY_HAND
    store.save(replace(loaded, sound=replace(loaded.sound, ring_volume=0.5, beep_repeats=0)))
    assert path.read_text() == BY_HAND.replace("0.9 ", "0.5 ").replace("= 3", "= 0")


def test_defaults_are_not_written_down(store: TomlSettingsStore, path: Path) -> None:
    store.save(Settings(network=NetworkSettings(port=5080)))
    assert path.read_text() == "[network]\nport = 5080\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "written", ["network.port = 1\n", "network = { port = 1 }\n", "[network]\nport=1\n[sound]\n[network.later]\nx=1\n"]
)
def test_any_spelling_of_a_table_can_be_changed(store: TomlSettingsStore, path: Path, written: str) -> None:
    path.write_text(written)
    changed = Settings(network=NetworkSettings(bind="127.0.0.1", port=2))
    store.save(changed)
    assert store.load() == changed
    assert "later" in path.read_text() or "later" not in written


@given(changed=some_settings())
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_saved_is_loaded(store: TomlSettingsStore, changed: Settings) -> None:
    store.save(changed)
    assert store.load() == changed


def test_every_wrong_value_is_named_with_its_line(store: TomlSettingsStore, path: Path) -> None:
    path.write_text("calls = 1\n[sound]\nring_volume = 'loud'\n[network]\nport = 99999\nbind = 'localhost'\n")
    with pytest.raises(UserFacingError) as caught:
        store.load()
    assert str(caught.value).splitlines() == [
        f"The settings in {path} cannot be used. Correct the file by hand, or move it away to begin with new settings.",
        "line 1: calls: is not a table",
        "line 3: sound.ring_volume: is not a number",
        "line 5: network.port: 99999 is more than 65535",
        "line 6: network.bind: “localhost” is not an IP address such as 127.0.0.1",
    ]


def test_a_file_that_is_no_toml_is_neither_loaded_nor_overwritten(store: TomlSettingsStore, path: Path) -> None:
    path.write_text("[network]\nport =\n")
    with pytest.raises(UserFacingError, match="line 2: this is no TOML"):
        store.load()
    with pytest.raises(
        UserFacingError, match=f"^The settings cannot be saved: {path} is no TOML any more .* Correct the file by hand"
    ):
        store.save(Settings())
    assert path.read_text() == "[network]\nport =\n"


def test_a_file_that_is_no_text_is_told_in_words(store: TomlSettingsStore, path: Path) -> None:
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserFacingError, match=r"they are not UTF-8 text\. Correct the file by hand, or move it away"):
        store.load()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Settings(network=NetworkSettings(port=-1)), "network.port: -1 is less than 0"),
        (Settings(account=AccountSettings(sip_uri="agent1")), "account.sip_uri: “agent1” is not a SIP address"),
        (Settings(numbers=NumberSettings(header_order=("To:",))), "numbers.header_order: “To:” is not the name"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(
    store: TomlSettingsStore, path: Path, wrong: Settings, words: str
) -> None:
    with pytest.raises(UserFacingError, match=words):
        store.save(wrong)
    assert not path.exists()


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(store: TomlSettingsStore, path: Path) -> None:
    """As on a full disk: the new file cannot be written to its end."""
    path.write_text(BY_HAND)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(UserFacingError, match=f"cannot be saved to .*: {os.strerror(errno.EFBIG)}"):
            store.save(Settings())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == BY_HAND
    assert list(path.parent.iterdir()) == [path]


def test_a_directory_that_cannot_be_written() -> None:
    with ordinary_user() as directory:
        directory.chmod(0o500)
        with pytest.raises(
            UserFacingError, match=r"cannot be saved to .*: you have no permission\. Change its permissions"
        ):
            TomlSettingsStore(directory / "settings.toml").save(Settings())
        directory.chmod(0o700)


def test_a_link_stays_a_link(store: TomlSettingsStore, path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    elsewhere.write_text(BY_HAND)
    path.symlink_to(elsewhere)
    store.save(Settings())
    assert path.is_symlink()
    assert "ring_volume = 0.5   # it is loud here" in elsewhere.read_text()


def test_every_table_of_the_model_is_covered(store: TomlSettingsStore, path: Path) -> None:
    path.write_text("".join(f"[{field.name}]\nno_such_key = 1\n" for field in fields(Settings)))
    assert store.load() == Settings()


@pytest.mark.programs
def test_a_full_disk_keeps_the_old_settings() -> None:
    with small_disk() as disk:
        path = disk.path / "settings.toml"
        TomlSettingsStore(path).save(Settings(agent=AgentSettings(login="agent1")))
        before = path.read_bytes()
        disk.fill()
        with pytest.raises(
            UserFacingError, match=f"^The settings cannot be saved to {path}: the disk is full. Free some"
        ):
            TomlSettingsStore(path).save(Settings(agent=AgentSettings(login="agent2")))
        assert path.read_bytes() == before
        disk.empty()
        assert [file.name for file in disk.path.iterdir()] == [path.name]


@pytest.mark.programs
def test_a_read_only_file_system() -> None:
    with small_disk() as disk:
        disk.make_read_only()
        with pytest.raises(UserFacingError, match=r"the file system is read-only\. Have it mounted for writing\.$"):
            TomlSettingsStore(disk.path / "settings.toml").save(Settings(agent=AgentSettings(login="agent1")))
