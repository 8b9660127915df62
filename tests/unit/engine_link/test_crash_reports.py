"""What is kept of an engine that died."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from softphone.diagnostics.redaction import redact
from softphone.engine_link.crash_reports import KEPT, CrashReports, Death, stacks_of

DEATH = Death(4711, -6, 12.34, False, "0.1 (PJSIP 2.17)", ("WARNING softphone.pjsip: the last one",))


def report(directory: Path) -> str:
    (file,) = directory.glob("engine-*.txt")
    return file.read_text()


def test_a_report_has_how_it_died_where_its_threads_were_and_its_last_words(tmp_path: Path) -> None:
    (tmp_path / stacks_of(4711)).write_text(
        'Current thread (most recent call first):\n  File "engine.py", line 1 in run\n'
    )
    CrashReports(tmp_path, redact).write(DEATH)
    text = report(tmp_path)
    assert "signal 6 (SIGABRT)" in text
    assert "Process 4711, 0.1 (PJSIP 2.17), lived 12.3 s." in text
    assert "line 1 in run" in text
    assert "the last one" in text
    assert not (tmp_path / stacks_of(4711)).exists()


def test_one_that_hung_and_one_that_left_by_itself(tmp_path: Path) -> None:
    for number, (death, words) in enumerate(
        (
            (Death(1, -9, 1.0, True, "", ()), "did not answer any more"),
            (Death(2, 3, 1.0, False, "", ()), "exit status 3"),
            (Death(3, -77, 1.0, False, "", ()), "signal 77"),
        )
    ):
        folder = tmp_path / str(number)
        CrashReports(folder, redact).write(death)
        assert words in report(folder)
        assert "not ready yet" in report(folder)


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    words = ('PJSIP: Authorization: Digest username="a", response="feedbeef"', "password=marker")
    CrashReports(tmp_path, redact).write(Death(1, -11, 1.0, False, "", words))
    assert "feedbeef" not in report(tmp_path)
    assert "marker" not in report(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_it_is_for_this_user_alone(tmp_path: Path) -> None:
    CrashReports(tmp_path, redact).write(DEATH)
    (file,) = tmp_path.glob("engine-*.txt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_newest_are_kept(tmp_path: Path) -> None:
    for number in range(15):
        (tmp_path / f"engine-20200101T0000{number:02}-1.txt").write_text("old")
    (tmp_path / "softphone.log").write_text("not ours")
    CrashReports(tmp_path, redact).write(DEATH)
    kept = sorted(file.name for file in tmp_path.glob("engine-*.txt"))
    assert len(kept) == KEPT
    assert kept[-1].endswith("-4711.txt")
    assert kept[0] == "engine-20200101T000006-1.txt"
    assert (tmp_path / "softphone.log").exists()


def test_a_directory_that_cannot_be_written_costs_the_report_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    CrashReports(tmp_path / "file" / "below", redact).write(DEATH)
    assert "cannot be kept" in caplog.text
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - names are what is asked
