import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import softphone as package
from softphone.cli import dispatch, main
from softphone.errors import NotRunningError, RefusedError, UserFacingError
from softphone.session.control.verbs import UsageError

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (UserFacingError("It is broken."), 1),
        (RefusedError("Not now."), 1),
        (UsageError("Not so."), 2),
        (NotRunningError("Nobody there."), 3),
    ],
)
def test_errors_for_people_become_words_and_a_status(
    raised: UserFacingError, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise raised

    monkeypatch.setitem(dispatch.COMMANDS, "doctor", fail)
    assert main(["doctor"]) == status
    assert capsys.readouterr().err == f"softphone: {raised}\n"


def test_where_the_teams_demo_is_not_installed_its_user_is_told_where_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class NotInstalled:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "softphone.demo.team":
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    for name in [name for name in sys.modules if name.startswith("softphone.demo.team")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [NotInstalled(), *sys.meta_path])
    assert main(["demo", "--team"]) == 1
    assert "make team-demo" in capsys.readouterr().err


def test_any_other_exception_is_a_bug_and_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise ValueError("a bug")

    monkeypatch.setitem(dispatch.COMMANDS, "doctor", fail)
    with pytest.raises(ValueError, match="a bug"):
        main(["doctor"])


def test_an_interrupt_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(dispatch.COMMANDS, "doctor", interrupt)
    assert main(["doctor"]) == 130


def test_the_database_is_created_and_then_up_to_date(softphone: Run, data_dir: Path) -> None:
    status, out, _ = softphone("db", "upgrade")
    assert status == 0 and "was created" in out
    status, out, _ = softphone("db", "upgrade")
    assert status == 0 and "is up to date" in out


def test_roles_need_another_database(softphone: Run, data_dir: Path) -> None:
    status, out, words = softphone("db", "grant-roles")
    assert (status, out) == (1, "")
    assert "PostgreSQL" in words


def run_process(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "softphone", *argv], capture_output=True, text=True, timeout=60)


@pytest.mark.programs
def test_as_a_program_it_says_its_version() -> None:
    done = run_process("--version")
    assert (done.returncode, done.stdout) == (0, f"softphone {package.__version__}\n")


@pytest.mark.programs
def test_as_a_program_it_ends_with_the_right_status(tmp_path: Path) -> None:
    statuses = [
        run_process("--data-dir", str(tmp_path), *command).returncode
        for command in (["db", "upgrade"], ["db", "grant-roles"], ["ctl", "dance"], ["ctl", "status"])
    ]
    assert statuses == [0, 1, 2, 3]


@pytest.mark.programs
def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run_process("--data-dir", str(tmp_path / "file" / "data"), "db", "upgrade")
    assert done.returncode == 1
    assert done.stderr.startswith("softphone: The data directory") and "--data-dir" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.programs
def test_ctl_loads_nothing_heavy(tmp_path: Path) -> None:
    code = f"""
import sys
from softphone.cli import main
main(["--data-dir", {str(tmp_path)!r}, "ctl", "status"])
heavy = ("PyQt6", "qasync", "sqlalchemy", "alembic", "pjsua2", "miniaudio", "numpy", "keyring", "msgspec")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.programs
def test_a_reader_who_stops_reading_is_no_problem(tmp_path: Path) -> None:
    command = f"{sys.executable} -m softphone --data-dir {tmp_path} db upgrade"
    done = subprocess.run(
        ["bash", "-c", f"{command} | exec <&-; echo ${{PIPESTATUS[0]}}"], capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
