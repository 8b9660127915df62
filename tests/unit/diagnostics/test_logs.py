import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.diagnostics import logs
from softphone.diagnostics.logs import FILE_NAME, start_logging
from softphone.errors import UserFacingError

log = logging.getLogger("softphone.test")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    yield
    assert (root.level, list(root.handlers)) == before


def test_the_file_gets_everything_the_terminal_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = start_logging(tmp_path)
    log.debug("a detail")
    log.info("a call")
    log.warning("a problem")
    stop()
    written = (tmp_path / FILE_NAME).read_text()
    assert re.search(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO softphone\.test: a call$", written, re.M)
    assert "a problem" in written
    assert "a detail" not in written
    assert capsys.readouterr().err == "softphone: a problem\n"


def test_verbose_adds_the_details(tmp_path: Path) -> None:
    stop = start_logging(tmp_path, verbose=True)
    log.debug("a detail")
    stop()
    assert "DEBUG softphone.test: a detail" in (tmp_path / FILE_NAME).read_text()


def test_nothing_secret_reaches_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = start_logging(tmp_path)
    try:
        raise ValueError("cannot use password='Zq-geheim'")
    except ValueError:
        log.exception("with password=%s", "Zq-geheim")
    stop()
    written = (tmp_path / FILE_NAME).read_text()
    assert "ValueError" in written
    assert "Zq-geheim" not in written + capsys.readouterr().err


def test_no_name_makes_a_line_of_its_own_or_steers_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = start_logging(tmp_path)
    try:
        raise ValueError("bad \x1b[2J name")
    except ValueError:
        log.exception("a call from %s", "Ann\x1b[2J\n2026-01-01T00:00:00.000Z INFO softphone: forged")
    stop()
    written, told = (tmp_path / FILE_NAME).read_text(), capsys.readouterr().err
    first, *traceback = written.splitlines()
    assert first.endswith(r"a call from Ann\x1b[2J\n2026-01-01T00:00:00.000Z INFO softphone: forged")
    assert traceback[0] == "Traceback (most recent call last):"
    assert traceback[-1] == r"ValueError: bad \x1b[2J name"
    assert "\x1b" not in written + told


def test_files_are_rotated_and_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2000)
    stop = start_logging(tmp_path)
    for number in range(500):
        log.info("line %d %s", number, "x" * 60)
    stop()
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE_NAME, *(f"{FILE_NAME}.{n}" for n in range(1, 6))]
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match=r"The log cannot be written to .*nowhere: No such file or directory"):
        start_logging(tmp_path / "nowhere")


def test_numbers_can_be_masked_in_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = start_logging(tmp_path, mask=True)
    log.warning("a call from sip:+15550102233@example.com")
    stop()
    assert "5550102233" not in (tmp_path / FILE_NAME).read_text() + capsys.readouterr().err
