"""``softphone doctor --bundle FILE``"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from softphone.cli.bundle import save_bundle
from softphone.config.paths import DataDirectory
from softphone.errors import UserFacingError
from tests.unit.cli.conftest import ScriptedApp


def test_it_holds_what_doctor_and_the_running_app_tell(
    data_dir: Path, app: ScriptedApp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app.answer = {"ok": True, "result": [["flight-recorder.txt", "token=Zq-geheim tel:5550123"]]}
    save_bundle(DataDirectory(data_dir), "ok  engine", tmp_path / "b.zip", mask=True)
    assert app.asked == [{"verb": "support", "arg": ""}]
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read("doctor.txt") == b"ok  engine"
        assert archive.read("flight-recorder.txt") == b"token=*** tel:*****23"
    told = capsys.readouterr().err
    assert "flight-recorder.txt  21 characters" in told
    assert "Read it before you send it." in told


def test_without_the_app_it_holds_the_rest(data_dir: Path, tmp_path: Path) -> None:
    (data_dir / "settings.toml").write_text("[diagnostics]\nmask_numbers = true\n# tel:5550123\n")
    save_bundle(DataDirectory(data_dir), "ok", tmp_path / "b.zip", mask=False)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.namelist() == ["doctor.txt", "settings.toml"]
        assert b"tel:*****23" in archive.read("settings.toml")


def test_a_place_that_cannot_be_written_is_told(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be written"):
        save_bundle(DataDirectory(data_dir), "ok", tmp_path / "nowhere" / "b.zip", mask=False)
