from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import ScriptedApp

Run = Callable[..., tuple[int, str, str]]
FILE = """
[account]
sip_uri = "sip:agent1@example.com"
[[users]]
login = "agent1"
name = "Agent One"
call_waiting = true
[users.queue]
bypass_if_no_agents = false
ring_seconds = 60
[[tracking_numbers]]
number = "+15551230001"
label = "Spring campaign"
route = "agent:agent1"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "provisioning.toml"
    path.write_text(FILE)
    return path


def test_what_was_imported_is_exported_and_the_same_again(softphone: Run, file: Path, tmp_path: Path) -> None:
    assert softphone("settings", "import", str(file)) == (
        0,
        "The settings are saved.\nSaved: users 1, tracking numbers 1.\n",
        "",
    )
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    assert softphone("settings", "export", str(first))[0] == 0
    assert 'name = "Agent One"' in first.read_text() and "ring_seconds = 60" in first.read_text()
    assert softphone("settings", "import", str(first))[:2] == (
        0,
        "The settings are as they were.\nSaved: users 1, tracking numbers 1.\n",
    )
    softphone("settings", "export", str(second))
    assert first.read_text() == second.read_text()


def test_every_mistake_is_told_with_its_line(softphone: Run, file: Path) -> None:
    file.write_text(FILE.replace("sip:agent1@example.com", "nope").replace("ring_seconds = 60", "ring_seconds = 2"))
    status, out, words = softphone("settings", "import", str(file))
    assert (status, out) == (1, "")
    assert words.startswith(f"softphone: {file} was not imported.\nline 3: account.sip_uri:")
    assert "line 10: users[0].queue.ring_seconds:" in words


def test_a_file_that_cannot_be_read_is_told(softphone: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    assert softphone("settings", "import", str(missing)) == (
        1,
        "",
        f"softphone: {missing} cannot be read: No such file or directory.\n",
    )
    (binary := tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in softphone("settings", "import", str(binary))[2]


def test_a_place_that_cannot_be_written_is_told(softphone: Run, tmp_path: Path) -> None:
    status, _, words = softphone("settings", "export", str(tmp_path / "nowhere" / "out.toml"))
    assert status == 1
    assert "cannot be written: No such file or directory." in words


def test_the_running_app_takes_it_over_itself(softphone: Run, file: Path, app: ScriptedApp, data_dir: Path) -> None:
    app.answer = {"ok": True, "result": ["The settings are saved."]}
    assert softphone("settings", "import", str(file)) == (0, "The settings are saved.\n", "")
    assert app.asked == [{"verb": "settings-import", "arg": FILE}]
    assert not (data_dir / "settings.toml").exists()


def test_what_the_running_app_refuses_is_told(softphone: Run, file: Path, app: ScriptedApp) -> None:
    app.answer = {"ok": False, "error": "line 3: account.sip_uri: is wrong", "status": 1}
    status, _, words = softphone("settings", "import", str(file))
    assert (status, words) == (1, f"softphone: {file} was not imported.\nline 3: account.sip_uri: is wrong\n")
