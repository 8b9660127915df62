"""What is in the bundle, and what never is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from softphone.diagnostics.support_bundle import LAST_BYTES, Part, masked, parts_of, save
from softphone.errors import UserFacingError

SECRET = "Zq-geheim"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    directory = tmp_path / "logs"
    directory.mkdir()
    (directory / "softphone.log").write_text(f"old line\n{'x' * LAST_BYTES}\nlast line, password={SECRET}\n\x1b[2J")
    (directory / "sip.log").write_text(f"Authorization: Digest response={SECRET}\nTo: <sip:5550100@example.com>\n")
    (directory / "crash-1.txt").write_bytes(b"Fatal Python error\xff\n")
    return directory


def test_it_has_settings_log_trace_and_crash_reports_without_secrets(logs: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[account]\nsip_uri = "sip:a@b"\npassword = "{SECRET}"\n')
    parts = {part.name: part.text for part in parts_of(logs, settings, [Part("versions.txt", f"token={SECRET}")])}
    assert list(parts) == ["versions.txt", "settings.toml", "logs/crash-1.txt", "logs/sip.log", "logs/softphone.log"]
    assert not any(SECRET in text for text in parts.values())
    assert "sip:a@b" in parts["settings.toml"]
    assert "last line" in parts["logs/softphone.log"] and "old line" not in parts["logs/softphone.log"]
    assert "\x1b" not in parts["logs/softphone.log"]
    assert "Fatal Python error" in parts["logs/crash-1.txt"]


def test_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    assert parts_of(tmp_path / "none", tmp_path / "none.toml", ()) == ()


def test_it_is_saved_for_its_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    save(masked([Part("a.txt", "tel:5550123")]), file)
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.read("a.txt") == b"tel:*****23"


def test_where_it_cannot_be_saved_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be written"):
        save([Part("a.txt", "x")], tmp_path / "nowhere" / "bundle.zip")
    assert list(tmp_path.iterdir()) == []
