from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from softphone.config.paths import DataDirectory
from softphone.errors import UserFacingError
from tests.lab.disks import small_disk
from tests.ordinary_user import ordinary_user


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_in_one_directory(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    names = [
        data.settings_file,
        data.database_file,
        data.outbox_of(""),
        data.outbox_of("agent1"),
        data.outbox_of("../agent2"),
        data.log_directory,
        Path(data.control_socket),
    ]
    assert {name.parent for name in names} == {data.path}
    assert len(set(names)) == len(names)


def test_the_default_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DataDirectory().path == platformdirs.user_data_path("softphone", appauthor=False)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert DataDirectory(Path("~/phone")).path == Path("/home/somebody/phone")


def test_a_relative_path_survives_a_change_of_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = DataDirectory(Path("data"))
    monkeypatch.chdir("/")
    assert data.settings_file == tmp_path / "data" / "settings.toml"


def test_ensure_makes_it_for_this_user_only_and_again_is_no_harm(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "some" / "where")
    data.ensure()
    data.ensure()
    assert (mode(data.path), mode(data.log_directory)) == (0o700, 0o700)
    assert list(data.path.iterdir()) == [data.log_directory]


@pytest.mark.parametrize(("holds", "after"), [(None, 0o700), ("settings.toml", 0o700), ("holiday.jpg", 0o755)])
def test_ensure_closes_only_directories_that_are_ours(tmp_path: Path, holds: str | None, after: int) -> None:
    data = DataDirectory(tmp_path / "data")
    data.path.mkdir()
    data.path.chmod(0o755)
    if holds:
        (data.path / holds).touch()
    data.ensure()
    assert mode(data.path) == after


def test_a_directory_that_cannot_be_written() -> None:
    with ordinary_user() as directory:
        DataDirectory(directory).ensure()
        (directory / "holiday.jpg").touch()
        directory.chmod(0o500)
        with pytest.raises(
            UserFacingError,
            match=r"cannot be written: you have no permission\. Change .*, or name another one with --data-dir\.",
        ):
            DataDirectory(directory).ensure()
        with pytest.raises(UserFacingError, match="cannot be written: you have no permission"):
            DataDirectory(directory / "deeper").ensure()
        directory.chmod(0o700)


@pytest.mark.programs
def test_a_read_only_file_system() -> None:
    words = r"cannot be written: the file system is read-only\. Have it mounted for writing, or name another one with"
    with small_disk() as disk:
        DataDirectory(disk.path / "data").ensure()
        disk.make_read_only()
        for directory in (disk.path / "data", disk.path / "new"):
            with pytest.raises(UserFacingError, match=f"^The data directory {directory} {words} --data-dir"):
                DataDirectory(directory).ensure()


def test_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(UserFacingError, match=r"cannot be written: File exists\. Name another one with --data-dir\."):
        DataDirectory(tmp_path / "data").ensure()


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The session's runtime directory, with a path that is short enough."""
    with_short_path = Path(f"/tmp/softphone-test-{os.getpid()}")
    with_short_path.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(with_short_path))
    yield with_short_path
    for left in (*with_short_path.rglob("*.sock"), with_short_path / f"softphone-{os.getuid()}", with_short_path):
        if left.is_dir() and not left.is_symlink():
            left.rmdir()
        else:
            left.unlink(missing_ok=True)


def deep(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / ("deep" * 30))


def test_a_socket_can_be_bound_however_long_the_path_is(tmp_path: Path, runtime: Path) -> None:
    data = deep(tmp_path)
    data.ensure()
    assert Path(data.control_socket).parent.parent == runtime
    assert mode(Path(data.control_socket).parent) == 0o700
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(data.control_socket)
    assert deep(tmp_path).control_socket == data.control_socket
    assert DataDirectory(data.path / "other").control_socket != data.control_socket


@pytest.mark.parametrize("trap", ["link", "open to others"])
def test_a_socket_directory_prepared_by_somebody_else_is_refused(tmp_path: Path, runtime: Path, trap: str) -> None:
    directory = runtime / f"softphone-{os.getuid()}"
    if trap == "link":
        directory.symlink_to(tmp_path)
    else:
        directory.mkdir()
        directory.chmod(0o777)
    with pytest.raises(UserFacingError, match="is not a directory of yours alone"):
        deep(tmp_path).ensure()
